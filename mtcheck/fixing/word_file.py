"""A Word file and its fixes: a few stretches of text replaced inside of its XML, and nothing else.

The reader's tree says which ``w:t`` a word stands in; where that element's text stands in the XML, character by
character, says the parser that also reads feeds. So runs, their formatting and everything around them stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree
from rapidfuzz.distance import Postfix, Prefix

from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure, Finding
from mtcheck.fixing.edits import Edit, NotFixable, find_edits
from mtcheck.fixing.fixes import EVERYTHING, ByteEdit, Fix, Fixed, reads_as, sift
from mtcheck.fixing.word_archive import rewritten
from mtcheck.readers import documents_in
from mtcheck.readers.docx import WORD, TextPiece, WordText, read_word
from mtcheck.readers.text import decode, encoding_of
from mtcheck.readers.word_package import WordPackage
from mtcheck.readers.xml import Node, Piece, declared_encoding, lift, parse
from mtcheck.writing import Xml

TEXT_TAGS = tuple(f"{{{space}}}t" for space in WORD)
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_START_TAG = re.compile(r"<(?:[\w.-]+:)?t(?=[\s>])[^<>]*(?=>\Z)")
_LONGEST_TAG = 1000


class WordFile:
    """The bytes of a Word file and the one document in it."""

    def __init__(self, path: str, data: bytes) -> None:
        """Read the text out of the file.

        Raises:
            InputError: it is no Word file, is broken, or hostile.
        """
        self.path = path
        self.data = data
        self.documents: list[Document | Failure] = documents_in(data, path)
        self._word = read_word(data)

    @property
    def document(self) -> Document:
        """The text of the file."""
        (document,) = self.documents
        assert isinstance(document, Document)
        return document

    def fix(self, number: int, finding: Finding, wording: str) -> Fix:
        """What it takes to put ``wording`` in place of a finding, in the text of the document.

        Raises:
            NotFixable: a tab, a line break or a special hyphen stands in the way.
        """
        found = find_edits(self.document, finding.start, finding.end, wording)
        edits = tuple(narrowed(self.document.text, self._word.pieces, edit) for edit in found)
        for edit in edits:
            if not all(is_text(piece) for piece in pieces_of(self._word.pieces, edit.start, edit.end)):
                raise NotFixable("a tab, a line break or a special hyphen stands in the middle")
        return Fix(number, finding, wording, finding.start, finding.end, edits)

    def fixed(self, fixes: Iterable[Fix]) -> Fixed:
        """The file with as many of the fixes, which must not overlap, as change nothing else of what is read in it.

        Raises:
            InputError: it is signed, or damaged where it was not read before.
        """
        made, refused = sift(fixes, self._wrong)
        data = self._with(made) if made else self.data
        return Fixed(data, tuple(made), tuple(refused), self._shown(made), "text")

    def _wrong(self, fixes: Sequence[Fix]) -> Container[int]:
        """The document, if it does not have its wordings, or another change, in the file with these fixes."""
        try:
            after = read_word(self._with(fixes)).text
        except ValueError:
            return EVERYTHING
        in_order = sorted(fixes, key=lambda fix: fix.start)
        return () if reads_as(Document(self.path, after), self.document, in_order) else EVERYTHING

    def _with(self, fixes: Iterable[Fix]) -> bytes:
        """The file's bytes with some fixes."""
        of_part: dict[str, list[_Local]] = {}
        for edit in sorted(edit for fix in fixes for edit in fix.edits):
            for local in _locals(self._word.pieces, edit):
                of_part.setdefault(local.piece.part, []).append(local)
        archive = WordPackage(self.data).archive
        names = {name.lower(): name for name in archive.namelist()}
        try:
            new = {
                names[part.lower()]: _edited(archive.read(names[part.lower()]), part, self._word, local)
                for part, local in of_part.items()
            }
            return rewritten(archive, new)
        except ValueError as error:
            raise InputError(self.path, str(error)) from error

    def _shown(self, fixes: Iterable[Fix]) -> tuple[bytes, tuple[ByteEdit, ...]]:
        """The text as UTF-8 with a line end behind it, and its edits."""
        text, at, length = self.document.text, 0, 0
        edits = []
        for edit in sorted(edit for fix in fixes for edit in fix.edits):
            start = length + len(text[at : edit.start].encode())
            length = start + len(text[edit.start : edit.end].encode())
            at = edit.end
            edits.append(ByteEdit(start, length, edit.text.encode()))
        return f"{text}\n".encode(), tuple(edits)


