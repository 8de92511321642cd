"""Logistic regressions and rising curves, fitted with scikit-learn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mtcheck.calibration import Curve, Logistic

Rows = Sequence[Mapping[str, float]]


def fit_logistic(rows: Rows, labels: Sequence[bool], weight: float = 1.0) -> Logistic:
    """Logistic regression on standardised features, given back in the features' own units.

    ``weight`` is how often each positive label counts.
    """
    from sklearn.linear_model import LogisticRegression

    names = list(rows[0])
    values = np.array([[row[name] for name in names] for row in rows])
    mean, spread = values.mean(0), values.std(0) + 1e-6
    positive = np.asarray(labels, dtype=bool)
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(
        (values - mean) / spread, positive, sample_weight=np.where(positive, weight, 1.0)
    )
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
    # Half an imagined failure and half a success a bin: nothing is ever quite sure.
    shares = np.array([(y[part].sum() + 0.5) / (len(part) + 1) for part in bins])
    heights = IsotonicRegression().fit_transform(centres, shares, sample_weight=[len(part) for part in bins])
    points_by_x = {round(float(x), 3): round(float(y), 4) for x, y in zip(centres, heights, strict=True)}
    return Curve(tuple(points_by_x), tuple(points_by_x.values()))


def calibration_error(confidences: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over ten bins of equal width, 0 where there is nothing to judge."""
    if not len(confidences):
        return 0.0
    given, hit = np.asarray(confidences), np.asarray(right, dtype=float)
    bins = np.minimum((given * 10).astype(int), 9)
    error = 0.0
    for number in range(10):
        part = bins == number
        if part.any():
            error += abs((given - hit)[part].sum())
    return float(error / len(given))
