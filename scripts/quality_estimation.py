#!/usr/bin/env python3
"""Word tags of machine translation (MLQE-PE): how well editing surprisal finds the words that editors changed.

MLQE-PE: Fomicheva et al. 2022, "MLQE-PE: A Multilingual Quality Estimation and Post-Editing Dataset".
Beside it, the plain surprisal of the same base model without the adapter, and the chance to be garbled that mtcheck's
detector gives a word. Printed is the Matthews correlation with the tags of the part test20; each measure flags what
reaches the threshold that serves it best on the part dev of the same language pair. Nothing else is fitted.

One sentence a line: {"lp": "ru-en", "split": "dev", "mt": ["A", "word", ...], "tags": ["OK", "BAD", ...]}. Its text is
its tokens joined by single spaces, as the corpus gives it; with --joined punctuation stands at its word, as people
write. The surprisal of a token is the sum, in nats, over the model's tokens that touch it; the chance is the greatest
of the words that touch it, 0 where mtcheck judges none. Counted are words, that is tokens with a letter or digit, and
then all tokens, punctuation too.

    python scripts/quality_estimation.py --data mlqe_pe_dev_test20.jsonl.gz
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from measuring.data import finish, markdown, progress, read_rows, share
from measuring.thresholds import best_threshold, matthews, quality_at

from mtcheck.errors import InputError
from mtcheck.segments import Span

PAIRS = ("ru-en", "et-en", "ro-en")
PARTS = ("dev", "test20")
MEASURES = ("plain", "editing", "chance")
_BEHIND = frozenset(", . ; : ! ? ) ] % ... … 's 't 'm 're 've 'll 'd n't".split())
_BEFORE = frozenset("( [ $ £ €".split())


@dataclass(frozen=True, slots=True)
class Sentence:
    """A machine-translated sentence, its tokens' places in it, and which of them an editor changed."""

    text: str
    tokens: list[Span]
    bad: list[bool]

    def is_word(self, token: int) -> bool:
        """Whether a token holds a letter or digit."""
        span = self.tokens[token]
        return any(character.isalnum() for character in self.text[span.start : span.end])


Scores = dict[str, list[float]]
"""By measure, a score for every token of a sentence."""


def sentence(tokens: Sequence[str], tags: Sequence[str], joined: bool = False) -> Sentence:
    """Lay tokens out as text: between two of them one space, or with ``joined`` none where people write none."""
    text, spans = "", []
    for number, token in enumerate(tokens):
        glued = joined and number > 0 and (token in _BEHIND or tokens[number - 1] in _BEFORE)
        text += "" if glued or not number else " "
        spans.append(Span(len(text), len(text) + len(token)))
        text += token
    return Sentence(text, spans, [tag == "BAD" for tag in tags])


def read_sentences(
    rows: Iterable[dict[str, Any]], pairs: Sequence[str], limit: int | None, joined: bool
) -> dict[tuple[str, str], list[Sentence]]:
    """The first ``limit`` sentences (``None``: all) of each language pair and part.

    Raises:
        ValueError: A sentence has not one tag a token.
    """
    found: dict[tuple[str, str], list[Sentence]] = {(pair, part): [] for pair in pairs for part in PARTS}
    for row in rows:
        held = found.get((row["lp"], row["split"]))
        if held is None or (limit is not None and len(held) >= limit):
            continue
        if len(row["mt"]) != len(row["tags"]):
            raise ValueError(f"{row['lp']} {row['split']}: {len(row['mt'])} tokens and {len(row['tags'])} tags")
        held.append(sentence(row["mt"], row["tags"], joined))
    return found


def chances(item: Sentence, words: Iterable[tuple[Span, float]]) -> list[float]:
    """By token, the greatest chance to be garbled of the judged words that touch it; 0 where there is none."""
    judged = list(words)
    return [
        max((chance for span, chance in judged if span.overlaps(token.start, token.end)), default=0.0)
        for token in item.tokens
    ]


def result_row(
    pair: str,
    counted: str,
    dev: Sequence[tuple[Sentence, Scores]],
    test: Sequence[tuple[Sentence, Scores]],
    keep: Callable[[Sentence, int], bool],
) -> list[str]:
    """One row of the table: thresholds from ``dev``, correlations on ``test``, over the tokens to keep."""

    def tags(part: Sequence[tuple[Sentence, Scores]]) -> list[bool]:
        return [bad for item, _ in part for i, bad in enumerate(item.bad) if keep(item, i)]

    def scores(part: Sequence[tuple[Sentence, Scores]], measure: str) -> list[float]:
        return [score for item, by in part for i, score in enumerate(by[measure]) if keep(item, i)]

    tagged = tags(test)
    cells = [pair, counted, f"{len(tagged):,}", share(sum(tagged) / max(1, len(tagged)))]
    for measure in MEASURES:
        threshold = best_threshold(scores(dev, measure), tags(dev), matthews)
        cells.append(share(quality_at(scores(test, measure), tagged, threshold, matthews)))
    return cells


def run(options: argparse.Namespace) -> None:
    """Read, score, print."""
    rows = read_rows(options.data, ("lp", "split", "mt", "tags"))
    try:
        parts = read_sentences(rows, options.pairs, options.limit, options.joined)
    except ValueError as error:
        raise InputError(str(options.data), str(error)) from error
    for (pair, part), found in parts.items():
        if not found:
            raise InputError(str(options.data), f"holds no sentences of {pair} {part}")
    from measuring.surprisal import readers

    editing, plain = readers(options)
    sentences = [item for found in parts.values() for item in found]
    texts = [item.text for item in sentences]
    edited = editing.read(texts, progress("editing pass"))
    read = plain.read(texts, progress("plain pass"))
    scored = iter(
        {
            "plain": [by_plain.over(token.start, token.end) for token in item.tokens],
            "editing": [by_editing.surprisals.over(token.start, token.end) for token in item.tokens],
            "chance": chances(item, ((word.span, word.chance) for word in by_editing.words)),
        }
        for item, by_editing, by_plain in zip(sentences, edited, read, strict=True)
    )
    by_part = {key: [(item, next(scored)) for item in found] for key, found in parts.items()}
    table = [
        result_row(pair, counted, by_part[pair, "dev"], by_part[pair, "test20"], keep)
        for counted, keep in (("words", Sentence.is_word), ("all tokens", lambda *_: True))
        for pair in options.pairs
    ]
    print(editing.signature)
    header = ["pair", "counted", "number", "share BAD", *(f"MCC {measure}" for measure in MEASURES)]
    print(markdown(header, table))


def main() -> int:
    """Parse the options and run."""
    from measuring.surprisal import add_options

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="word tags, JSON lines, may be gzipped")
    parser.add_argument("--pairs", nargs="+", default=PAIRS, metavar="PAIR", help="default: %(default)s")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N sentences of each part")
    parser.add_argument("--joined", action="store_true", help="no space before punctuation and 's")
    add_options(parser)
    options = parser.parse_args()
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
