"""Workflow commands for GitHub, which shows them as annotations: ``::error file=draft.txt,line=1,...::message``.

A run shows few of them (the limits are GitHub's); the SARIF report has no such limit.
"""

from __future__ import annotations

from typing import TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import percent, sentence

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


class GithubReport:
    """Writes a workflow command per finding and per failure."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, signature: str) -> None:
        """Nothing: the signature is for programs and for comparing runs."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the commands of one file's findings."""
        for finding in result.findings:
            self._stream.write(_command(document, finding))
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write a command for an input that could not be checked."""
        self._stream.write(f"::error file={_property(failure.path)},title=mtcheck::{_data(failure.message)}\n")

    def end(self, tally: Tally) -> None:
        """Nothing: annotations have no end."""


def _command(document: Document, finding: Finding) -> str:
    properties: dict[str, object] = {"file": document.path}
    if not document.extracted:
        properties |= {"line": finding.line, "endLine": finding.end_line, "col": finding.column}
        if finding.line == finding.end_line:  # GitHub takes an end column on one line only
            properties["endColumn"] = finding.end_column
    where = f" ({finding.location})" if finding.location else ""
    properties["title"] = f"mtcheck {finding.rule} {percent(finding.confidence)}{where}"
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {listed}::{_data(sentence(finding))}\n"


def _data(text: str) -> str:
    """A message in which nothing ends the command: a draft must not give commands of its own."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
