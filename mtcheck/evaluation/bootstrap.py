"""Intervals by the bootstrap: how a figure would vary if other documents of the same kind had been measured.

Documents are drawn with replacement, as many as there are, the figure is taken of those, and so on many times; the
interval is from the 2.5th to the 97.5th percentile of what comes out. Whole documents are drawn, since the words of one
document are not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20_261_123
_PERCENTILES = (2.5, 97.5)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval.

    ``value`` is ``None`` where there is nothing to take the figure of; ``low`` and ``high`` are ``None`` where fewer
    than two documents have anything to say.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None


class Resamples:
    """Resamples of some documents: the same ones for all figures, and the same in every run.

    ``strata`` are the sizes of the groups of documents; each group is drawn from on its own, so that the proportion
    between, say, garbled and clean documents stays as it is. Where rows are asked for, they are in the order of the
    documents, group after group; the last documents may be left out and count as zeros.
    """

    def __init__(self, strata: Sequence[int], samples: int) -> None:
        random = np.random.default_rng(SEED)
        drawn = [random.multinomial(size, np.full(size, 1 / size), samples) for size in strata if size]
        self._drawn: Array = np.hstack([np.empty((samples, 0)), *drawn])

    def sums(self, rows: Array) -> Array:
        """The sums of the documents' rows in each resample, one row a resample."""
        # Not by matrix multiplication: its threads would add in an order that depends on how many there are.
        result: Array = np.einsum("sd,dk->sk", self._drawn[:, : len(rows)], rows)
        return result

    def ratio(self, numerators: Sequence[float], denominators: Sequence[float]) -> Estimate:
        """The ratio of two sums over documents; each sequence has one number a document."""
        rows: Array = np.array([numerators, denominators], dtype=np.float64).T.reshape(-1, 2)
        numerator, denominator = rows.sum(axis=0).tolist()
        if not denominator:
            return Estimate()
        value = numerator / denominator
        if np.count_nonzero(rows[:, 1]) < 2:
            return Estimate(value)
        sums = self.sums(rows)
        sums = sums[sums[:, 1] != 0]
        return interval(value, sums[:, 0] / sums[:, 1])

    def score(self, rows: Array, compute: Callable[[Array], float]) -> Array:
        """What ``compute`` makes of the sums of the documents' rows, in each resample."""
        return np.array([compute(row) for row in self.sums(rows)], dtype=np.float64)


def interval(value: float, resampled: Array) -> Estimate:
    """A figure with the percentiles of what it is in the resamples; without, where there are none."""
    if not len(resampled):
        return Estimate(value)
    low, high = np.percentile(resampled, _PERCENTILES).tolist()
    return Estimate(value, low, high)
