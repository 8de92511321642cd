"""Fits the confidences of findings on names, on held-out news with names garbled by program.

    python scripts/calibrate_names.py --data DATA --out models/names [--rows ROWS]

`DATA` holds `news/`. Of each news file the first half of the sentences that training and the name list leave out is
used, the WMT references aside, which are measured on; every third document tells what came out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from calibrating.fitting import calibration_error, fit_curve, fit_logistic
from naming.garbles import Text, garble, held_out_documents, restores, touches

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, swaps
from mtcheck.calibration import Logistic
from mtcheck.judgement import judge
from mtcheck.language_model import load
from mtcheck.language_model.editing import EditingModel
from mtcheck.names import judging, list_file, variants
from mtcheck.names.name_list import NameList
from mtcheck.segments import windows
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question

SOURCES = (
    "mafand_en",
    "reuters_c50_1996",
    "bbc_2004",
    "reuters21578_1987",
    "fnc1_2014_2016",
    "basil_2010_2019",
    "nltk_abc_2006",
    "horne_real_2016",
)
TOGETHER = 12
"""Documents that are read together."""
POINTS = 8
CLEAN_COUNTS = 3
"""How often a candidate of a clean document counts: three in five documents are garbled here, far fewer elsewhere."""


@dataclass(frozen=True)
class Row:
    """A candidate's evidence, whether a garbled name is there, and whether its suggestion is the original."""

    document: int
    kind: str
    text: str
    suggestion: str
    features: dict[str, float]
    right: bool
    restored: bool


def rows(
    model: EditingModel, weights: calibration.Calibration, table: Swaps, names: NameList, texts: Sequence[Text]
) -> Iterator[Row]:
    """What the language model says of all candidates of some texts."""
    asked = replace(weights, look_from=float("inf"))  # no proposals, for they take most of the time
    for begin in range(0, len(texts), TOGETHER):
        part = texts[begin : begin + TOGETHER]
        cut = [list(windows(text.text)) for text in part]
        found = [judging.candidates(text.text, names) for text in part]
        placed = [[judging.within(some, window) for window in own] for some, own in zip(found, cut, strict=True)]
        questions = [[[Question(span, c.suggestion) for c, span in some] for some in own] for own in placed]
        judged, _ = judge(model, [[w.text for w in own] for own in cut], asked, table, (), questions)
        for number, (text, own, results) in enumerate(zip(part, placed, judged, strict=True), begin):
            for some, judgement in zip(own, results, strict=True):
                doubts = [(word.span, word.logit) for word in judgement.words]
                for item in judging.weighed(some, judgement.gains, doubts):
                    candidate = item.candidate
                    right = touches(text, candidate.span)
                    if candidate.rule == variants.RULE:
                        right = right or any(touches(text, span) for span in candidate.elsewhere)
                    yield Row(
                        number,
                        candidate.kind,
                        candidate.text,
                        candidate.suggestion,
                        judging.evidence(candidate, item.fit, item.doubt),
                        right,
                        restores(text, candidate.span, candidate.suggestion),
                    )
        print(f"\r{min(len(texts), begin + TOGETHER)}/{len(texts)} documents", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)


def fit(found: Sequence[Row], kind: str) -> judging.KindWeights:
    """The weights and curves of one kind of candidate."""
    garbled = {row.document for row in found if row.right}
    some = [row for row in found if row.kind == kind for _ in range(1 if row.document in garbled else CLEAN_COUNTS)]
    weights: Logistic = fit_logistic([row.features for row in some], [row.right for row in some])
    logits = [weights.logit(row.features) for row in some]
    right = [pair for pair in zip(logits, some, strict=True) if pair[1].right]
    return judging.KindWeights(
        weights,
        fit_curve(logits, [row.right for row in some], POINTS),
        fit_curve([logit for logit, _ in right], [row.restored for _, row in right], POINTS // 2),
    )


def tell(found: Sequence[Row], fitted: judging.NameWeights) -> dict[str, object]:
    """What the fitted weights give."""
    report: dict[str, object] = {}
    for kind in judging.KINDS:
        some = [row for row in found if row.kind == kind]
        confidences = [fitted.kinds[kind].confidence(row.features)[0] for row in some]
        shown = [row for row, confidence in zip(some, confidences, strict=True) if confidence >= 0.5]
        report[kind] = {
            "candidates": len(some),
            "right": sum(row.right for row in some),
            "shown": len(shown),
            "shown and right": sum(row.right for row in shown),
            "shown and restored": sum(row.restored for row in shown),
            "calibration error": round(calibration_error(confidences, [row.right for row in some]), 3),
        }
    return report


def main() -> None:
    """Make the documents, read them, fit, tell, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the name list")
    parser.add_argument("--documents", type=int, default=420)
    parser.add_argument("--rows", type=Path, help="file to keep what the model said in; read where it is there")
    parser.add_argument("--adapter", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    if options.rows is None or not options.rows.exists():
        rng = random.Random(options.seed)
        names = list_file.load(options.out)
        documents = list(held_out_documents(options.data / "news", SOURCES, slice(0, None, 2)))
        texts = [garble(text, names, rng) for text in rng.sample(documents, min(options.documents, len(documents)))]
        chosen = adapters.locate(options.adapter)
        weights = calibration.load(chosen.calibration or chosen.folder / "calibration.json")
        model = load(base_model.locate(None).folder, chosen.folder, "auto", None)
        found = list(rows(model, weights, swaps.load(chosen.folder), names, texts))
        if options.rows:
            options.rows.write_text("".join(json.dumps(asdict(row)) + "\n" for row in found), encoding="utf-8")
    else:
        found = [Row(**json.loads(line)) for line in options.rows.read_text(encoding="utf-8").splitlines()]
    learnt = [row for row in found if row.document % 3]
    fitted = judging.NameWeights({kind: fit(learnt, kind) for kind in judging.KINDS})
    print(json.dumps(tell([row for row in found if not row.document % 3], fitted), indent=1))
    judging.save(judging.NameWeights({kind: fit(found, kind) for kind in judging.KINDS}), options.out)
    list_file.seal(options.out)


if __name__ == "__main__":
    main()
