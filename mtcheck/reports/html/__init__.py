"""The HTML report: one self-contained page that an editor reads; nothing in it is fetched, and no draft can script it.

It is written document by document from ``page.html`` (Jinja2, everything escaped). Style and script are inline and
named by their digests in the page's content security policy, which forbids all else.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any, TextIO

from mtcheck._version import __version__
from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding
from mtcheck.reports.tally import Tally, looks_spun
from mtcheck.reports.wording import facts, percent, summary, verdict_words
from mtcheck.surprisals import Surprisals, WordPlaces

HEAT = (0.5, 1.0, 2.0, 4.0, 6.0, 8.0)
"""Editing surprisals, in nats, from which a word is of the first, second, ... degree of heat."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text; ``degree`` is its heat, 0 where it is not surprising, ``nats`` its editing surprisal."""

    text: str
    degree: int = 0
    nats: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; ``number`` is that of the finding that it belongs to, ``first`` whether it opens it."""

    parts: tuple[Part, ...]
    number: int | None = None
    finding: Finding | None = None
    first: bool = False


class HtmlReport:
    """Writes the page."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._numbers = itertools.count(1)
        self._documents = itertools.count(1)
        self._failures: list[Failure] = []

    @cached_property
    def _page(self) -> Any:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            loader=PackageLoader("mtcheck.reports.html", "."),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"percent": percent, "shown": visible}
        return environment.get_template("page.html").module

    def begin(self, signature: str) -> None:
        """Write the head of the page."""
        folder = files("mtcheck.reports.html")
        style, script = (folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
        digests = {"heat": HEAT, "style_digest": _digest(style), "script_digest": _digest(script)}
        self._write(self._page.head(version=__version__, signature=signature, style=style, script=script, **digests))

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write one document: its verdict, its text with the findings in place, and their list."""
        tally = Tally()
        tally.add(result)
        numbered = [(next(self._numbers), finding) for finding in result.findings]
        self._write(
            self._page.document(
                number=next(self._documents),
                path=result.title,
                facts=facts(tally),
                spun=looks_spun(result.verdict),
                verdict=verdict_words(result.verdict),
                editing=result.verdict.editing_perplexity,
                plain=result.verdict.perplexity,
                lines=list(lines(document, numbered, result.surprisals)),
                findings=numbered,
            )
        )
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Keep what could not be checked for the end."""
        self._failures.append(failure)

    def end(self, tally: Tally) -> None:
        """Write the totals and close the page."""
        self._write(self._page.tail(summary=summary(tally), failures=self._failures))

    def _write(self, html: Any) -> None:
        # Half a surrogate pair has no place in a file; what is shown of one is ASCII already (see ``visible``).
        self._stream.write(str(html).encode("utf-8", "replace").decode("utf-8"))


def lines(
    document: Document, numbered: list[tuple[int, Finding]], surprisals: Surprisals | None = None
) -> Iterator[tuple[int, list[Piece]]]:
    """The lines of a text that hold something, by number, cut where findings begin and end."""
    heat = Heat(document.text, surprisals)
    waiting = 0
    for number in range(1, document.lines + 1):
        start, end = document.bounds(number)
        pieces: list[Piece] = []
        at = start
        for index in range(waiting, len(numbered)):
            which, finding = numbered[index]
            if finding.start >= end:
                break
            begin, behind = max(finding.start, at), min(finding.end, end)
            if begin < behind:
                if at < begin:
                    pieces.append(Piece(heat.parts(at, begin)))
                pieces.append(Piece(heat.parts(begin, behind), which, finding, finding.start >= start))
                at = behind
            if finding.end <= end:
                waiting = index + 1
        if at < end:
            pieces.append(Piece(heat.parts(at, end)))
        if pieces:
            yield number, pieces


class Heat:
    """Cuts stretches of a text where words begin and end that surprise the editor."""

    def __init__(self, text: str, surprisals: Surprisals | None) -> None:
        self._text = text
        self._surprisals = surprisals
        self._places = WordPlaces.of(text) if surprisals is not None else None

    def parts(self, start: int, end: int) -> tuple[Part, ...]:
        """The parts of a stretch, fit to be shown."""
        found: list[Part] = []
        at = start
        if self._surprisals is not None and self._places is not None:
            for word in range(*self._places.within(start, end)):
                nats = self._surprisals.nats(word) or 0.0
                if degree := bisect_right(HEAT, nats):
                    begin, behind = max(start, self._places.starts[word]), min(end, self._places.ends[word])
                    if at < begin:
                        found.append(Part(visible(self._text[at:begin])))
                    found.append(Part(visible(self._text[begin:behind]), degree, nats))
                    at = behind
        if at < end:
            found.append(Part(visible(self._text[at:end])))
        return tuple(found)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
