"""The prose of elements of XML: XHTML and NITF as they stand in feeds and news items, paragraph by paragraph."""

from __future__ import annotations

from mtcheck.annotated import AnnotatedText, Annotator, prose
from mtcheck.readers.html import BLOCKS, CODE, NEVER
from mtcheck.readers.xml import Node, Piece, lift

_NITF_BLOCKS = frozenset("hl1 hl2 abstract block media media-caption bq fn nitf-table note".split())
_NITF_NEVER = frozenset(
    """byline dateline distributor credit tagline bibliography rights series copyrite media-producer media-reference
    media-metadata media-object nitf-table-metadata docdata pubdata custom-table""".split()
)
"""What is no prose, or says who wrote, sent or took it."""
_PARTS = BLOCKS | _NITF_BLOCKS
_LEFT_OUT = NEVER | _NITF_NEVER


def annotate_element(source: AnnotatedText, root: Node) -> AnnotatedText:
    """The prose inside an element, with a paragraph for each block; two line breaks in a row end a paragraph too."""
    annotator = Annotator(source)
    for block in _blocks(root):
        begins = True
        for line in block:
            text = prose(lift(source, line))
            if not text.text.strip():
                begins = True
                continue
            if begins:
                annotator.separate()
            else:
                annotator.break_line()
            annotator.append(text)
            begins = False
    return annotator.finish()


def _blocks(root: Node) -> list[list[list[Piece]]]:
    """The pieces of text in each line of each block; the words of code stand between backticks."""
    blocks: list[list[list[Piece]]] = [[[]]]
    pending: list[Node | Piece | None] = [*reversed(root.content)]
    while pending:
        item = pending.pop()
        if item is None:
            blocks.append([[]])
        elif isinstance(item, Piece):
            blocks[-1][-1].append(item)
        elif item.tag == "br":
            blocks[-1].append([])
        elif item.tag in _PARTS:
            blocks.append([[]])
            pending.append(None)
            if item.tag not in _LEFT_OUT:
                pending.extend(reversed(item.content))
        elif item.tag in CODE and (inside := item.pieces()):
            first, last = inside[0].start, inside[-1].end
            pending.extend([Piece(last, last, "`"), *reversed(item.content), Piece(first, first, "`")])
        elif item.tag not in _LEFT_OUT:
            pending.extend(reversed(item.content))
    return blocks