@dataclass(frozen=True, slots=True)
class _Local:
    """``text`` in place of the stretch ``start`` to ``end`` of a piece."""

    piece: TextPiece
    start: int
    end: int
    text: str


def is_text(piece: TextPiece) -> bool:
    """Whether a piece is text, and not an element that stands for a character."""
    return piece.element.tag in TEXT_TAGS


def pieces_of(pieces: Sequence[TextPiece], start: int, end: int) -> list[TextPiece]:
    """The pieces that hold a stretch of the text; for an empty one the one before it, if that is text, else behind."""
    if start == end:
        touching = [one for one in pieces if one.start <= start <= one.start + len(one.text)]
        return ([one for one in touching if is_text(one)] or touching)[:1]
    return [one for one in pieces if one.start < end and start < one.start + len(one.text)]


def narrowed(text: str, pieces: Sequence[TextPiece], edit: Edit) -> Edit:
    """An edit of only those letters that differ, where it would otherwise take in text that is formatted otherwise."""
    if len(pieces_of(pieces, edit.start, edit.end)) < 2:
        return edit
    old = text[edit.start : edit.end]
    ahead = Prefix.similarity(old, edit.text)
    behind = Postfix.similarity(old[ahead:], edit.text[ahead:])
    return Edit(edit.start + ahead, edit.end - behind, edit.text[ahead : len(edit.text) - behind])


def _locals(pieces: Sequence[TextPiece], edit: Edit) -> Iterator[_Local]:
    """An edit piece by piece: the first one gets all of the new text."""
    text = edit.text
    for piece in pieces_of(pieces, edit.start, edit.end):
        start, end = (min(max(0, offset - piece.start), len(piece.text)) for offset in (edit.start, edit.end))
        yield _Local(piece, start, end, text)
        text = ""


def _edited(data: bytes, name: str, word: WordText, local: Sequence[_Local]) -> bytes:
    """A part's XML with new texts in some of its elements.

    Raises:
        ValueError: its XML cannot be read in a way that leads back to the same bytes.
    """
    declared = declared_encoding(data)
    source = decode(data, name, declared).text
    encoding = encoding_of(data, declared)
    if encoding.mark + encoding.encode(source) != data:
        raise ValueError(f"{name} cannot be written back byte for byte")
    nodes = [node for node in _all(parse(source)) if node.tag == "t" and node.namespace in WORD]
    elements = list(word.parts[name].iter(*TEXT_TAGS))
    if len(nodes) != len(elements):
        raise ValueError(f"{name} reads otherwise than before")
    node_of = dict(zip(elements, nodes, strict=True))
    whole, writing = AnnotatedText.whole(source), Xml(source)
    of_element: dict[etree._Element, list[_Local]] = {}
    for one in local:
        of_element.setdefault(one.piece.element, []).append(one)
    edits: list[Edit] = []
    for element, changes in of_element.items():
        pieces = [item for item in node_of[element].content if isinstance(item, Piece)]
        edits += _edits(lift(whole, pieces), source, changes, writing)
    parts, at = [encoding.mark], 0
    for edit in sorted(edits):
        parts += [encoding.encode(source[at : edit.start]), encoding.encode(edit.text)]
        at = edit.end
    return b"".join([*parts, encoding.encode(source[at:])])


def _edits(text: AnnotatedText, source: str, changes: Sequence[_Local], writing: Xml) -> Iterator[Edit]:
    """The edits of a part's XML for those of one element's text."""
    piece = changes[0].piece
    shown, at = "", 0
    for change in changes:
        shown += piece.text[at : change.start] + change.text
        at = change.end
        span = text.span(piece.skipped + change.start, piece.skipped + change.end)
        yield Edit(*span, writing(span[0], change.text) or "")
    shown += piece.text[at:]
    if shown.strip(" ") == shown or piece.element.get(_PRESERVE) == "preserve":
        return
    # Word drops spaces at the ends of a text unless it is told not to; those dropped so far stay dropped.
    begin = text.span(0, 0)[0]
    tag = _START_TAG.search(source[max(0, begin - _LONGEST_TAG) : begin])
    if tag is None:
        raise ValueError("an element of text begins in a way that is not known")
    yield Edit(begin - 1, begin - 1, ' xml:space="preserve"')
    for start, end in ((0, piece.skipped), (piece.skipped + len(piece.text), len(text))):
        if start < end:
            yield Edit(*text.span(start, end), "")


def _all(root: Node) -> Iterator[Node]:
    """All elements in their order."""
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(node.children()))
