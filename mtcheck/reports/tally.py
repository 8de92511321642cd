"""The totals of a run, kept while it goes on: the summary line and the exit status come from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from mtcheck.findings import DocumentResult, Severity, Verdict

LOOKS_SPUN = 0.5
"""From this probability on, a document counts as spun or badly translated."""


@dataclass(slots=True)
class Tally:
    """Counts over the files of one run and the documents in them; ``last`` is the verdict on the latest document.

    ``over_limits``: how many documents exceed a limit; ``unchanged``: how many were checked by an earlier run.
    """

    files: int = 0
    documents: int = 0
    words: int = 0
    failures: int = 0
    spun: int = 0
    severities: Counter[Severity] = field(default_factory=Counter)
    last: Verdict | None = None
    interrupted: bool = False
    over_limits: int = 0
    unchanged: int = 0
    _latest: str | None = None

    def add(self, result: DocumentResult) -> None:
        """Count one checked document; those of a file come after each other."""
        self.files += result.path != self._latest
        self._latest = result.path
        self.documents += 1
        self.words += result.words
        self.spun += looks_spun(result.verdict)
        self.severities.update(finding.severity for finding in result.findings)
        self.last = result.verdict

    @property
    def worst(self) -> Severity | None:
        """The highest severity found so far."""
        return max(self.severities, default=None)


def looks_spun(verdict: Verdict) -> bool:
    """Whether the text as a whole is more likely spun or badly translated than not."""
    return verdict.spun is not None and verdict.spun >= LOOKS_SPUN
