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
WEIGHTS = ("alone", "company", "again", "wording", "rival", "finding", "document")
CURVES = ("confidence", "suggestion")


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

    ``alone``: log odds that a word is garbled, by its own figures. ``company``: the same in view of how garbled the
    document's other words look. ``again``: the same once the window's sure fixes are in place. ``wording``: log odds
    that a proposal is the original's wording, and ``rival``: that one is which was weighed against others. ``finding``:
    log odds that a finding is right, and ``confidence``: these -> the share of findings that are. ``suggestion``: a
    proposal's log odds -> the share that is the original, given that the finding is right. ``document``: was the text
    spun or badly translated. ``look_from``: log odds to be garbled from which a word is looked into; ``fix_from``:
    those from which its likeliest wording is put in place before doubtful ones are looked into.
    """

    alone: Logistic
    company: Logistic
    again: Logistic
    wording: Logistic
    rival: Logistic
    finding: Logistic
    confidence: Curve
    suggestion: Curve
    document: Logistic
    look_from: float
    fix_from: float


def severity(confidence: float) -> Severity:
    """The severity that a finding's confidence earns."""
    if confidence >= ERROR_CONFIDENCE:
        return Severity.ERROR
    return Severity.WARNING if confidence >= WARNING_CONFIDENCE else Severity.INFO


def load(path: Path) -> Calibration:
    """Read a calibration file. Raises ModelError where it is missing or not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        fitted: dict[str, Any] = {name: parse_logistic(data[name]) for name in WEIGHTS}
        fitted |= {name: parse_curve(data[name]) for name in CURVES}
        return Calibration(**fitted, look_from=float(data["look_from"]), fix_from=float(data["fix_from"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path}: not a calibration file ({error}); run scripts/calibrate.py for this adapter"
        ) from error


def save(calibration: Calibration, path: Path) -> None:
    """Write a calibration file."""
    data: dict[str, Any] = {}
    for name in WEIGHTS:
        weights: Logistic = getattr(calibration, name)
        data[name] = {"bias": weights.bias, "weights": dict(weights.weights)}
    for name in CURVES:
        curve: Curve = getattr(calibration, name)
        data[name] = [list(point) for point in zip(curve.xs, curve.ys, strict=True)]
    data |= {"look_from": calibration.look_from, "fix_from": calibration.fix_from}
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def parse_logistic(data: dict[str, Any]) -> Logistic:
    """A regression out of its JSON form. Raises KeyError, TypeError or ValueError where it is not one."""
    return Logistic(float(data["bias"]), {name: float(weight) for name, weight in data["weights"].items()})


def parse_curve(data: list[list[float]]) -> Curve:
    """A curve out of its JSON form. Raises TypeError or ValueError where it is not one."""
    xs, ys = zip(*((float(x), float(y)) for x, y in data), strict=True)
    if any(a >= b for a, b in pairwise(xs)):
        raise ValueError("the points of a curve must rise")
    return Curve(xs, ys)
