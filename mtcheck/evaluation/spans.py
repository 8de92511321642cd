"""The garbled span of annotated text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """A garbled stretch, in code points, and the wordings that would be right there, the preferred one first.

    An unsure span is part of the original text, but its words count neither for nor against a finding.
    """

    start: int
    end: int
    originals: tuple[str, ...]
    kind: str = ""
    sure: bool = True
