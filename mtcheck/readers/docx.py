"""Word files (.docx): body, tables, text boxes, foot- and endnotes, headers and footers, with a path to each paragraph.

Of tracked changes the text as it would be accepted is read. Left out are field codes, hidden text, formulas, comments
and paragraphs in a style for code. ``read_word`` says of each piece of the text which element of which part it is, so
that what changes a file finds the same text as what checks it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from mtcheck.annotated import PARAGRAPH
from mtcheck.document import Document, Label
from mtcheck.readers.word_package import Part, WordPackage

WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""The namespaces of text, in transitional and in strict files."""

_INTO = frozenset("r hyperlink smartTag customXml ins moveTo sdt sdtContent fldSimple dir bdo ruby rubyBase".split())
"""Elements whose content is the paragraph's own text."""
_AROUND = frozenset("sdt sdtContent customXml ins moveTo".split())
"""Elements around paragraphs, rows or cells."""
_MEANT = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_BOXES = ("drawing", "pict", "object")
_CODE = frozenset(["sourcecode", "htmlpreformatted", "code", "htmlcode", "macrotext"])
"""Styles of code, by their ids."""
_OFF = ("0", "false", "off")
_SPACES = str.maketrans("\t\r\n", "   ")


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of the document's text and the element of a part that it is.

    Attributes:
        part: the part's name in the archive, ``word/document.xml``.
        element: a ``w:t``; for a tab, a break or a hyphen the element that stands for it.
        start: where the piece begins in the document's text.
        text: the piece, as long in the text as here; of a ``w:t`` the part of its ``text`` that Word shows.
        skipped: how many characters of the ``w:t`` come before the piece.
    """

    part: str
    element: etree._Element
    start: int
    text: str
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class WordText:
    """What is read of a Word file; the elements of ``pieces`` are inside ``parts``, which may be changed and saved."""

    text: str
    labels: tuple[Label, ...]
    pieces: tuple[TextPiece, ...]
    parts: dict[str, etree._Element]


def read_docx(path: str, data: bytes) -> list[Document]:
    """The text of a Word file as one document; its labels are ``paragraph 12``, ``table 2, row 3, cell 1`` and such.

    Raises:
        ValueError: it is no Word file, is broken, or hostile.
    """
    read = read_word(data)
    return [Document(path, read.text, labels=read.labels, extracted=True)]


def read_word(data: bytes) -> WordText:
    """The text of a Word file, piece by piece.

    Raises:
        ValueError: it is no Word file, is broken, or hostile.
    """
    parts = WordPackage(data).parts
    walk = _Walk()
    for part in parts:
        if part.kind == "document":
            walk.document(part)
        elif part.kind in ("footnotes", "endnotes"):
            walk.notes(part)
    for kind in ("header", "footer"):
        for number, part in enumerate((part for part in parts if part.kind == kind), 1):
            walk.story(part, part.root, f"{kind} {number}")
    return WordText("".join(walk.written), tuple(walk.labels), tuple(walk.pieces), {p.name: p.root for p in parts})


class _Walk:
    """Goes through the parts in the order in which a person reads them and writes their text."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.labels: list[Label] = []
        self.pieces: list[TextPiece] = []
        self._length = 0
        self._part = ""
        self._boxes: list[etree._Element] = []
        self._box_number = 0
        self._numbers: dict[tuple[str, str], int] = {}
        """The numbers that Word shows for notes, by kind and id."""

    def document(self, part: Part) -> None:
        """The main part; the marks of notes in it number them."""
        for kind in ("footnote", "endnote"):
            marks = [node for node in part.root.iter(*(f"{{{space}}}{kind}Reference" for space in WORD))]
            for number, mark in enumerate(marks, 1):
                self._numbers.setdefault((kind, _attribute(mark, "id")), number)
        for body in _children(part.root, "body"):
            self.story(part, body, "")

    def notes(self, part: Part) -> None:
        """Foot- or endnotes, without the lines that separate them from the text."""
        kind = part.kind.removesuffix("s")
        found = [note for note in _children(part.root, kind) if _attribute(note, "type") in ("", "normal")]
        found = [note for note in found if (kind, _attribute(note, "id")) in self._numbers]
        for note in sorted(found, key=lambda note: self._numbers[kind, _attribute(note, "id")]):
            self.story(part, note, f"{kind} {self._numbers[kind, _attribute(note, 'id')]}")

    def story(self, part: Part, root: etree._Element, path: str) -> None:
        """A stretch of paragraphs and tables, and the text boxes in them behind it."""
        self._part = part.name
        self._blocks(root, path, alone=bool(path))
        while self._boxes:
            boxes, self._boxes = self._boxes, []
            for box in boxes:
                self._box_number += 1
                self._blocks(box, _path(path, f"text box {self._box_number}"), alone=True)

    def _blocks(self, root: etree._Element, path: str, *, alone: bool = False) -> None:
        """Paragraphs and tables; ``alone`` names no paragraphs unless there are several."""
        blocks = list(_blocks(root))
        several = not alone or sum(_local(block) == "p" and _has_words(block) for block in blocks) > 1
        paragraphs = tables = 0
        for block in blocks:
            if _local(block) == "tbl":
                tables += 1
                self._table(block, _path(path, f"table {tables}"))
            else:
                label = _path(path, f"paragraph {paragraphs + 1}") if several else path
                paragraphs += self._paragraph(block, label)

    def _table(self, table: etree._Element, path: str) -> None:
        for row_number, row in enumerate(_inside(table, "tr"), 1):
            for cell_number, cell in enumerate(_inside(row, "tc"), 1):
                self._blocks(cell, f"{path}, row {row_number}, cell {cell_number}", alone=True)

    def _paragraph(self, paragraph: etree._Element, label: str) -> bool:
        """Write a paragraph; returns whether it has words."""
        pieces: list[tuple[etree._Element, str, int]] = []
        for element in self._inline(paragraph):
            text, skipped = _shown(element)
            if text:
                pieces.append((element, text, skipped))
        if not any(text.strip() for _, text, _ in pieces):
            return False
        if _style(paragraph) in _CODE:
            return True
        if self._length:
            self._write(PARAGRAPH)
        self.labels.append(Label(self._length, label))
        for element, text, skipped in pieces:
            self.pieces.append(TextPiece(self._part, element, self._length, text, skipped))
            self._write(text)
        return True

    def _inline(self, parent: etree._Element) -> Iterator[etree._Element]:
        """The elements of a paragraph that are text; text boxes in it are put aside."""
        for node in parent:
            name = _local(node)
            if name == "t" or name in _MEANT:
                yield node
            elif name in _BOXES:
                self._boxes.extend(_boxes(node))
            elif name == "AlternateContent":
                yield from self._inline(_chosen(node))
            elif name in _INTO and not (name == "r" and _hidden(node)):
                yield from self._inline(node)

    def _write(self, text: str) -> None:
        self.written.append(text)
        self._length += len(text)


