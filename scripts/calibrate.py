#!/usr/bin/env python3
"""Fit what turns an adapter's raw figures into probabilities, on garbled and clean text kept out of training.

One part of the documents fits the weights that judge words and proposals; the next, judged with these, fits the
weights and curves of findings and suggestions and those of the verdict; the last tells what came out. Copies what
train.py wrote, and build_swaps.py beside it, into a folder under models/, with calibration.json, mtcheck.json (the
description) and SHA256SUMS.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from calibrating.fitting import calibration_error, fit_curve, fit_logistic
from calibrating.gold import SPUN_FROM, Document, Gold, documents, garbled_share, post_edits, read_gold, touches

from mtcheck import adapter as adapters
from mtcheck import base_model, detector, segments, swaps
from mtcheck.calibration import Calibration, Curve, Logistic, save
from mtcheck.checker import SHORTEST_JUDGED, Totals
from mtcheck.composer import Candidate, candidate_confidence, candidates
from mtcheck.detector import Company
from mtcheck.judgement import Judgement, judge
from mtcheck.language_model import load
from mtcheck.language_model.editing import EditingModel
from mtcheck.swaps import Swaps

LOOK_FROM = -0.5
"""Log odds below which a word is not looked into: not one in five of such would be garbled."""
FIX_FROM = 1.0
"""Log odds from which a word's likeliest wording is put in place before doubtful words are looked into."""
SUBTLER = 2.0
"""How often each garble counts in the weights that judge words and findings, so that more of the subtle ones are looked
into; the curve that gives a finding its confidence counts each once."""
TOGETHER = 32
"""Windows that are judged together."""
FILES = ("adapter_config.json", "adapter_model.safetensors", "tagger.safetensors", "loss.png", swaps.FILE)
STEPS = ("company", "second-pass", "swaps")
NEVER = Logistic(-99.0, {})
UNFITTED = Calibration(
    alone=NEVER,
    company=NEVER,
    again=NEVER,
    wording=NEVER,
    rival=NEVER,
    finding=NEVER,
    confidence=Curve((0.0, 1.0), (0.0, 1.0)),
    suggestion=Curve((0.0, 1.0), (0.0, 1.0)),
    document=NEVER,
    look_from=math.inf,
    fix_from=math.inf,
)

Judged = list[list[Judgement]]


