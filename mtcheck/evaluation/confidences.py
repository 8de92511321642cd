"""What confidences are worth: whether they are the shares that are right, and what a threshold on them gives.

Findings of all severities are looked at, on annotated documents only.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtcheck.evaluation.bootstrap import Estimate, Resamples
from mtcheck.evaluation.scoring import Comparison

BINS = 10

Judged = Sequence[Sequence[tuple[float, bool]]]
"""For each document (confidence, whether it was right) of what is judged in it."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Confidences from ``low`` up to but not including ``high``: how many, their mean, and the share that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class Reliability:
    """How confidences compare with what was right.

    ``error`` is the expected calibration error: the mean distance between confidence and share right over the bins,
    weighted by their counts; ``None`` where nothing was judged. Bins without anything are left out.
    """

    count: int
    error: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """Precision and recall over words of the findings with at least this confidence."""

    confidence: float
    precision: float
    recall: float


def reliability(judged: Judged, resamples: Resamples) -> Reliability:
    """Compare confidences with what was right, in bins of equal width; 1 belongs to the last bin."""
    bins = [
        _bin(number, [[pair for pair in some if _number(pair[0]) == number] for some in judged], resamples)
        for number in range(BINS)
    ]
    filled = tuple(one for one in bins if one is not None)
    count = sum(one.count for one in filled)
    distances = [one.count * abs(one.confidence - (one.right.value or 0.0)) for one in filled]
    return Reliability(count, sum(distances) / count if count else None, filled)


def of_findings(comparison: Comparison) -> list[tuple[float, bool]]:
    """The findings of a document; right are those on a sure span, left out those on unsure ones alone."""
    return [
        (finding.confidence, right)
        for finding in comparison.findings
        if (right := comparison.is_right(finding)) is not None
    ]


def of_suggestions(comparison: Comparison) -> list[tuple[float, bool]]:
    """All suggestions of a document; right are those that give the original, left out those that touch unsure spans."""
    return [
        (suggestion.confidence, right)
        for finding in comparison.findings
        for suggestion, right in zip(finding.suggestions, comparison.suggestions_right(finding) or (), strict=False)
    ]


def thresholds(words: Sequence[tuple[bool, float | None]]) -> list[Threshold]:
    """Precision and recall for each confidence at which they change, the highest first.

    ``words`` are those that ``Comparison.words`` gives; without a garbled one there is no recall, and no threshold.
    """
    garbled = sum(is_garbled for is_garbled, _ in words)
    return list(_thresholds(sorted(((c, g) for g, c in words if c is not None), reverse=True), garbled))


def _thresholds(flagged: list[tuple[float, bool]], garbled: int) -> Iterator[Threshold]:
    right = 0
    for count, (confidence, is_garbled) in enumerate(flagged, 1):
        right += is_garbled
        if garbled and (count == len(flagged) or flagged[count][0] != confidence):
            yield Threshold(confidence, right / count, right / garbled)


def _bin(number: int, judged: Judged, resamples: Resamples) -> Bin | None:
    confidences = [confidence for some in judged for confidence, _ in some]
    if not confidences:
        return None
    right = resamples.ratio([sum(hit for _, hit in some) for some in judged], [len(some) for some in judged])
    mean = sum(confidences) / len(confidences)
    return Bin(number / BINS, (number + 1) / BINS, len(confidences), mean, right)


def _number(confidence: float) -> int:
    """The bin of a confidence; what is printed as .3 must not fall into the bin below for its binary digits."""
    return min(BINS - 1, int(confidence * BINS + 1e-9))
