#!/usr/bin/env python3
"""Fit what turns an adapter's raw figures into probabilities, on garbled and clean text kept out of training.

One third of the texts fits the weights that judge a word; the next, judged with these, fits the curves for findings and
suggestions and the weights of the verdict; the last tells what came out. Copies what train.py wrote into a folder under
models/, with calibration.json, mtcheck.json (the description) and SHA256SUMS.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from garbler.corpus import held_out

from mtcheck import adapter as adapters
from mtcheck import base_model
from mtcheck.calibration import Calibration, Curve, Logistic
from mtcheck.checker import Totals
from mtcheck.composer import candidates
from mtcheck.judgement import Judgement, judge
from mtcheck.language_model import load
from mtcheck.language_model.editing import EditingModel
from mtcheck.segments import Span

FEATURES = "surprisal margin tag name name_margin name_tag pieces pieces_margin plain edge".split()
MEASURED = 1000
"""Held-out sentences of a news file that the calibration leaves for measuring."""
LOOK_FROM = -1.5
"""Log odds below which a word is not looked into: fewer than one in five of such would be garbled."""


@dataclass(frozen=True)
class Gold:
    """A text and its garbled stretches with what the original had there: (start, end, original)."""

    text: str
    spans: list[tuple[int, int, str]]

    @property
    def original(self) -> str:
        """The text with all originals in place."""
        return self.mended([])

    def mended(self, keep: Sequence[tuple[int, int]], edits: Sequence[tuple[int, int, str]] = ()) -> str:
        """The text with the given edits, and with all originals but those in the stretches to keep."""
        chosen = [s for s in self.spans if not any(s[0] < b and a < s[1] for a, b in keep)]
        text = self.text
        for start, end, new in sorted([*chosen, *edits], reverse=True):
            text = text[:start] + new + text[end:]
        return text


def read_gold(path: Path, most: int) -> list[Gold]:
    """Examples of garble.py as texts with gold stretches."""
    found = []
    with path.open(encoding="utf-8") as lines:
        for line, _ in zip(lines, range(most), strict=False):
            text, spans = "", []
            for garbled, original, kind in json.loads(line)["pieces"]:
                if kind:
                    spans.append((len(text), len(text) + len(garbled), original))
                text += garbled
            found.append(Gold(text.replace("\n", " "), spans))
    return found


def clean_sentences(path: Path) -> list[str]:
    """The sentences of a news file that are kept out of training, but for the last, which figures are taken on."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        lines = [line.strip() for line in stream]
    source = path.name.removesuffix(".txt.gz")
    return [line for i, line in enumerate(lines) if held_out(source, i, len(lines))][:-MEASURED]


