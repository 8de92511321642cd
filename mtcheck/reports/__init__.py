"""Reports: the results of a run in the formats that people and programs read.

A report is written while the run goes on, file by file, and holds no more than one file's text at a time. A new
format is a module with a class of this protocol and a line in the table below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure
from mtcheck.reports.tally import Tally

__all__ = ["FORMATS", "Format", "Report", "Tally"]


class Report(Protocol):
    """Writes what a run finds; called in the order ``begin``, the middle two as the inputs come, ``end``."""

    def begin(self, signature: str) -> None:
        """The run starts; ``signature`` names all that its results depend on."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """One input was checked."""

    def failure(self, failure: Failure) -> None:
        """One input could not be checked. Standard error has said so already."""

    def end(self, tally: Tally) -> None:
        """The run is over, or was interrupted; ``tally`` holds its totals."""


def _text(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.text import TextReport

    return TextReport(stream, summary=summary, verbose=verbose)


def _concise(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.concise import ConciseReport

    return ConciseReport(stream, summary=summary)


def _json(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.json import JsonReport

    return JsonReport(stream, verbose=verbose)


def _jsonl(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.jsonl import JsonLinesReport

    return JsonLinesReport(stream, verbose=verbose)


def _sarif(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.sarif import SarifReport

    return SarifReport(stream)


def _github(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.github import GithubReport

    return GithubReport(stream)


def _rdjson(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.rdjson import RdjsonReport

    return RdjsonReport(stream)


def _gitlab(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.gitlab import GitlabReport

    return GitlabReport(stream)


def _checkstyle(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.checkstyle import CheckstyleReport

    return CheckstyleReport(stream)


def _junit(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.junit import JunitReport

    return JunitReport(stream)


def _html(stream: TextIO, summary: bool, verbose: bool) -> Report:
    from mtcheck.reports.html import HtmlReport

    return HtmlReport(stream)


@dataclass(frozen=True)
class Format:
    """A format of reports.

    Attributes:
        make: makes a report from the stream to write to, whether to add a summary for people, and whether to give
            surprisals.
        about: what it is for, in a few words.
        complete: whether it holds findings of all severities unless that is chosen otherwise.
        for_people: whether the terminal's encoding applies; what programs read is UTF-8.
    """

    make: Callable[[TextIO, bool, bool], Report]
    about: str
    complete: bool = False
    for_people: bool = False

    def __call__(self, stream: TextIO, summary: bool, verbose: bool = False) -> Report:
        """Make a report."""
        return self.make(stream, summary, verbose)


FORMATS: Mapping[str, Format] = {
    "text": Format(_text, "for people, with the line of each finding", for_people=True),
    "concise": Format(_concise, "a line per finding: PATH:LINE:COLUMN: ...", for_people=True),
    "json": Format(_json, "one object with everything", complete=True),
    "jsonl": Format(_jsonl, "an object per finding and per file, as they come", complete=True),
    "sarif": Format(_sarif, "SARIF 2.1.0, for code scanning"),
    "github": Format(_github, "annotations of a GitHub workflow"),
    "rdjson": Format(_rdjson, "for reviewdog, with suggestions"),
    "gitlab": Format(_gitlab, "GitLab code quality"),
    "checkstyle": Format(_checkstyle, "Checkstyle XML"),
    "junit": Format(_junit, "JUnit XML, a failed test per finding"),
    "html": Format(_html, "a page to read, with the text and its findings", complete=True),
}
"""The formats by name."""