def judge_documents(
    model: EditingModel, golds: Sequence[Document], weights: Calibration, table: Swaps, label: str
) -> Judged:
    """Judge documents, some together."""
    results: Judged = []
    while len(results) < len(golds):
        held: list[list[str]] = []
        while len(results) + len(held) < len(golds) and sum(map(len, held)) < TOGETHER:
            held.append([window.text for window in golds[len(results) + len(held)]])
        results += judge(model, held, weights, table)[0]
        print(f"\r{label}: {len(results)}/{len(golds)} documents", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def pairs(golds: Sequence[Document], judged: Judged) -> list[tuple[Gold, Judgement]]:
    """Every window with its judgement."""
    return [
        pair for document, windows in zip(golds, judged, strict=True) for pair in zip(document, windows, strict=True)
    ]


def fit_words(model: EditingModel, golds: Sequence[Document], table: Swaps, without: Sequence[str]) -> Calibration:
    """The weights that judge words: alone, in company, and again, and those that rank proposals.

    ``without`` names steps that are left out, to see what they are worth.
    """
    read = judge_documents(model, golds, UNFITTED, table, "words")
    labels = [gold.garbled(w.span.start, w.span.end) for gold, item in pairs(golds, read) for w in item.words]
    own = sorted(set(read[0][0].words[0].features) - {"rate"})
    alone = fit_logistic(
        [{name: w.features[name] for name in own} for _, item in pairs(golds, read) for w in item.words],
        labels,
        SUBTLER,
    )
    rows = []
    for windows in read:
        words = [[replace(w, alone=alone.logit(w.features)) for w in item.words] for item in windows]
        company, _ = detector.in_company(words, NEVER, Company())
        rows += [_without(w.features, "rate" if "company" in without else "") for window in company for w in window]
    fitted = replace(UNFITTED, alone=alone, company=fit_logistic(rows, labels, SUBTLER), look_from=LOOK_FROM)

    judged = judge_documents(model, golds, fitted, table, "proposals")
    tried = [
        (len(place.proposals), proposal.features(), gold.restores(proposal.span, proposal.text))
        for gold, item in pairs(golds, judged)
        for place in item.places
        for proposal in place.proposals
        if gold.holds(proposal.span)
    ]
    wording = fit_logistic([_without(figures, "fluency") for _, figures, _ in tried], [right for _, _, right in tried])
    # Nothing is ranked yet, so all that stand beside others are weighed.
    rivals = [(figures, right) for others, figures, right in tried if others > 1]
    rival = fit_logistic([figures for figures, _ in rivals], [right for _, right in rivals])
    fitted = replace(fitted, wording=wording, rival=rival)
    if "second-pass" in without:
        return fitted
    fitted = replace(fitted, fix_from=FIX_FROM)

    judged = judge_documents(model, golds, fitted, table, "second pass")
    seen = [(gold, w) for gold, item in pairs(golds, judged) for w in item.words if "before" in w.features]
    still = [gold.garbled(w.span.start, w.span.end) for gold, w in seen]
    return replace(fitted, again=fit_logistic([w.features for _, w in seen], still, SUBTLER))


def _without(features: dict[str, float], name: str) -> dict[str, float]:
    return {key: value for key, value in features.items() if key != name}


@dataclass(frozen=True)
class Outcome:
    """A candidate of a window, whether a garble is there, and its wordings: (score, whether it is the original)."""

    candidate: Candidate
    right: bool
    tried: list[tuple[float, bool]]


def outcomes(gold: Gold, judgement: Judgement) -> list[Outcome]:
    """How the candidates of a window compare with its garbles; doubled words are not judged by the model."""
    found = []
    for item in candidates(gold.text, judgement.words, judgement.places):
        if not item.doubled:
            whole = gold.holds(item.span)
            tried = [(wording.score, gold.restores(item.span, wording.text)) for wording in item.wordings if whole]
            found.append(Outcome(item, gold.touches(item.span), tried))
    return found


def fit_findings(
    weights: Calibration, golds: Sequence[Document], judged: Judged, translated: tuple[list[Document], Judged]
) -> Calibration:
    """The weights and curves of findings and suggestions, and the weights of the verdict.

    ``translated`` are documents that are translations, and right: they count for the verdict only.
    """
    found = [outcome for gold, item in pairs(golds, judged) for outcome in outcomes(gold, item)]
    right = [item.right for item in found]
    finding = fit_logistic([item.candidate.features() for item in found], right, SUBTLER)
    confidence = fit_curve([finding.logit(item.candidate.features()) for item in found], right, 20)
    tried = [pair for item in found for pair in item.tried]
    suggestion = fit_curve([score for score, _ in tried], [hit for _, hit in tried], 14)
    rows, spun = verdict_rows([*golds, *translated[0]], [*judged, *translated[1]])
    return replace(
        weights,
        finding=finding,
        confidence=confidence,
        suggestion=suggestion,
        document=fit_logistic(rows, spun),
    )


def translations(path: Path, most: int) -> list[Document]:
    """Documents of post-edited translations, cut into windows, taken evenly from all of a file."""
    texts = list(post_edits(path))
    chosen = texts[:: max(1, len(texts) // most)][:most]
    return [[Gold(window.text, [], "translated") for window in segments.windows(text)] for text in chosen]


def verdict_rows(golds: Sequence[Document], judged: Judged) -> tuple[list[dict[str, float]], list[bool]]:
    """Features and labels of documents long enough for a verdict: spun if over 4 % of the code points are garbled.

    Documents with some garbles, but fewer, are neither the one nor the other, and left out.
    """
    rows, labels = [], []
    for document, windows in zip(golds, judged, strict=True):
        totals = Totals()
        for judgement in windows:
            totals.add(judgement)
        rate = garbled_share(document)
        if totals.words >= SHORTEST_JUDGED and (rate == 0 or rate > SPUN_FROM):
            rows.append(totals.features())
            labels.append(rate > 0)
    return rows, labels


def measure(fitted: Calibration, golds: Sequence[Document], judged: Judged) -> dict[str, Any]:
    """What the fitted figures give on documents that fitted nothing."""
    found = [(gold, outcomes(gold, item)) for gold, item in pairs(golds, judged)]
    clean = {id(gold) for document in golds if not any(g.spans for g in document) for gold in document}
    every = [item for _, some in found for item in some]
    tried = [pair for item in every for pair in item.tried]
    clean_words = sum(len(item.words) for gold, item in pairs(golds, judged) if id(gold) in clean)
    rows, labels = verdict_rows(golds, judged)
    verdicts = [fitted.document.probability(row) > 0.5 for row in rows]
    confidences, right = [candidate_confidence(o.candidate, fitted) for o in every], [o.right for o in every]
    firsts = [item.tried[0][1] for item in every if item.tried]
    report: dict[str, Any] = {
        "documents": len(golds),
        "findings": len(every),
        "finding_calibration_error": round(calibration_error(confidences, right), 4),
        "suggestion_calibration_error": round(
            calibration_error([fitted.suggestion(score) for score, _ in tried], [hit for _, hit in tried]), 4
        ),
        "first_suggestion_right": round(sum(firsts) / max(1, len(firsts)), 4),
        "verdicts_right": round(sum(a == b for a, b in zip(verdicts, labels, strict=True)) / max(1, len(labels)), 4),
    }
    for level, least in (("warning", 0.5), ("error", 0.9)):
        chosen = [(g, [o for o in some if candidate_confidence(o.candidate, fitted) >= least]) for g, some in found]
        count = sum(len(some) for _, some in chosen)
        false = sum(len(some) for gold, some in chosen if id(gold) in clean)
        spans = [(gold, s, some) for gold, some in chosen for s in gold.spans]
        caught = sum(any(touches(gold.text, s, o.candidate.span) for o in some) for gold, s, some in spans)
        report[level] = {
            "precision": round(sum(o.right for _, some in chosen for o in some) / max(1, count), 4),
            "spans_found": round(caught / max(1, len(spans)), 4),
            "false_per_10k_clean_words": round(1e4 * false / max(1, clean_words), 2),
        }
    return report


def main() -> None:
    """Parse the options, fit, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="base model (default: the one mtcheck uses)")
    parser.add_argument("--adapter", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the finished adapter, models/NAME")
    parser.add_argument("--garbled", type=Path, required=True, help="held-out file of garble.py, clean texts among it")
    parser.add_argument("--texts", type=int, default=1500, help="texts of --garbled to use")
    parser.add_argument("--translated", type=Path, help="post-edits of MLQE-PE: right translations, for the verdict")
    parser.add_argument("--documents", type=int, default=60, help="documents of --translated to use")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--version", default="1", help="version of the adapter, for its description")
    parser.add_argument("--without", nargs="*", choices=STEPS, default=[], help="steps to leave out, for comparison")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    base = base_model.locate(options.model)
    model = load(base.folder, options.adapter, options.precision)
    golds = documents(read_gold(options.garbled, options.texts), options.seed)
    part = (len(golds) * 2) // 5
    first, second, last = golds[:part], golds[part : 2 * part], golds[2 * part :]

    table = swaps.load(options.adapter) if "swaps" not in options.without else Swaps()
    weights = fit_words(model, first, table, options.without)
    right = translations(options.translated, options.documents) if options.translated else []
    unasked = replace(weights, look_from=math.inf)
    translated = right, judge_documents(model, right, unasked, table, "translations")
    found = judge_documents(model, second, weights, table, "findings")
    fitted = fit_findings(weights, second, found, translated)
    report = measure(fitted, last, judge_documents(model, last, weights, table, "measuring"))
    report |= {"seconds": round(time.monotonic() - begun)}
    print(json.dumps(report, indent=2))
    if options.adapter.resolve() != options.out.resolve():
        options.out.mkdir(parents=True, exist_ok=True)
        for name in FILES:
            if (options.adapter / name).exists():
                shutil.copyfile(options.adapter / name, options.out / name)
    save(fitted, options.out / "calibration.json")
    about = {
        "name": options.out.resolve().name,
        "version": options.version,
        "created": time.strftime("%Y-%m-%d"),
        "base": {"name": base.name, "sha256": base.sha256},
        "calibration": "calibration.json",
        "figures": report,
    }
    (options.out / "mtcheck.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    adapters.seal(options.out)


if __name__ == "__main__":
    main()