def judge_golds(model: EditingModel, golds: Sequence[Gold], weights: Logistic) -> list[Judgement]:
    """Judge texts, some at a time for the progress line."""
    results: list[Judgement] = []
    for begin in range(0, len(golds), 64):
        results += judge(model, [gold.text for gold in golds[begin : begin + 64]], weights, LOOK_FROM)
        print(f"\r{len(results)}/{len(golds)} texts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def word_rows(golds: Sequence[Gold], judged: Sequence[Judgement]) -> tuple[Any, Any]:
    """Feature rows and 0/1 labels of all words."""
    rows, labels = [], []
    for gold, judgement in zip(golds, judged, strict=True):
        for word in judgement.words:
            rows.append([word.features[name] for name in FEATURES])
            labels.append(any(a < word.span.end and word.span.start < b for a, b, _ in gold.spans))
    return np.array(rows), np.array(labels, dtype=float)


def fit_logistic(rows: Any, labels: Any, names: Sequence[str]) -> Logistic:
    """Logistic regression on standardised features, given back in the features' own units."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = rows.mean(0), rows.std(0) + 1e-6
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit((rows - mean) / spread, labels)
    weights = fitted.coef_[0] / spread
    bias = float(fitted.intercept_[0] - (weights * mean).sum())
    return Logistic(round(bias, 5), {name: round(float(w), 5) for name, w in zip(names, weights, strict=True)})


def fit_curve(xs: Sequence[float], right: Sequence[bool], points: int) -> Curve:
    """A rising curve by isotonic regression, thinned to bins of like counts so that it does not follow single texts."""
    from sklearn.isotonic import IsotonicRegression

    order = np.argsort(xs)
    x, y = np.asarray(xs)[order], np.asarray(right, dtype=float)[order]
    bins = [part for part in np.array_split(np.arange(len(x)), points) if len(part)]
    centres = np.array([x[part].mean() for part in bins])
    # One imagined failure and one success a bin: nothing is ever quite sure.
    shares = np.array([(y[part].sum() + 1) / (len(part) + 2) for part in bins])
    heights = IsotonicRegression().fit_transform(centres, shares, sample_weight=[len(part) for part in bins])
    points_by_x = {round(float(x), 3): round(float(y), 4) for x, y in zip(centres, heights, strict=True)}
    return Curve(tuple(points_by_x), tuple(points_by_x.values()))


@dataclass(frozen=True)
class Outcome:
    """A candidate of a text, whether a garble is there, and its wordings: (log share, whether it is the original)."""

    span: Span
    logit: float
    right: bool
    tried: list[tuple[float, bool]]


def outcomes(gold: Gold, judgement: Judgement) -> list[Outcome]:
    """How the candidates of a text compare with its gold stretches; doubled words are not judged by the model."""
    want = " ".join(gold.original.split()).casefold()
    found = []
    for item in candidates(gold.text, judgement.words, judgement.places):
        if item.doubled:
            continue
        touched = [s for s in gold.spans if _touches(gold.text, s, item.span)]
        low, high = item.span.start, item.span.end
        tried = []
        if touched and all(low <= s[0] and s[1] <= high for s in touched):
            for wording in item.wordings:
                got = gold.mended([(low, high)], [(low, high, wording.text)])
                tried.append((wording.share, " ".join(got.split()).casefold() == want))
        found.append(Outcome(item.span, item.logit, bool(touched), tried))
    return found


def _touches(text: str, gold: tuple[int, int, str], span: Span) -> bool:
    """Whether a candidate is at a gold stretch; where the original only goes on, also at the word behind it."""
    start, end, original = gold
    if original.casefold().startswith(text[start:end].casefold()):
        end += 2
    return span.start < end and start < span.end


def verdict_rows(golds: Sequence[Gold], judged: Sequence[Judgement]) -> tuple[Any, Any]:
    """Feature rows and 0/1 labels of texts long enough for a verdict: spun if over 4 % of the letters are garbled."""
    rows, labels = [], []
    for gold, judgement in zip(golds, judged, strict=True):
        if len(judgement.words) >= 20:
            totals = Totals()
            totals.add(judgement)
            rows.append(list(totals.features().values()))
            labels.append(sum(b - a for a, b, _ in gold.spans) > 0.04 * len(gold.text))
    return np.array(rows), np.array(labels, dtype=float)


def measure(fitted: Calibration, golds: Sequence[Gold], judged: Sequence[Judgement]) -> dict[str, Any]:
    """What the fitted figures give on texts that fitted nothing."""
    found = [outcomes(gold, item) for gold, item in zip(golds, judged, strict=True)]
    every = [item for some in found for item in some]
    confidences = [fitted.finding(item.logit) for item in every]
    tried = [pair for item in every for pair in item.tried]
    clean_words = sum(len(item.words) for gold, item in zip(golds, judged, strict=True) if not gold.spans)
    rows, labels = verdict_rows(golds, judged)
    names = list(Totals().features())
    verdicts = [fitted.document.probability(dict(zip(names, row, strict=True))) > 0.5 for row in rows.tolist()]
    report: dict[str, Any] = {
        "texts": len(golds),
        "findings": len(every),
        "finding_calibration_error": round(calibration_error(confidences, [item.right for item in every]), 4),
        "suggestion_calibration_error": round(
            calibration_error([fitted.suggestion(share) for share, _ in tried], [hit for _, hit in tried]), 4
        ),
        "verdicts_right": round(float(np.mean(np.array(verdicts) == labels)), 4),
    }
    for level, least in (("warning", 0.5), ("error", 0.9)):
        chosen = [[item for item in some if fitted.finding(item.logit) >= least] for some in found]
        count = sum(map(len, chosen))
        false = sum(len(some) for gold, some in zip(golds, chosen, strict=True) if not gold.spans)
        spans = [(gold, s, some) for gold, some in zip(golds, chosen, strict=True) for s in gold.spans]
        caught = sum(any(_touches(gold.text, s, item.span) for item in some) for gold, s, some in spans)
        report[level] = {
            "precision": round(sum(item.right for some in chosen for item in some) / max(1, count), 4),
            "spans_found": round(caught / max(1, len(spans)), 4),
            "false_per_10k_clean_words": round(1e4 * false / max(1, clean_words), 2),
        }
    return report


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width."""
    bins = np.minimum((np.asarray(confidences) * 10).astype(int), 9)
    error = 0.0
    for number in range(10):
        part = bins == number
        if part.any():
            gap = abs(np.asarray(confidences)[part].mean() - np.asarray(right, dtype=float)[part].mean())
            error += gap * part.mean()
    return float(error)


def main() -> None:
    """Parse the options, fit, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="base model (default: the one mtcheck uses)")
    parser.add_argument("--adapter", type=Path, required=True, help="folder that train.py wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the finished adapter, models/NAME")
    parser.add_argument("--garbled", type=Path, required=True, help="held-out file of garble.py")
    parser.add_argument("--clean", type=Path, required=True, help="news file (.txt.gz) whose held-out part is taken")
    parser.add_argument("--texts", type=int, default=1500, help="garbled texts to use")
    parser.add_argument("--clean-texts", type=int, default=900, help="clean texts of three sentences to add")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--version", default="1", help="version of the adapter, for its description")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    begun = time.monotonic()
    base = base_model.locate(options.model)
    model = load(base.folder, options.adapter, options.precision)
    golds = read_gold(options.garbled, options.texts)
    lines = clean_sentences(options.clean)
    clean = [Gold(" ".join(lines[i : i + 3]), []) for i in range(0, 3 * options.clean_texts, 3) if i < len(lines)]
    golds += clean
    random.Random(options.seed).shuffle(golds)
    third = len(golds) // 3
    first, second, last = golds[:third], golds[third : 2 * third], golds[2 * third :]

    rows, labels = word_rows(first, judge_golds(model, first, Logistic(-99.0, dict.fromkeys(FEATURES, 0.0))))
    word = fit_logistic(rows, labels, FEATURES)
    judged = judge_golds(model, second, word)
    found = [outcome for gold, item in zip(second, judged, strict=True) for outcome in outcomes(gold, item)]
    finding = fit_curve([item.logit for item in found], [item.right for item in found], 24)
    tried = [pair for item in found for pair in item.tried]
    suggestion = fit_curve([share for share, _ in tried], [hit for _, hit in tried], 16)
    features, spun = verdict_rows(second, judged)
    document = fit_logistic(features, spun, list(Totals().features()))
    fitted = Calibration(word, finding, suggestion, document, LOOK_FROM)
    report = measure(fitted, last, judge_golds(model, last, word)) | {"seconds": round(time.monotonic() - begun)}
    print(json.dumps(report, indent=2))
    data = {
        "word": {"bias": fitted.word.bias, "weights": dict(fitted.word.weights)},
        "finding": [list(point) for point in zip(finding.xs, finding.ys, strict=True)],
        "suggestion": [list(point) for point in zip(suggestion.xs, suggestion.ys, strict=True)],
        "document": {"bias": document.bias, "weights": dict(document.weights)},
        "look_from": LOOK_FROM,
    }
    if options.adapter.resolve() != options.out.resolve():
        options.out.mkdir(parents=True, exist_ok=True)
        for name in ("adapter_config.json", "adapter_model.safetensors", "tagger.safetensors", "loss.png"):
            shutil.copyfile(options.adapter / name, options.out / name)
    (options.out / "calibration.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
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
