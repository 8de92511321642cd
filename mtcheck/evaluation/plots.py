"""Pictures of an evaluation: what confidences are worth. Needs matplotlib, the extra ``plots``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from mtcheck.evaluation.confidences import Reliability, Threshold
from mtcheck.evaluation.evaluation import Evaluation

RELIABILITY = "reliability.png"
PRECISION_RECALL = "precision-recall.png"

_DOTS_PER_INCH = 150
_MARKED = (0.9, 0.5)
"""Confidences that are named in the picture: what makes an error, and a warning."""


def draw(evaluation: Evaluation, folder: Path) -> list[Path]:
    """Write both pictures as PNG files into a folder that is there, and give their paths.

    Raises:
        OSError: a file cannot be written.
    """
    paths = folder / RELIABILITY, folder / PRECISION_RECALL
    reliability(evaluation).savefig(paths[0], dpi=_DOTS_PER_INCH)
    precision_recall(evaluation.thresholds).savefig(paths[1], dpi=_DOTS_PER_INCH)
    return list(paths)


def reliability(evaluation: Evaluation) -> Any:
    """The share right over the mean confidence, of findings and of suggestions; best on the diagonal."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    _reliability(left, "findings", evaluation.findings)
    _reliability(right, "suggestions", evaluation.suggestions)
    left.set_ylabel("share right")
    return figure


def precision_recall(thresholds: Sequence[Threshold]) -> Any:
    """Precision over recall while the confidence that is asked for falls."""
    figure = Figure(figsize=(5.5, 4.5), layout="constrained")
    axes = figure.subplots()
    axes.plot([one.recall for one in thresholds], [one.precision for one in thresholds], marker=".")
    for confidence in _MARKED:
        reached = [one for one in thresholds if one.confidence >= confidence]
        if reached:
            place = (reached[-1].recall, reached[-1].precision)
            axes.plot(*place, "o", color="black")
            axes.annotate(f"confidence {confidence}", place, xytext=(6, 6), textcoords="offset points")
    axes.set(title="Garbled words by confidence", xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1.05))
    axes.grid(alpha=0.3)
    return figure


def _reliability(axes: Any, name: str, judged: Reliability) -> None:
    axes.plot([0, 1], [0, 1], linestyle="--", color="grey")
    for one in judged.bins:
        if one.right.low is not None:
            axes.plot([one.confidence] * 2, [one.right.low, one.right.high], color="tab:blue", alpha=0.5)
    means, shares = [one.confidence for one in judged.bins], [one.right.value for one in judged.bins]
    axes.plot(means, shares, marker="o", color="tab:blue")
    for one in judged.bins:
        place = (one.confidence, one.right.value)
        axes.annotate(f"{one.count:,}", place, xytext=(5, -11), textcoords="offset points", fontsize=8)
    error = "" if judged.error is None else f", calibration error {judged.error:.3f}"
    axes.set(title=f"{judged.count:,} {name}{error}", xlabel="confidence", xlim=(0, 1), ylim=(0, 1.05))
    axes.grid(alpha=0.3)