def _shown(element: etree._Element) -> tuple[str, int]:
    """What Word shows for an element, and how much of its text comes before that."""
    name = _local(element)
    if name != "t":
        return ("" if name == "br" and _attribute(element, "type") == "page" else _MEANT[name]), 0
    text = (element.text or "").translate(_SPACES)
    if element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve":
        return text, 0
    return text.strip(" "), len(text) - len(text.lstrip(" "))


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables, also those in controls and in tracked insertions."""
    for node in root:
        name = _local(node)
        if name in ("p", "tbl"):
            yield node
        elif name in _AROUND:
            yield from _blocks(node)
        elif name == "AlternateContent":
            yield from _blocks(_chosen(node))


def _inside(root: etree._Element, name: str) -> Iterator[etree._Element]:
    """Rows of a table or cells of a row."""
    for node in root:
        if _local(node) == name:
            yield node
        elif _local(node) in _AROUND:
            yield from _inside(node, name)


def _boxes(drawing: etree._Element) -> Iterator[etree._Element]:
    """The text boxes in a drawing, outermost ones, each once though it is drawn in two ways."""
    for node in drawing:
        if _local(node) == "txbxContent":
            yield node
        elif _local(node) == "AlternateContent":
            yield from _boxes(_chosen(node))
        else:
            yield from _boxes(node)


def _chosen(alternates: etree._Element) -> etree._Element:
    """The first of several ways to show the same; where there is none, nothing in an element of the same name."""
    return next((node for node in alternates if _plain(node) in ("Choice", "Fallback")), etree.Element("none"))


def _has_words(paragraph: etree._Element) -> bool:
    return any((node.text or "").strip() for node in paragraph.iter(*(f"{{{space}}}t" for space in WORD)))


def _hidden(run: etree._Element) -> bool:
    return any(
        _attribute(mark, "val") not in _OFF
        for properties in _children(run, "rPr")
        for mark in _children(properties, "vanish", "webHidden")
    )


def _style(paragraph: etree._Element) -> str:
    """The id of a paragraph's style, in small letters without spaces."""
    for properties in _children(paragraph, "pPr"):
        for style in _children(properties, "pStyle"):
            return _attribute(style, "val").lower().replace(" ", "").replace("-", "")
    return ""


def _local(node: etree._Element) -> str:
    """The name of an element of text, drawing or compatibility; of a formula's none, though its text is a ``t`` too."""
    space, _, name = str(node.tag)[1:].rpartition("}")
    if space in WORD or name == "AlternateContent":
        return name
    return ""


def _plain(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _children(node: etree._Element, *names: str) -> list[etree._Element]:
    return [child for child in node if _local(child) in names]


def _attribute(node: etree._Element, name: str) -> str:
    return next((str(node.get(f"{{{space}}}{name}")) for space in WORD if f"{{{space}}}{name}" in node.attrib), "")


def _path(outer: str, inner: str) -> str:
    return f"{outer}, {inner}" if outer else inner
