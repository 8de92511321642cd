"""Measures the verdict: whole garbled documents against whole clean ones, translations that are right among these.

    python scripts/measure_verdict.py --garbled held-out.jsonl --data DATA

`held-out.jsonl` is of garble.py, `DATA` holds `qe/` (its post-edits are machine translation put right by people) and
`news/`. Only documents of 150 to 600 words count; those with some garbles, but in less than 4 % of their code points,
are left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from calibrating.gold import SPUN_FROM, documents, garbled_share, post_edits, read_gold
from naming.garbles import held_out_documents

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, swaps
from mtcheck.checker import Totals
from mtcheck.judgement import judge
from mtcheck.language_model import load
from mtcheck.segments import windows

SHORTEST = 150
LONGEST = 600


class Verdicts:
    """The probability that a text was spun, as the checker gives it, found without making suggestions."""

    def __init__(self) -> None:
        chosen = adapters.locate(None)
        self._weights = calibration.load(chosen.calibration or chosen.folder / "calibration.json")
        self._swaps = swaps.load(chosen.folder)
        self._model = load(base_model.locate(None).folder, chosen.folder, "auto", None)

    def spun(self, text: str) -> float:
        """The probability that a text was spun or badly translated."""
        asked = replace(self._weights, look_from=float("inf"))
        ((judged,), _) = judge(self._model, [[window.text for window in windows(text)]], asked, self._swaps)
        totals = Totals()
        for judgement in judged:
            totals.add(judgement)
        return self._weights.document.probability(totals.features())


def area(garbled: Sequence[float], clean: Sequence[float]) -> float:
    """Area under the ROC curve: how often a garbled document has a higher value than a clean one."""
    won = sum((a > b) + 0.5 * (a == b) for a in garbled for b in clean)
    return won / max(1, len(garbled) * len(clean))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--garbled", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=60, help="of each sort")
    options = parser.parse_args()
    sorts: dict[str, list[str]] = {"garbled": [], "clean": []}
    for document in documents(read_gold(options.garbled, 3000), 3):
        text = "\n".join(gold.text for gold in document)
        rate = garbled_share(document)
        if rate == 0 or rate > SPUN_FROM:
            sorts["garbled" if rate else "clean"].append(text)
    sorts["post-edited"] = list(post_edits(options.data / "qe/mlqe_pe_dev_test20.jsonl.gz"))
    sorts["translated"] = list(held_out_documents(options.data / "news", ["wmt21_23_refs_en"], slice(None)))
    verdict = Verdicts()
    values: dict[str, list[float]] = {}
    for sort, texts in sorts.items():
        long = [text for text in texts if SHORTEST <= len(text.split()) <= LONGEST]
        step = max(1, len(long) // options.documents)
        values[sort] = [verdict.spun(text) for text in long[::step][: options.documents]]
        over = sum(value >= 0.9 for value in values[sort])
        print(f"{sort}: {len(values[sort])} documents, {over} at .9 and above", flush=True)
    clean = [value for sort in values if sort != "garbled" for value in values[sort]]
    print(f"ROC area {area(values['garbled'], clean):.4f}")
    for sort in values:
        print(f"  against {sort}: {area(values['garbled'], values[sort]):.4f}")


if __name__ == "__main__":
    main()
