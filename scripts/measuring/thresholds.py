"""Where to cut a score so that it serves best to tell bad from good.

Two measures of a cut, both from four counts: bad and flagged (hits), good but flagged (false), bad and not flagged
(missed), good and not flagged (spared).

    MCC  = (hits spared - false missed) / sqrt((hits + false) (hits + missed) (spared + false) (spared + missed))
    F0.5 = 1.25 P R / (0.25 P + R) = 1.25 hits / (1.25 hits + 0.25 missed + false)

The Matthews correlation: Matthews 1975, "Comparison of the predicted and observed secondary structure of T4 phage
lysozyme", Biochimica et Biophysica Acta 405; the figure for word tags in quality estimation. F0.5 weighs precision
double: van Rijsbergen 1979, Information Retrieval; the figure for corrections since the CoNLL-2014 shared task.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

Quality = Callable[[int, int, int, int], float]
"""From hits, false, missed and spared to how good a cut is."""


def matthews(hits: int, false: int, missed: int, spared: int) -> float:
    """The Matthews correlation, -1 to 1; 0 where all is flagged or nothing, or all is good or all bad."""
    below = (hits + false) * (hits + missed) * (spared + false) * (spared + missed)
    return (hits * spared - false * missed) / math.sqrt(below) if below else 0.0


def f05(hits: int, false: int, missed: int, spared: int) -> float:
    """F0.5, 0 to 1; 0 where nothing is hit."""
    return 1.25 * hits / (1.25 * hits + 0.25 * missed + false) if hits else 0.0


def quality_at(scores: Sequence[float], bad: Sequence[bool], threshold: float, quality: Quality) -> float:
    """How good it is to flag what scores ``threshold`` or more."""
    hits = sum(b and s >= threshold for s, b in zip(scores, bad, strict=True))
    false = sum(s >= threshold for s in scores) - hits
    missed = sum(bad) - hits
    return quality(hits, false, missed, len(bad) - hits - false - missed)


def best_threshold(scores: Sequence[float], bad: Sequence[bool], quality: Quality) -> float:
    """The score from which it is best to flag; of equals the highest. Infinity where no cut is better than none."""
    total, hits, flagged = sum(bad), 0, 0
    best, threshold = quality(0, 0, total, len(bad) - total), math.inf
    ordered = sorted(zip(scores, bad, strict=True), reverse=True)
    for place, (score, is_bad) in enumerate(ordered):
        flagged += 1
        hits += is_bad
        if place + 1 < len(ordered) and ordered[place + 1][0] == score:
            continue
        false = flagged - hits
        reached = quality(hits, false, total - hits, len(bad) - total - false)
        if reached > best:
            best, threshold = reached, score
    return threshold
