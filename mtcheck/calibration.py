"""From raw figures to probabilities: the weights and curves that scripts/calibrate.py fits on held-out text.

They lie beside the adapter as ``calibration.json``, since they hold for that adapter only.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from mtcheck.errors import ModelError
from mtcheck.findings import Severity

ERROR_CONFIDENCE = 0.9
WARNING_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Curve:
    """A rising curve through points, straight between them and level beyond them."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def __call__(self, x: float) -> float:
        """The height at ``x``."""
        if x <= self.xs[0]:
            return self.ys[0]
        if x >= self.xs[-1]:
            return self.ys[-1]
        right = bisect_right(self.xs, x)
        x0, x1, y0, y1 = self.xs[right - 1], self.xs[right], self.ys[right - 1], self.ys[right]
        return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over named features."""

    bias: float
    weights: Mapping[str, float]

    def logit(self, features: Mapping[str, float]) -> float:
        """Log odds for a set of features; all named ones must be there."""
        return self.bias + sum(weight * features[name] for name, weight in self.weights.items())

    def probability(self, features: Mapping[str, float]) -> float:
        """The probability for a set of features."""
        return 1.0 / (1.0 + math.exp(-self.logit(features)))


@dataclass(frozen=True, slots=True)
class Calibration:
    """All fitted figures of one adapter.

    ``word``: is a word garbled. ``finding``: log odds of a finding's words -> probability that the finding is right.
    ``suggestion``: log share of the changed mass that a suggestion has -> probability that it is the original, given
    that the finding is right. ``document``: was the text spun or badly translated. ``look_from``: log odds to be
    garbled from which a word is looked into.
    """

    word: Logistic
    finding: Curve
    suggestion: Curve
    document: Logistic
    look_from: float = -1.5


def severity(confidence: float) -> Severity:
    """The severity that a finding's confidence earns."""
    if confidence >= ERROR_CONFIDENCE:
        return Severity.ERROR
    return Severity.WARNING if confidence >= WARNING_CONFIDENCE else Severity.INFO


def load(path: Path) -> Calibration:
    """Read a calibration file. Raises ModelError where it is missing or not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(
            _logistic(data["word"]),
            _curve(data["finding"]),
            _curve(data["suggestion"]),
            _logistic(data["document"]),
            float(data["look_from"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: not a calibration file ({error}); run scripts/calibrate.py for this adapter"
        ) from error


def _logistic(data: dict[str, Any]) -> Logistic:
    return Logistic(float(data["bias"]), {name: float(weight) for name, weight in data["weights"].items()})


def _curve(data: list[list[float]]) -> Curve:
    xs, ys = zip(*((float(x), float(y)) for x, y in data), strict=True)
    if any(a >= b for a, b in pairwise(xs)):
        raise ValueError("the points of a curve must rise")
    return Curve(xs, ys)
