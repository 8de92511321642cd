"""A picture of sentences' perplexities in the order of the text. Needs matplotlib, the extra ``plots``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator

from mtcheck.display import visible
from mtcheck.sentence_scores import SentenceScore

_DOTS_PER_INCH = 150
_NAMED = 3
"""How many of the worst sentences the picture names by their place."""


def draw(scores: Sequence[SentenceScore], path: str) -> None:
    """Write the picture; its format follows the file's suffix.

    Raises:
        OSError: the file cannot be written.
        ValueError: there is no format of that suffix.
    """
    picture(scores).savefig(path, dpi=_DOTS_PER_INCH)


def picture(scores: Sequence[SentenceScore]) -> Any:
    """Plain and editing perplexity over the number of the sentence, the worst ones named."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    axes = figure.subplots()
    numbers = range(1, len(scores) + 1)
    axes.plot(numbers, [one.plain for one in scores], color="0.6", linewidth=1, label="plain")
    axes.plot(numbers, [one.editing for one in scores], color="tab:red", marker=".", label="editing")
    worst = sorted(numbers, key=lambda number: -scores[number - 1].editing)[:_NAMED]
    several = len({one.path for one in scores}) > 1
    for number in worst:
        one = scores[number - 1]
        place = f"{visible(one.path)}:{one.line}" if several else f"line {one.line}"
        axes.annotate(
            place,
            (number, one.editing),
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
            parse_math=False,
        )
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter(minor_thresholds=(2, 1)))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("sentence")
    axes.set_ylabel("perplexity per token")
    axes.legend()
    return figure
