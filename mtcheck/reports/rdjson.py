"""The Reviewdog Diagnostic Format (rdjson), with suggestions that reviewdog offers for one click.

Its columns count bytes of the line in UTF-8, its ends are exclusive.
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import sentence

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}


class RdjsonReport:
    """One DiagnosticResult, written diagnostic by diagnostic."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._separator = ""

    def begin(self, signature: str) -> None:
        """Open the object."""
        self._stream.write('{"source": {"name": "mtcheck"}, "diagnostics": [')

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write a diagnostic per finding."""
        columns = _Bytes(document)
        for finding in result.findings:
            self._write(_diagnostic(document, finding, columns))
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write a diagnostic on the whole input."""
        self._write({"message": failure.message, "location": {"path": failure.path}, "severity": "ERROR"})

    def end(self, tally: Tally) -> None:
        """Close the object."""
        self._stream.write("\n]}\n")

    def _write(self, entry: dict[str, Any]) -> None:
        self._stream.write(f"{self._separator}\n{json.dumps(entry, ensure_ascii=False)}")
        self._separator = ","


class _Bytes:
    """Columns in bytes. Each goes on from the one before, so that a long line costs no more than its length."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._line, self._column, self._bytes = 0, 1, 1

    def position(self, line: int, column: int) -> dict[str, int]:
        """A place for the report from a line and a column in code points."""
        start = self._document.source_bounds(line)[0] - 1
        if line != self._line or column < self._column:
            self._line, self._column, self._bytes = line, 1, 1
        passed = self._document.source[start + self._column : start + column]
        self._bytes += len(passed.encode("utf-8", "surrogatepass"))
        self._column = column
        return {"line": line, "column": self._bytes}


def _diagnostic(document: Document, finding: Finding, columns: _Bytes) -> dict[str, Any]:
    where = {
        "start": columns.position(finding.line, finding.column),
        "end": columns.position(finding.end_line, finding.end_column),
    }
    return {
        "message": sentence(finding),
        "location": {"path": document.path, **({} if document.extracted else {"range": where})},
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule},
        "suggestions": [
            {"range": where, "text": suggestion.text}
            for suggestion in finding.suggestions
            if document.replaceable(finding.start, finding.end, suggestion.text)
        ],
    }
