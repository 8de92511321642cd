"""GitLab's code quality report: a JSON array, shown in merge requests.

Type and categories are what Code Climate's own format asks for; other consumers of it expect them.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import Any, TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Severity
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import sentence

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


class GitlabReport:
    """Writes an entry per finding; GitLab tells old ones from new by their fingerprints."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._separator = ""

    def begin(self, signature: str) -> None:
        """Open the array."""
        self._stream.write("[")

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the entries of one file's findings."""
        for finding in result.findings:
            lines = {"begin": finding.line, "end": finding.end_line}
            mark = f"{finding.rule}\x1f{finding.fingerprint}"
            self._write(result.path, sentence(finding), finding.rule, _SEVERITIES[finding.severity], mark, lines)
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write an entry for an input that could not be checked."""
        self._write(failure.path, failure.message, "not-checked", "critical", failure.message, {"begin": 1})

    def end(self, tally: Tally) -> None:
        """Close the array."""
        self._stream.write("\n]\n")

    def _write(self, path: str, text: str, rule: str, severity: str, mark: str, lines: dict[str, int]) -> None:
        # The same sentence may stand in two files; each entry needs a fingerprint of its own.
        name = hashlib.sha256(f"{path}\x1f{mark}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        entry: dict[str, Any] = {
            "type": "issue",
            "categories": ["Style"],
            "description": text,
            "check_name": rule,
            "fingerprint": name,
            "severity": severity,
            "location": {"path": PurePath(path).as_posix(), "lines": lines},
        }
        self._stream.write(f"{self._separator}\n{json.dumps(entry, ensure_ascii=False)}")
        self._separator = ","
