"""Checkstyle's XML, which many build servers read. It knows no ends and no suggestions; the message names them."""

from __future__ import annotations

from typing import TextIO

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Severity
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import sentence
from mtcheck.reports.xml import Xml

_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "info"}


class CheckstyleReport:
    """Writes a ``file`` element per input."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._xml = Xml(stream)

    def begin(self, signature: str) -> None:
        """Open the document."""
        self._xml.open("checkstyle", version=f"mtcheck {__version__}")

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the errors of one file."""
        self._xml.open("file", name=result.path)
        for finding in result.findings:
            self._xml.element(
                "error",
                line=finding.line,
                column=finding.column,
                severity=_SEVERITIES[finding.severity],
                message=sentence(finding),
                source=f"mtcheck.{finding.rule}",
            )
        self._xml.close("file")
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write an error on the whole input."""
        self._xml.open("file", name=failure.path)
        self._xml.element("error", line=1, severity="error", message=failure.message, source="mtcheck.not-checked")
        self._xml.close("file")

    def end(self, tally: Tally) -> None:
        """Close the document."""
        self._xml.close("checkstyle")
