"""Several reports of one run at once, each with the findings that its format is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Severity
from mtcheck.reports import Report
from mtcheck.reports.tally import Tally


@dataclass(slots=True)
class Member:
    """One of the reports, the least severity that it holds, and its totals."""

    report: Report
    minimum: Severity
    tally: Tally = field(default_factory=Tally)


class SeveralReports:
    """Hands everything on to each report, but findings only from its least severity on."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members

    def begin(self, signature: str) -> None:
        """The run starts."""
        for member in self._members:
            member.report.begin(signature)

    def document(self, document: Document, result: DocumentResult) -> None:
        """One input was checked."""
        for member in self._members:
            kept = tuple(finding for finding in result.findings if finding.severity >= member.minimum)
            shown = replace(result, findings=kept)
            member.tally.add(shown)
            member.report.document(document, shown)

    def failure(self, failure: Failure) -> None:
        """One input could not be checked."""
        for member in self._members:
            member.tally.failures += 1
            member.report.failure(failure)

    def end(self, tally: Tally) -> None:
        """The run is over; each report gets the totals of what it holds."""
        for member in self._members:
            member.tally.interrupted = tally.interrupted
            member.tally.unchanged = tally.unchanged
            member.report.end(member.tally)
