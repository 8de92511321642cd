#!/usr/bin/env python3
"""DEMETR: does a sentence that was damaged on purpose score worse than the translation it was made from?

For every kind of damage the share of pairs in which it does, ties counting half, by six scores: plain surprisal of the
base model without the adapter, and editing surprisal, each in total and a word (nats, mtcheck's words); and the chance
to be garbled that mtcheck's detector gives the sentence's words, their sum (the expected number of garbled words) and
their mean. A coin reaches .50. The kinds that are no damage (severity base: an empty sentence, another sentence, the
reference) stand apart and are in no total.

DEMETR (Karpinska et al. 2022, "DEMETR: Diagnosing Evaluation Metrics for Translation") measures metrics that see the
source or a reference; here only the English sentence is seen, so what drops or swaps a meaning cannot be told.

One pair a line: {"type": "critical_id7_antonym", "severity": "critical", "mt": ..., "perturbed": ...}.

    python scripts/demetr.py --data demetr.jsonl.gz
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from measuring.data import finish, markdown, progress, read_rows, share

from mtcheck.errors import InputError
from mtcheck.segments import count_words

SEVERITIES = ("critical", "major", "minor", "base")
MEASURES = ("plain total", "plain a word", "editing total", "editing a word", "chance total", "chance a word")
_NUMBER = re.compile(r"id(\d+)_(.+)")

Pair = tuple[str, str]
"""An original and its damaged copy."""
Kind = tuple[str, str]
"""A severity and what was done."""


def read_pairs(rows: Iterable[Mapping[str, Any]], limit: int | None, seed: int) -> dict[Kind, list[Pair]]:
    """The pairs of each kind; where there are more than ``limit`` of one, a sample that depends on ``seed`` alone.

    Raises:
        ValueError: A severity that is not known.
    """
    found: dict[Kind, list[Pair]] = defaultdict(list)
    for row in rows:
        if row["severity"] not in SEVERITIES:
            raise ValueError(f"unknown severity {row['severity']}; known are {', '.join(SEVERITIES)}")
        kind = row["severity"], row["type"].removeprefix(f"{row['severity']}_")
        found[kind].append((row["mt"], row["perturbed"]))
    chosen = {}
    for kind in sorted(found, key=_order):
        pairs = found[kind]
        if limit is not None and len(pairs) > limit:
            pairs = random.Random(f"{seed} {kind}").sample(pairs, limit)
        chosen[kind] = pairs
    return chosen


def worse(pairs: Iterable[Pair], scores: Mapping[str, float]) -> float:
    """In how many pairs the damaged sentence has the higher score; a tie is half a pair."""
    return sum(
        0.5 if scores[damaged] == scores[original] else float(scores[damaged] > scores[original])
        for original, damaged in pairs
    )


def result_rows(kinds: Mapping[Kind, Sequence[Pair]], scores: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """The rows of the table: every kind, a total behind each severity that is damage, and one over all of them."""

    def row(severity: str, name: str, pairs: Sequence[Pair]) -> list[str]:
        shares = [share(worse(pairs, scores[measure]) / len(pairs)) for measure in MEASURES]
        return [severity, name, f"{len(pairs):,}", *shares]

    rows, every = [], []
    for severity in SEVERITIES:
        these = {name: pairs for (level, name), pairs in kinds.items() if level == severity and pairs}
        rows += [row(severity, _readable(name), pairs) for name, pairs in these.items()]
        if these and severity != "base":
            together = [pair for pairs in these.values() for pair in pairs]
            rows.append(row(severity, "all", together))
            every += together
    return [*rows, row("all but base", "all", every)] if every else rows


def per_word(total: float, text: str) -> float:
    """A total by word; by one where the text has none."""
    return total / max(1, count_words(text))


def _order(kind: Kind) -> tuple[int, int, str]:
    number = _NUMBER.match(kind[1])
    return SEVERITIES.index(kind[0]), int(number[1]) if number else 0, kind[1]


def _readable(name: str) -> str:
    number = _NUMBER.match(name)
    return f"{number[2].replace('_', ' ')} ({number[1]})" if number else name


def run(options: argparse.Namespace) -> None:
    """Read, score, print."""
    rows = read_rows(options.data, ("type", "severity", "mt", "perturbed"))
    try:
        kinds = read_pairs(rows, options.limit_per_kind, options.seed)
    except ValueError as error:
        raise InputError(str(options.data), str(error)) from error
    if not kinds:
        raise InputError(str(options.data), "holds no pairs")
    from measuring.surprisal import readers

    editing, plain = readers(options)
    texts = list(dict.fromkeys(text for pairs in kinds.values() for pair in pairs for text in pair))
    scores: dict[str, dict[str, float]] = {measure: {} for measure in MEASURES}
    for text, item in zip(texts, editing.read(texts, progress("editing pass")), strict=True):
        chance = sum(word.chance for word in item.words)
        for name, total in (("editing", item.surprisals.total), ("chance", chance)):
            scores[f"{name} total"][text], scores[f"{name} a word"][text] = total, per_word(total, text)
    for text, read in zip(texts, plain.read(texts, progress("plain pass")), strict=True):
        scores["plain total"][text], scores["plain a word"][text] = read.total, per_word(read.total, text)
    print(editing.signature)
    print(markdown(["severity", "damage (DEMETR's number)", "pairs", *MEASURES], result_rows(kinds, scores)))


def main() -> int:
    """Parse the options and run."""
    from measuring.surprisal import add_options

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="pairs, JSON lines, may be gzipped")
    parser.add_argument("--limit-per-kind", type=int, metavar="N", help="a sample of N pairs of each kind")
    parser.add_argument("--seed", type=int, default=1, help="seed of the samples (default: %(default)s)")
    add_options(parser)
    options = parser.parse_args()
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
