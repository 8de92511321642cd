"""The figures: ratios of sums of counts, so that they can be taken of any set of documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from mtcheck.evaluation.scoring import Counts


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio of two weighted sums of counts; the weights are by the names of ``Counts``."""

    name: str
    numerator: Mapping[str, float]
    denominator: Mapping[str, float]


PRECISION = Figure("precision", {"garbled_flagged": 1}, {"garbled_flagged": 1, "other_flagged": 1})
"""Of the flagged words, the share that is garbled."""
RECALL = Figure("recall", {"garbled_flagged": 1}, {"garbled_flagged": 1, "garbled_missed": 1})
"""Of the garbled words, the share that is flagged."""
F05 = Figure("f05", {"garbled_flagged": 1.25}, {"garbled_flagged": 1.25, "garbled_missed": 0.25, "other_flagged": 1})
"""The weighted harmonic mean of precision and recall in which precision counts twice as much."""
FIRST = Figure("first_suggestion", {"first_right": 1}, {"judged": 1})
"""Of the findings on sure spans, the share whose first suggestion gives the original."""
THREE = Figure("first_three_suggestions", {"three_right": 1}, {"judged": 1})
"""Of the findings on sure spans, the share of which one of the first three suggestions gives the original."""
FOUND = Figure("found", {"found": 1}, {"spans": 1})
"""Of the sure spans, the share that a finding overlaps."""
MENDED = Figure("mended", {"mended": 1}, {"spans": 1})
"""Of the sure spans, the share that the first suggestions put right."""
REPAIR = Figure("repair", {"errors_before": 1, "errors_after": -1}, {"errors_before": 1})
"""Of the word errors, the share that all first suggestions undo; below 0 where they do more harm than good."""
WER_BEFORE = Figure("word_error_rate_before", {"errors_before": 1}, {"original_words": 1})
"""Word errors of the text for each word of the original."""
WER_AFTER = Figure("word_error_rate_after", {"errors_after": 1}, {"original_words": 1})
"""Word errors of the text with all first suggestions applied, for each word of the original."""
FALSE = Figure("false_per_10000_words", {"clean_findings": 10_000}, {"clean_words": 1})
"""Findings for each 10,000 words of clean text."""

ALL = (PRECISION, RECALL, F05, FIRST, THREE, FOUND, MENDED, REPAIR, WER_BEFORE, WER_AFTER, FALSE)
OF_RULES = (PRECISION, RECALL, FIRST, THREE, FALSE)
OF_KINDS = (FOUND, MENDED)


def weighted(counts: Counts, weights: Mapping[str, float]) -> float:
    """A weighted sum of counts."""
    return float(sum(weights.get(item.name, 0) * getattr(counts, item.name) for item in fields(Counts)))
