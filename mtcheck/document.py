"""A document: plain text, where it came from, and the way from an offset to its place in the source."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from mtcheck.annotated import AnnotatedText
from mtcheck.writing import Writing, as_it_stands, cautious

_LINE_END = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of a text, counted from 1; a line ends with CR LF, CR or LF."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._before = 0
        self._starts = array("Q", [0])
        self._starts.extend(match.end() for match in _LINE_END.finditer(text))

    def __len__(self) -> int:
        return self._before + len(self._starts)

    def part(self, start: int, end: int) -> Lines:
        """The lines that hold the offsets ``start`` to ``end``, under their numbers; it knows no places elsewhere."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, end)
        part = Lines("")
        part._length = end
        part._before = self._before + first
        part._starts = self._starts[first:last]
        return part

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a code point offset from 0 to the text's length."""
        if not 0 <= offset <= self._length:
            raise ValueError(f"offset {offset} is outside a text of {self._length} characters")
        line = bisect_right(self._starts, offset)
        return self._before + line, offset - self._starts[line - 1] + 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Start and end offsets of a line, with its line end."""
        if not 1 <= number <= len(self._starts):
            raise ValueError(f"line {number} is outside a text of {len(self._starts)} lines")
        return self._starts[number - 1], self._starts[number] if number < len(self._starts) else self._length


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document that begins at ``start``, and how a wording is written into its source."""

    start: int
    writing: Writing


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an annotated text comes from; the source and its lines are shared by all documents of a file.

    ``passages`` are in the order of their starts; of what comes before the first, no reader says how to write there.
    """

    text: AnnotatedText
    source: str
    lines: Lines
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Label:
    """What a person calls the part of a document that begins at ``start``: a field, a unit id, a table cell."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A field that says again what a stretch of a document says, and so is not read: a summary out of the content.

    ``document`` is that field alone. Its words begin at ``words``, and those that they repeat at ``repeated``.
    """

    document: Document
    words: array[int]
    repeated: array[int]
    end: int
    """Where the stretch that is repeated ends."""

    def overlaps(self, start: int, end: int) -> bool:
        """Whether some of a stretch is repeated."""
        return start < self.end and self.repeated[0] < end

    def stretch(self, start: int, end: int) -> tuple[int, int] | None:
        """Where the words of a stretch stand in the field; ``None`` where it has not all of them."""
        if start < self.repeated[0] or end > self.end:
            return None
        return self._place(start), self._place(end - 1) + 1

    def _place(self, offset: int) -> int:
        index = bisect_right(self.repeated, offset) - 1
        return self.words[index] + offset - self.repeated[index]


@dataclass(frozen=True, slots=True)
class Document:
    """Text to check.

    Attributes:
        path: the file it comes from.
        text: what is checked; of plain text the whole source with its line ends, without a byte-order mark.
        name: which part of the file it is, ``entry 2 (urn:42)``; empty where it is all of it.
        origin: the way back to the source where ``text`` is not the source itself.
        labels: parts that have a name of their own, in the order of their starts.
        identity: what the file itself calls that part, wherever it stands: a guid; empty where it has no name.
        repeats: fields of the file that repeat some of the text, and are no part of it.
        extracted: the file is no text (a Word file): lines, columns and offsets are those of ``text`` itself, and only
            ``location`` says where to look.
    """

    path: str
    text: str
    name: str = ""
    origin: Origin | None = field(default=None, repr=False, compare=False)
    labels: tuple[Label, ...] = field(default=(), repr=False)
    identity: str = ""
    extracted: bool = False
    repeats: tuple[Repeat, ...] = field(default=(), repr=False, compare=False)
    _lines: Lines = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lines", Lines(self.text))

    def without_source(self) -> Document:
        """The same with the way to its lines and columns alone, which is all that a check needs of the source.

        It can be given to another process without what it has in common with the other documents of a file.
        """
        if self.origin is None:
            return self
        text = self.origin.text
        lines = self.origin.lines.part(text.span(0, 0)[0], text.span(len(self.text), len(self.text))[1])
        return replace(self, origin=Origin(text, "", lines))

    @property
    def lines(self) -> int:
        """How many lines the text has; one that ends with a line end has an empty last one."""
        return len(self._lines)

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """Code point offsets into the decoded source of a stretch of the text."""
        return self.origin.text.span(start, end) if self.origin else (start, end)

    @property
    def source(self) -> str:
        """The decoded source, which lines, columns and ``source_span`` count in."""
        return self.origin.source if self.origin else self.text

    def source_bounds(self, number: int) -> tuple[int, int]:
        """Start and end offsets of a line of the source, counted from 1, with its line end."""
        return (self.origin.lines if self.origin else self._lines).bounds(number)

    def replaceable(self, start: int, end: int, wording: str) -> bool:
        """Whether a plain ``wording`` can take a stretch's place in the source: no markup or escape stands there."""
        if self.extracted:
            return False
        first, last = self.source_span(start, end)
        return self.source[first:last] == self.text[start:end] and self.written(start, wording) == wording

    def written(self, offset: int, wording: str) -> str | None:
        """What to write into the source for a wording at an offset of the text; ``None`` where it cannot stand there.

        Quotes, markup and escapes are written as the format has them there.
        """
        if self.origin is None:
            return as_it_stands(offset, wording)
        passages = self.origin.passages
        index = bisect_right(passages, offset, key=lambda passage: passage.start) - 1
        return (passages[index].writing if index >= 0 else cautious)(self.source_span(offset, offset)[0], wording)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the source, both from 1, of a code point offset from 0 to ``len(text)``."""
        if self.origin is None:
            return self._lines.place(offset)
        return self.origin.lines.place(self.origin.text.span(offset, offset)[0])

    def end_place(self, start: int, end: int) -> tuple[int, int]:
        """Line and column in the source just behind a stretch of the text."""
        if self.origin is None:
            return self._lines.place(end)
        return self.origin.lines.place(self.origin.text.span(start, end)[1])

    def location(self, offset: int) -> str:
        """What a person looks for to find an offset, where line and column do not say it all: ``entry 2, title``."""
        index = bisect_right(self.labels, offset, key=lambda label: label.start) - 1
        label = self.labels[index].text if index >= 0 else ""
        return ", ".join(part for part in (self.name, label) if part)

    def line_of(self, offset: int) -> int:
        """The number of the text's own line, from 1, that holds an offset."""
        return self._lines.place(offset)[0]

    def bounds(self, number: int) -> tuple[int, int]:
        """Start and end offsets of a line of the text, counted from 1, without its line end."""
        start, end = self._lines.bounds(number)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def line(self, number: int) -> str:
        """A line of the text, counted from 1, without its line end."""
        start, end = self.bounds(number)
        return self.text[start:end]
