"""The findings on documents: by checking them, or out of JSON reports of earlier checks."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Protocol

from mtcheck.checks import Checks
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.evaluation.gold import MAX_BYTES, GoldDocument
from mtcheck.findings import Finding, Severity, Suggestion
from mtcheck.progress import Progress
from mtcheck.readers import Source, read

Findings = tuple[Finding, ...]


class Results(Protocol):
    """Where findings come from."""

    @property
    def signature(self) -> str:
        """Names all that the findings depend on."""

    def of(self, documents: Sequence[GoldDocument]) -> list[Findings]:
        """The findings on each document."""


class Checked:
    """Findings by checking. The model is loaded once, when it is made."""

    def __init__(
        self, load: Callable[[Progress], Checks], progress: Callable[[], AbstractContextManager[Progress]]
    ) -> None:
        self._progress = progress
        with progress() as show:
            # The progress within a document has no label and would replace that of the documents.
            self._checks = load(lambda label, done, total: show(label, done, total) if label else None)
        self.signature = self._checks.signature

    def of(self, documents: Sequence[GoldDocument]) -> list[Findings]:
        """Check each document."""
        found = []
        with self._progress() as show:
            for done, document in enumerate(documents):
                show("Checking", done, len(documents))
                found.append(self._checks.check_document(Document(document.name, document.text)).findings)
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """One file of a report, and the report."""

    report: str
    path: str
    findings: Sequence[Any]


class Reported:
    """Findings out of reports of ``mtcheck --format json``, found by the name of the checked file without its suffix.

    So the document ``a01`` is what was checked as ``texts/a01.txt``, and a document read of a plain file is what was
    checked under the same file name.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        """Read the reports.

        Raises:
            InputError: one is no such report, reports come of different models, or a name is in two of them.
        """
        self.signature = ""
        self._entries: dict[str, _Entry] = {}
        for path in paths:
            self._add(path)

    def of(self, documents: Sequence[GoldDocument]) -> list[Findings]:
        """The findings on each document.

        Raises:
            InputError: a document is in no report, or a report is on another text.
        """
        return [self._findings(document) for document in documents]

    def _add(self, path: str) -> None:
        try:
            data = json.loads(read(Source(path), limit=MAX_BYTES).text)
            signature = str(data["signature"])
            entries = [_Entry(path, str(file["path"]), list(file["findings"])) for file in data["files"]]
        except (ValueError, KeyError, TypeError) as error:
            problem = f"no JSON report ({_reason(error)}); make one with `mtcheck --format json`"
            raise InputError(path, problem) from error
        if self.signature not in ("", signature):
            raise InputError(path, f"made by {signature}, another report by {self.signature}; make them all with one")
        self.signature = signature
        for entry in entries:
            name = _name(entry.path)
            if name in self._entries:
                other = self._entries[name]
                problem = f"{entry.path} and {other.path} ({other.report}) are both called {name}; rename one"
                raise InputError(path, problem)
            self._entries[name] = entry

    def _same_file(self, path: str) -> _Entry | None:
        entry = self._entries.get(_name(path))
        return entry if entry is not None and PurePath(entry.path).name == PurePath(path).name else None

    def _findings(self, document: GoldDocument) -> Findings:
        entry = self._entries.get(document.name) or self._same_file(document.name)
        if entry is None:
            raise InputError(document.name, "in no report; check its text in a file of this name with .txt behind it")
        try:
            found = tuple(_finding(data) for data in entry.findings)
        except (ValueError, KeyError, TypeError) as error:
            problem = f"a finding of {entry.path} cannot be read ({_reason(error)})"
            raise InputError(entry.report, f"{problem}; make the report with `mtcheck --format json`") from error
        for finding in found:
            if document.text[finding.start : finding.end] != finding.text:
                problem = f"{entry.path} had {finding.text!r} at {finding.start}, {document.name} has not"
                raise InputError(entry.report, f"{problem}; check the very text, its line ends included")
        return found


def _name(path: str) -> str:
    return PurePath(path).stem


def _reason(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(
        rule=str(data["rule"]),
        severity=Severity[str(data["severity"]).upper()],
        confidence=float(data["confidence"]),
        start=int(data["start"]),
        end=int(data["end"]),
        line=int(data["line"]),
        column=int(data["column"]),
        end_line=int(data["end_line"]),
        end_column=int(data["end_column"]),
        text=str(data["text"]),
        message=str(data["message"]),
        in_quotation=bool(data["in_quotation"]),
        suggestions=tuple(Suggestion(str(s["text"]), float(s["confidence"])) for s in data["suggestions"]),
        fingerprint=str(data["fingerprint"]),
    )
