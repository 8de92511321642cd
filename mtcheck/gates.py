"""Limits on a whole document: the verdict as a gate for texts that come in by the thousand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mtcheck.findings import DocumentResult


@dataclass(frozen=True, slots=True)
class Gates:
    """The most findings per 1,000 words and the highest probability to be spun that pass; ``None`` lets all pass."""

    rate: float | None = None
    spun: float | None = None

    def exceeded(self, result: DocumentResult) -> Iterator[str]:
        """A sentence for each limit that a document exceeds; one too short for a verdict exceeds none."""
        verdict = result.verdict
        if verdict.spun is None:
            return
        if self.rate is not None and verdict.findings_per_1000_words > self.rate:
            yield (
                f"{verdict.findings_per_1000_words:,.1f} findings per 1,000 words, more than --max-rate {self.rate:g}"
            )
        if self.spun is not None and verdict.spun > self.spun:
            yield f"spun with probability {verdict.spun:.2f}, more than --max-spun {self.spun:g}"
