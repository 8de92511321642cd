"""Measures the rules on names: 200 correct and 200 garbled names in short texts made by program.

    python scripts/measure_names.py [--seed 7] [--show]

The names are those of `naming/measured.txt`, written for this purpose; none is taken from the name list's sources. The
garbles are the garbler's (`garbler/tables/transliteration.txt`), one change of transliteration each. Half of the
garbled texts hold the right form too (MT202), half do not (MT201). Told are precision and recall of findings on names
at severity warning and up, and how often the right form is suggested.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from garbler.names import respell

from mtcheck import Checker, Severity

COUNT = 200
_FULL = (
    "The meeting with {} lasted for two hours.",
    "According to {}, nothing had been decided yet.",
    "The letter was signed by {} and sent on Monday.",
    "In an interview, {} called the plan a mistake.",
    "A spokesman for {} would not comment on the report.",
)
_LAST = (
    "Reporters asked {} about it again in the evening.",
    "Critics said that {} had known of the problem for months.",
    "The court will hear {} next week.",
    "Nobody had told {} about the change.",
)
_PLACE = (
    "Two people were hurt when a bus overturned near {} on Sunday.",
    "The delegation will travel to {} next month.",
    "Schools in {} stayed closed because of the snow.",
    "The company plans a new plant outside {}.",
)


@dataclass(frozen=True)
class Text:
    """A short text; `garble` is the wrong name in it and `right` what it stands for, both empty in correct texts."""

    text: str
    garble: str = ""
    right: str = ""
    both: bool = False


def read_table() -> dict[str, list[str]]:
    """The names to measure with, by section."""
    table: dict[str, list[str]] = {}
    section: list[str] = []
    for line in (Path(__file__).parent / "naming/measured.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = table.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            section.append(line)
    return table


def correct_texts(table: dict[str, list[str]], rng: random.Random) -> list[Text]:
    """Texts with one correct name each, well known or not, mentioned twice."""
    names = table["unknown"] + rng.sample(table["persons"], 70) + rng.sample(table["places"], 40)
    return [Text(_tell(name, _last(name), rng)) for name in (names * 2)[:COUNT]]


def garbled_texts(table: dict[str, list[str]], rng: random.Random) -> list[Text]:
    """Texts with one garbled name each; every second one holds the right form too."""
    right = table["persons"] + table["places"]
    found: list[Text] = []
    while len(found) < COUNT:
        name = rng.choice(right)
        last = _last(name)
        garble = respell(last, rng)
        if garble is None or len(last) < 5 or garble.lower() == last.lower():
            continue
        both = len(found) % 2 == 0
        wrong = garble if name == last else f"{name.rsplit(' ', 1)[0]} {garble}"
        text = _tell(name if both else wrong, garble, rng) if both or " " not in name else _tell(wrong, "", rng)
        found.append(Text(text, garble, last, both))
    return found


def _last(name: str) -> str:
    return name.rsplit(" ", 1)[-1]


def _tell(first: str, then: str, rng: random.Random) -> str:
    whole, after = (_FULL, _LAST) if " " in first else (_PLACE, _PLACE)
    sentence = rng.choice(whole)
    parts = [sentence.format(first)]
    if then:
        parts.append(rng.choice([other for other in after if other != sentence]).format(then))
    return " ".join(parts)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--show", action="store_true", help="print what was missed and what was wrongly found")
    options = parser.parse_args()
    checker, rng = Checker(), random.Random(options.seed)
    table = read_table()
    tally: Counter[str] = Counter()
    for item in [*correct_texts(table, rng), *garbled_texts(table, rng)]:
        found = [
            finding
            for finding in checker.check(item.text).findings
            if finding.rule in ("MT201", "MT202") and finding.severity >= Severity.WARNING
        ]
        # Of two spellings either may be shown as the wrong one.
        hits = [f for f in found if item.garble in f.text.split() or (f.rule == "MT202" and item.both)]
        wrong = [finding for finding in found if finding not in hits]
        kind = ("both" if item.both else "alone") if item.garble else "correct"
        tally[f"{kind} texts"] += 1
        tally[f"{kind} found"] += bool(hits)
        tally[f"{kind} right"] += any(f.suggestions and item.right in f.suggestions[0].text.split() for f in hits)
        tally[f"{kind} false"] += bool(wrong)
        if options.show and (wrong or (item.garble and not hits)):
            told = "; ".join(f"{f.rule} {f.text}: {f.message}" for f in wrong)
            print(f"{kind}: {item.garble} ({item.right}) {told}")
    hit = tally["both found"] + tally["alone found"]
    false = tally["correct false"] + tally["both false"] + tally["alone false"]
    precision = hit / max(1, hit + false)
    print(f"precision {precision:.3f}, recall {hit / COUNT:.3f}, false in correct {tally['correct false']}")
    for kind in ("both", "alone"):
        print(
            f"{kind}: {tally[f'{kind} texts']} texts, found {tally[f'{kind} found']}, suggestion right "
            f"{tally[f'{kind} right']}, false {tally[f'{kind} false']}"
        )


if __name__ == "__main__":
    main()
