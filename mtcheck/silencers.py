"""Silencers: comments in a draft that leave findings out.

    <!-- mtcheck: ignore -->                beside text, the line; on a line of its own, the paragraph that follows
    <!-- mtcheck: ignore MT101, MT202 -->   these rules only
    <!-- mtcheck: off -->                   from here on, until <!-- mtcheck: on -->

Markdown, HTML and XML have such comments, and plain text may. A line of its own may begin with ``#`` (PO files),
``//``, ``%`` or ``NOTE`` (WebVTT) instead. Behind a colon or in brackets there may be a reason.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document, Lines, Origin, Passage
from mtcheck.findings import Finding
from mtcheck.rules import RULES
from mtcheck.segments import paragraphs
from mtcheck.writing import as_it_stands

_COMMENT = re.compile(
    r"<!--[ \t]*mtcheck:[ \t]*(?P<markup>[^\r\n<>]{0,200}?)[ \t]*-->"
    r"|(?:(?<![^\r\n])[ \t]*)(?:\#+|//+|%+|NOTE\b[ \t]*(?:\r\n?|\n)?)"
    r"[ \t]*mtcheck:[ \t]*(?P<line>[^\r\n]{0,200}?)[ \t]*(?![^\r\n])"
)
_ORDER = re.compile(r"(?P<verb>ignore|off|on)\b(?P<rules>(?:[ ,]+MT\w+)*)[ ]*(?:[:(].*)?")


@dataclass(slots=True)
class Silencer:
    """A comment that silences ``start`` to ``end`` of the source; all rules where none is named.

    ``covers_all`` where it silences all of the text, and so findings on the text as a whole.
    """

    order: str
    line: int
    rules: frozenset[str]
    start: int
    end: int
    covers_all: bool = False
    used: bool = False

    def silences(self, rule: str, start: int, end: int) -> bool:
        """Whether a finding of a rule at a stretch of the source is to be left out."""
        if self.rules and rule not in self.rules:
            return False
        if start == end:
            return self.covers_all or bool(self.rules)
        return start < self.end and self.start < end


@dataclass(frozen=True, slots=True)
class Silencers:
    """The silencers of one file, and what is wrong with some of them: line and sentence."""

    found: tuple[Silencer, ...] = ()
    problems: tuple[tuple[int, str], ...] = ()

    def silence(self, document: Document, finding: Finding) -> bool:
        """Whether a finding is to be left out; whoever silences it counts as used."""
        if not self.found:
            return False
        start, end = document.source_span(finding.start, finding.end)
        silencing = [one for one in self.found if one.silences(finding.rule, start, end)]
        for one in silencing:
            one.used = True
        return bool(silencing)

    def complaints(self) -> list[tuple[int, str]]:
        """Line and sentence for each silencer that is wrong or silenced nothing, once all findings were seen."""
        unused = [
            (one.line, f"`mtcheck: {one.order}` silences nothing; remove it") for one in self.found if not one.used
        ]
        return sorted([*self.problems, *unused])


def read_silencers(documents: Sequence[Document]) -> Silencers:
    """The silencers in the source that some documents share."""
    if not documents or "mtcheck:" not in documents[0].source:
        return Silencers()
    return _Scan(documents).run()


def without_silencers(document: Document) -> Document:
    """A plain text without the comments that silence, which are no part of what it says; others are as they were."""
    if document.origin is not None or document.extracted or "mtcheck:" not in document.text:
        return document
    source = AnnotatedText.whole(document.text)
    annotator, at = Annotator(source), 0
    for comment in _COMMENT.finditer(document.text):
        annotator.keep(at, comment.start())
        at = comment.end()
    if not at:
        return document
    annotator.keep(at, len(document.text))
    text = annotator.finish()
    origin = Origin(text, document.text, Lines(document.text), (Passage(0, as_it_stands),))
    return Document(document.path, text.text, document.name, origin, document.labels, document.identity)


@dataclass(slots=True)
class _Scan:
    """Reads the comments of a source in their order."""

    documents: Sequence[Document]
    found: list[Silencer] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    open: list[Silencer] = field(default_factory=list)

    def run(self) -> Silencers:
        source = self.documents[0].source
        lines = Lines(source)
        blocks = list(self._blocks())
        starts = [start for start, _ in blocks]
        for comment in _COMMENT.finditer(source):
            said = (comment["markup"] or comment["line"] or "").strip()
            line = lines.place(comment.start())[0]
            order = _ORDER.fullmatch(said)
            if order is None:
                self._complain(
                    line, f"`mtcheck: {said}` is not understood; write ignore, off or on, and rules behind it"
                )
                continue
            rules = frozenset(re.findall(r"MT\w+", order["rules"]))
            for rule in sorted(rules - RULES.keys()):
                self._complain(line, f"`mtcheck: {said}`: there is no rule {rule}")
            if rules and rules.isdisjoint(RULES):
                continue
            if order["verb"] == "on":
                self._end(said, line, rules, comment.start())
            elif order["verb"] == "off":
                everything = not rules and (not blocks or comment.end() <= starts[0])
                one = Silencer(said, line, rules, comment.end(), len(source), everything)
                self.found.append(one)
                self.open.append(one)
            else:
                begin, end = lines.bounds(line)
                if not (source[begin : comment.start()] + source[comment.end() : end]).strip():
                    index = bisect_left(starts, comment.end())
                    begin, end = blocks[index] if index < len(blocks) else (0, 0)
                self.found.append(Silencer(said, line, rules, begin, end))
        return Silencers(tuple(self.found), tuple(self.problems))

    def _end(self, said: str, line: int, rules: frozenset[str], at: int) -> None:
        """End what is off: all, or what names the same rules."""
        ended = [one for one in self.open if not rules or one.rules == rules]
        if not ended:
            self._complain(line, f"`mtcheck: {said}` ends nothing; remove it")
        for one in ended:
            one.end, one.covers_all = at, False
            self.open.remove(one)

    def _complain(self, line: int, problem: str) -> None:
        self.problems.append((line, problem))

    def _blocks(self) -> Iterator[tuple[int, int]]:
        """The paragraphs and named parts (cues, fields) of all documents as stretches of the source, in its order."""
        yield from sorted(
            document.source_span(start, end) for document in self.documents for start, end in _parts(document)
        )


def _parts(document: Document) -> Iterator[tuple[int, int]]:
    """A document's paragraphs, cut where a part with a name of its own begins: cues make one paragraph without it."""
    named = [label.start for label in document.labels]
    for span in paragraphs(document.text):
        inside = named[bisect_right(named, span.start) : bisect_left(named, span.end)]
        yield from pairwise([span.start, *inside, span.end])
