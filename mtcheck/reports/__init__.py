"""Reports: the results of a run in the formats that people and programs read.

A report is written while the run goes on, file by file, and holds no more than one file's text at a time. A new
format is a module with a class of this protocol and a line in the table below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure
from mtcheck.reports.tally import Tally

__all__ = ["FORMATS", "Report", "Tally"]


class Report(Protocol):
    """Writes what a run finds; called in this order: ``begin``, then one of the middle two per input, ``end``."""

    def begin(self, signature: str) -> None:
        """The run starts; ``signature`` names all that its results depend on."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """One input was checked."""

    def failure(self, failure: Failure) -> None:
        """One input could not be checked. Standard error has said so already."""

    def end(self, tally: Tally) -> None:
        """The run is over, or was interrupted; ``tally`` holds its totals."""


def _text(stream: TextIO, summary: bool) -> Report:
    from mtcheck.reports.text import TextReport

    return TextReport(stream, summary=summary)


def _json(stream: TextIO, summary: bool) -> Report:
    from mtcheck.reports.json import JsonReport

    return JsonReport(stream)


FORMATS: Mapping[str, Callable[[TextIO, bool], Report]] = {"text": _text, "json": _json}
"""Format name -> what makes the report, from the stream to write to and whether to add a summary for people."""
