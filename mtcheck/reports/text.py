"""The report for people: every finding with its line and the likely wordings, and a summary.

seeds/ceasefire.txt:1:76: error MT101 97 % in a quotation
    …stopping Ukraine's “dying march” “as quickly as…
                         ^^^^^^^^^^^
    "death march" 91 %   "dead march" 4 %
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Literal, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity, Suggestion
from mtcheck.reports.excerpt import excerpts
from mtcheck.reports.tally import Tally, looks_spun
from mtcheck.reports.wording import WordingNats, facts, nats, percent, summary, verdict_words

INDENT = "    "
SUGGESTIONS = 3
"""How many wordings are shown."""
NARROWEST = 24

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.INFO: "bold blue"}


class TextReport:
    """Writes findings as they come; colours only on a terminal, or as ``NO_COLOR`` and ``FORCE_COLOR`` say."""

    def __init__(
        self, stream: TextIO, *, summary: bool = True, width: int | None = None, verbose: bool = False
    ) -> None:
        self._summary = summary
        self._verbose = verbose
        self._console = console_on(stream, width)
        self._encoding = getattr(stream, "encoding", None) or "utf-8"
        self._room = max(NARROWEST, self._console.width) - len(INDENT)
        self._open: tuple[DocumentResult, ...] = ()

    def begin(self, signature: str) -> None:
        """Nothing: the signature is for programs and for comparing runs."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """Print the findings of one file."""
        self._close_file()
        wordings = WordingNats(document, result) if self._verbose else None
        for finding in result.findings:
            self._finding(document, finding, wordings)
        self._open = (result,)
        self._console.file.flush()

    def failure(self, failure: Failure) -> None:
        """Nothing: it went to standard error, and the summary counts it."""

    def end(self, tally: Tally) -> None:
        """Print the summary: of one file in one line, of several for each that has something and for all."""
        if tally.documents > 1:
            self._close_file()
        if self._summary:
            self._print(Text(summary(tally), "bold"))

    def _close_file(self) -> None:
        """Sum up the file before, now that it is known not to be the only one."""
        for result in self._open:
            if self._summary and (result.findings or looks_spun(result.verdict)):
                tally = Tally()
                tally.add(result)
                self._print(Text(f"{self._show(result.title)}: {facts(tally)}; {verdict_words(result.verdict)}\n"))
        self._open = ()

    def _finding(self, document: Document, finding: Finding, wordings: WordingNats | None) -> None:
        style = _STYLES[finding.severity]
        place = "" if document.extracted else f"{finding.line}:{finding.column}:"
        head = Text(f"{self._show(document.path)}:{place} ")
        head.append(finding.severity.label, style).append(f" {finding.rule} {percent(finding.confidence)}")
        if _adds_something(finding):
            head.append(f" {self._show(finding.message)}")
        if finding.location:
            head.append(f" ({self._show(finding.location)})", "dim")
        if finding.in_quotation:
            head.append(" (in a quotation)", "dim")
        lines = [head]
        for excerpt in excerpts(document, finding, self._room, self._encoding):
            lines.append(Text(INDENT + excerpt.text))
            lines.append(Text(INDENT + " " * excerpt.start).append("^" * excerpt.length, style))
        lines.extend(self._rows(finding.suggestions[:SUGGESTIONS]))
        if wordings is not None and finding.text:
            lines.append(Text(INDENT + self._nats(finding, wordings), "dim"))
        self._print(Text("\n").join([*lines, Text()]))

    def _rows(self, suggestions: tuple[Suggestion, ...]) -> Iterator[Text]:
        """The suggestions side by side, on more lines where the terminal is narrow."""
        row, gap = Text(), "   "
        for index, suggestion in enumerate(suggestions):
            item = Text(self._wording(suggestion), "bold green" if index == 0 else "")
            item.append(f" {percent(suggestion.confidence)}")
            if row and cell_len(row.plain) + len(gap) + cell_len(item.plain) > self._room + len(INDENT):
                yield row
                row = Text()
            row = row.append(gap).append_text(item) if row else Text(INDENT).append_text(item)
        if row:
            yield row

    def _nats(self, finding: Finding, wordings: WordingNats) -> str:
        """How surprising the wording and the suggestions are, ``-`` where that is not known."""
        told = [f"{nats(wordings.of(finding))} as it stands"]
        told += [f"{nats(one.surprisal)} {self._wording(one)}" for one in finding.suggestions[:SUGGESTIONS]]
        return f"surprisal in nats: {', '.join(told)}"

    def _wording(self, suggestion: Suggestion) -> str:
        return f'"{self._show(suggestion.text)}"' if suggestion.text.strip() else "leave it out"

    def _show(self, text: str) -> str:
        return visible(text, self._encoding)

    def _print(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def _adds_something(finding: Finding) -> bool:
    """Whether the message says more than the suggestions below it."""
    if not finding.message:
        return False
    return not finding.suggestions or finding.suggestions[0].text not in finding.message


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave the error that is being handled to the command line; rich would exit with 1, as with findings."""
        raise


def console_on(stream: TextIO, width: int | None = None) -> Console:
    """A console that writes plain text unless it is on a terminal; no escapes at all under ``NO_COLOR``."""
    colours: Literal["auto", "standard"] | None = "standard" if os.environ.get("FORCE_COLOR") else "auto"
    if os.environ.get("NO_COLOR"):
        colours = None
    return _Console(
        file=stream,
        width=width,
        color_system=colours,
        highlight=False,
        markup=False,
        emoji=False,
    )
