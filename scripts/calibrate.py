#!/usr/bin/env python3
"""Fit what turns the adapter's raw figures into probabilities, on garbled and clean text kept out of training.

One third of the texts fits the weights that judge a word; the rest, judged with these, fits the curves for findings
and suggestions and the weights of the verdict, and tells what came out. Writes ``calibration.json``,
``mtcheck.json`` (the description) and ``SHA256SUMS`` into the adapter's folder.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
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
from mtcheck import base_model, detector, suggester
from mtcheck.calibration import Calibration, Curve, Logistic
from mtcheck.checker import Totals
from mtcheck.composer import Candidate, candidates
from mtcheck.detector import WordReading
from mtcheck.language_model import load
from mtcheck.language_model.editing import EditingModel
from mtcheck.suggester import Place

FEATURES = "surprisal margin tag name name_margin name_tag pieces pieces_margin plain edge".split()
MEASURED = 1000
"""Held-out sentences of a news file that the calibration leaves for measuring."""
LEAST_LOGIT = -2.5
"""Words below this are never looked at again: one in thirteen at the most would be garbled."""


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


def judge(
    model: EditingModel, golds: Sequence[Gold], weights: Logistic, decode: bool
) -> list[tuple[list[WordReading], list[Candidate], Totals]]:
    """Words, finding candidates and sums of each text, read in batches of like lengths."""
    tokens = [model.tokenize(gold.text) for gold in golds]
    order = sorted(range(len(golds)), key=lambda i: len(tokens[i].ids))
    results: dict[int, tuple[list[WordReading], list[Candidate], Totals]] = {}
    while order:
        count = max(1, 4096 // (2 * len(tokens[order[0]].ids) + 2) * 3 // 4)
        batch, order = order[:count], order[count:]
        texts, cut = [golds[i].text for i in batch], [tokens[i] for i in batch]
        read = model.read([item.ids for item in cut])
        words = [detector.read_words(t, c, r, weights) for t, c, r in zip(texts, cut, read.readings, strict=True)]
        places = [Place(row, word) for row, found in enumerate(words) for word in found if word.logit >= LEAST_LOGIT]
        if decode:
            suggester.propose(read, texts, cut, words, places, model.decode)
        for row, i in enumerate(batch):
            found = candidates(texts[row], words[row], [p for p in places if p.row == row]) if decode else []
            totals = Totals()
            totals.add(words[row], read.readings[row])
            results[i] = (words[row], found, totals)
        print(f"\r{len(results)}/{len(golds)} texts", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return [results[i] for i in range(len(golds))]


def word_rows(golds: Sequence[Gold], judged: Sequence[Any]) -> tuple[Any, Any]:
    """Feature rows and 0/1 labels of all words."""
    rows, labels = [], []
    for gold, (words, _, _) in zip(golds, judged, strict=True):
        for word in words:
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
    kept = [0] + [i for i in range(1, len(centres)) if centres[i] - centres[i - 1] > 1e-6]
    return Curve(tuple(round(float(centres[i]), 4) for i in kept), tuple(round(float(heights[i]), 4) for i in kept))


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
    parser.add_argument(
        "--adapter", type=Path, required=True, help="folder of the adapter; calibration.json goes there"
    )
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
    first, rest = golds[: len(golds) // 3], golds[len(golds) // 3 :]

    rows, labels = word_rows(first, judge(model, first, Logistic(0.0, {}), decode=False))
    word = fit_logistic(rows, labels, FEATURES)
    print("word", json.dumps({"bias": word.bias, **word.weights}))
    judged = judge(model, rest, word, decode=True)

    logits, right, shares, hits = [], [], [], []
    for gold, (_, found, _) in zip(rest, judged, strict=True):
        want = " ".join(gold.original.split()).casefold()
        for item in found:
            touched = [s for s in gold.spans if s[0] < item.span.end and item.span.start < s[1]]
            if item.doubled:
                continue
            logits.append(item.logit)
            right.append(bool(touched))
            for wording in item.wordings if touched else ():
                low, high = item.span.start, item.span.end
                edit = (low, high, wording.text)
                if any(s[0] < low or s[1] > high for s in touched):
                    continue
                got = gold.mended([(low, high)], [edit])
                shares.append(wording.share)
                hits.append(" ".join(got.split()).casefold() == want)
    finding = fit_curve(logits, right, 24)
    suggestion = fit_curve(shares, hits, 16)
    features, spun = [], []
    for gold, (words, _, totals) in zip(rest, judged, strict=True):
        if len(words) >= 20:
            features.append(list(totals.features().values()))
            spun.append(sum(b - a for a, b, _ in gold.spans) > 0.04 * len(gold.text))
    document = fit_logistic(np.array(features), np.array(spun, dtype=float), list(Totals().features()))
    fitted = Calibration(word, finding, suggestion, document)

    clean_words = sum(len(words) for gold, (words, _, _) in zip(rest, judged, strict=True) if not gold.spans)
    confidences = [finding(x) for x in logits]
    report: dict[str, Any] = {
        "texts": len(rest),
        "findings": len(logits),
        "finding_calibration_error": round(calibration_error(confidences, right), 4),
        "suggestion_calibration_error": round(calibration_error([suggestion(x) for x in shares], hits), 4),
        "seconds": round(time.monotonic() - begun),
    }
    for level, least in (("warning", 0.5), ("error", 0.9)):
        chosen = [ok for c, ok in zip(confidences, right, strict=True) if c >= least]
        false = sum(
            item.logit >= _first_x(finding, least) and not item.doubled
            for gold, (_, found, _) in zip(rest, judged, strict=True)
            if not gold.spans
            for item in found
        )
        caught = total = 0
        for gold, (_, found, _) in zip(rest, judged, strict=True):
            for a, b, _ in gold.spans:
                total += 1
                caught += any(f.span.start < b and a < f.span.end and finding(f.logit) >= least for f in found)
        report[level] = {
            "precision": round(sum(chosen) / max(1, len(chosen)), 4),
            "spans_found": round(caught / max(1, total), 4),
            "false_per_10k_clean_words": round(1e4 * false / max(1, clean_words), 2),
        }
    print(json.dumps(report, indent=2))
    data = {
        "word": {"bias": fitted.word.bias, "weights": dict(fitted.word.weights)},
        "finding": [list(point) for point in zip(finding.xs, finding.ys, strict=True)],
        "suggestion": [list(point) for point in zip(suggestion.xs, suggestion.ys, strict=True)],
        "document": {"bias": document.bias, "weights": dict(document.weights)},
        "held_out": report,
    }
    (options.adapter / "calibration.json").write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    about = {
        "name": options.adapter.resolve().name,
        "version": options.version,
        "created": time.strftime("%Y-%m-%d"),
        "base": {"name": base.name, "sha256": base.sha256},
        "calibration": "calibration.json",
        "figures": report,
    }
    (options.adapter / "mtcheck.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    adapters.seal(options.adapter)


def _first_x(curve: Curve, height: float) -> float:
    """Where a rising curve reaches a height; infinity where it never does."""
    low, high = curve.xs[0] - 1, curve.xs[-1] + 1
    if curve(high) < height:
        return float("inf")
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if curve(middle) >= height else (middle, high)
    return high


if __name__ == "__main__":
    main()
