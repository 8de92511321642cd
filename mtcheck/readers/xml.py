"""XML with the place of every character in the source, from the standard library's expat.

Nothing outside the file is ever fetched, and entities of the file's own are refused: a few lines of them expand to
gigabytes. Depth is limited; the time taken grows with the size of the file only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from xml.parsers import expat

from mtcheck.annotated import AnnotatedText, Annotator

DEEPEST = 256
"""Elements inside each other."""
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")


@dataclass(slots=True)
class Node:
    """An element: ``content`` holds its text and its elements in their order.

    ``tag`` is the local name; ``namespace`` is its address or empty. Attributes go by their local names.
    """

    tag: str
    namespace: str
    attributes: dict[str, str]
    content: list[Node | Piece] = field(default_factory=list)

    def children(self, *tags: str) -> list[Node]:
        """The elements directly inside, those of the given names where any are given."""
        return [item for item in self.content if isinstance(item, Node) and (not tags or item.tag in tags)]

    def first(self, *tags: str) -> Node | None:
        """The first child of a name."""
        return next(iter(self.children(*tags)), None)

    def descendants(self, *tags: str) -> list[Node]:
        """All elements of the given names below this one, in the order of the source."""
        found: list[Node] = []
        pending = [*reversed(self.children())]
        while pending:
            node = pending.pop()
            if node.tag in tags:
                found.append(node)
            pending.extend(reversed(node.children()))
        return found

    def pieces(self) -> list[Piece]:
        """The text inside, with that of all elements inside."""
        return inline_text(self, frozenset())

    def text(self) -> str:
        """The text inside in one line, for naming things."""
        return " ".join("".join(piece.text for piece in self.pieces()).split())


@dataclass(frozen=True, slots=True)
class Piece:
    """Text at ``start`` to ``end`` of the source; the same text as there, or what a reference stands for."""

    start: int
    end: int
    text: str


class NotWellFormed(ValueError):
    """A text that is no XML: ``reason``, and the code point ``offset`` where that shows."""

    def __init__(self, reason: str, offset: int, place: str) -> None:
        super().__init__(f"not well-formed XML: {reason} at {place}")
        self.reason = reason
        self.offset = offset


def declared_encoding(data: bytes) -> str | None:
    """The encoding that an XML declaration names, where it is one of bytes."""
    match = _DECLARED.match(data[:400])
    name = match.group(1).decode("ascii").lower() if match else None
    return None if name is None or name.startswith(("utf-8", "utf8", "utf-16", "utf16")) else name


def parse(source: str) -> Node:
    """The root element.

    Raises:
        NotWellFormed: it is no XML.
        ValueError: it is nested too deeply, or declares entities; with line and column.
    """
    return _Builder(source).run()


def lift(source: AnnotatedText, pieces: list[Piece]) -> AnnotatedText:
    """The text of pieces as one annotated text; HTML that stands escaped or in CDATA can be read out of it."""
    annotator = Annotator(source)
    for piece in pieces:
        if source.text.startswith(piece.text, piece.start) and len(piece.text) == piece.end - piece.start:
            annotator.keep(piece.start, piece.end)
        else:
            annotator.read_as(piece.start, piece.end, piece.text)
    return annotator.finish()


def inline_text(node: Node, codes: frozenset[str]) -> list[Piece]:
    """The text inside, without that of elements named in ``codes``: markup of the format that was translated."""
    found: list[Piece] = []
    pending: list[Node | Piece] = [*reversed(node.content)]
    while pending:
        item = pending.pop()
        if isinstance(item, Piece):
            found.append(item)
        elif item.tag not in codes:
            pending.extend(reversed(item.content))
    return found


class _Builder:
    def __init__(self, source: str) -> None:
        self._source = source
        self._data = source.encode("utf-8", "replace")
        self._byte = 0
        self._point = 0
        self._stack: list[Node] = []
        self._root: Node | None = None
        self._in_cdata = False
        self._kept: tuple[int, int] | None = None
        """A stretch of text that is not yet a piece; the parser tells of it line by line."""
        self._parser = expat.ParserCreate("utf-8", " ")
        # As if a document type told of entities elsewhere: feeds use HTML's without one, and those are known.
        self._parser.UseForeignDTD(True)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartCdataSectionHandler = self._cdata_starts
        self._parser.EndCdataSectionHandler = self._cdata_ends
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._skipped

    def run(self) -> Node:
        try:
            self._parser.Parse(self._data, True)
        except expat.ExpatError as error:
            reason = expat.ErrorString(error.code)
            offset = len(self._data[: self._parser.ErrorByteIndex].decode("utf-8", "ignore"))
            raise NotWellFormed(reason, offset, f"line {error.lineno}, column {error.offset + 1}") from error
        if self._root is None:
            raise ValueError("not well-formed XML: no element found")
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._flush()
        if len(self._stack) >= DEEPEST:
            line = self._parser.CurrentLineNumber
            raise ValueError(f"elements nested deeper than {DEEPEST} at line {line}")
        namespace, _, tag = name.rpartition(" ")
        node = Node(tag, namespace, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        if self._stack:
            self._stack[-1].content.append(node)
        else:
            self._root = node
        self._stack.append(node)

    def _end(self, name: str) -> None:
        self._flush()
        self._stack.pop()

    def _text(self, text: str) -> None:
        start = self._offset()
        if self._source[start] == "&" and not self._in_cdata:
            self._flush()
            end = self._source.index(";", start) + 1
            self._stack[-1].content.append(Piece(start, end, text))
            return
        # Line ends come as line feeds, whatever they are; they are white space as they stand.
        end = start + (2 if text == "\n" and self._source.startswith("\r\n", start) else len(text))
        if self._kept and self._kept[1] == start:
            self._kept = self._kept[0], end
        else:
            self._flush()
            self._kept = start, end

    def _flush(self) -> None:
        if self._kept:
            start, end = self._kept
            self._stack[-1].content.append(Piece(start, end, self._source[start:end]))
            self._kept = None

    def _cdata_starts(self) -> None:
        self._in_cdata = True

    def _cdata_ends(self) -> None:
        self._in_cdata = False

    def _skipped(self, name: str, is_parameter: bool) -> None:
        """A reference to an entity that a file elsewhere declares: HTML's own are known."""
        start = self._offset()
        if not is_parameter and self._stack:
            self._flush()
            self._stack[-1].content.append(Piece(start, start + len(name) + 2, unescape(f"&{name};")))

    def _entity(self, *declaration: object) -> None:
        line = self._parser.CurrentLineNumber
        raise ValueError(f"declares an entity at line {line}, which is refused: a few of them can fill the memory")

    def _offset(self) -> int:
        """Code point offset of the current event; expat counts bytes, and only ever upwards."""
        index = self._parser.CurrentByteIndex
        self._point += len(self._data[self._byte : index].decode("utf-8", "ignore"))
        self._byte = index
        return self._point
