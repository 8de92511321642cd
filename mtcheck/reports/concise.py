"""The concise report: a line per finding, as editors and ``grep`` take them.

draft.txt:1:76: error MT101 97 % "dying march": "death march", "dead march"
"""

from __future__ import annotations

from typing import TextIO

from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import percent, summary


class ConciseReport:
    """Writes a line per finding and, for people, a summary."""

    def __init__(self, stream: TextIO, *, summary: bool = True) -> None:
        self._stream = stream
        self._summary = summary
        self._encoding = getattr(stream, "encoding", None) or "utf-8"

    def begin(self, signature: str) -> None:
        """Nothing: the signature is for programs and for comparing runs."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the findings of one file."""
        for finding in result.findings:
            self._stream.write(visible(line(document.path, finding), self._encoding) + "\n")
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Nothing: it went to standard error, and the summary counts it."""

    def end(self, tally: Tally) -> None:
        """Write the summary."""
        if self._summary:
            self._stream.write(summary(tally) + "\n")


def line(path: str, finding: Finding) -> str:
    """A finding on one line, as far as the draft's own line ends allow."""
    said = ", ".join(f'"{" ".join(s.text.split())}"' for s in finding.suggestions) or finding.message
    where = f"{path}:{finding.line}:{finding.column}"
    what = f"{finding.severity.label} {finding.rule} {percent(finding.confidence)}"
    if finding.location:
        what += f" ({finding.location})"
    wording = f' "{" ".join(finding.text.split())}"' if finding.text else ""
    return f"{where}: {what}{wording}: {said}"
