"""RSS and Atom: each entry is a document of its title, summary and content.

The content's HTML is read where it stands: escaped, in CDATA or as elements, so that places are those of the feed.
"""

from __future__ import annotations

from collections.abc import Sequence

from mtcheck.annotated import AnnotatedText, prose
from mtcheck.document import Document
from mtcheck.findings import Failure
from mtcheck.readers.broken_feed import BrokenEntry, entries_one_by_one
from mtcheck.readers.composition import Composition, SourceFile, limited
from mtcheck.readers.html import annotate_fragment
from mtcheck.readers.xml import Node, NotWellFormed, lift, parse
from mtcheck.readers.xml_prose import annotate_element
from mtcheck.writing import Writing, Xml, html, nested

_FIELDS = {
    "title": "title",
    "subtitle": "summary",
    "description": "summary",
    "summary": "summary",
    "encoded": "content",
    "content": "content",
    "body": "content",
    "fullitem": "content",
}
_PLAIN = frozenset(["title"])
_NAMESPACES_APART = ("http://search.yahoo.com/mrss", "http://www.itunes.com/")
"""Media and podcast fields repeat an entry's own."""


def read_feed(path: str, text: str) -> list[Document | Failure]:
    """The entries of an RSS or Atom feed; one that is broken is a failure of its own.

    Raises:
        ValueError: it is hostile, or not well-formed and without an entry that is; the message says where.
    """
    source, writing = SourceFile(path, text), Xml(text)
    entries: Sequence[Node | BrokenEntry]
    whole: NotWellFormed | None = None
    try:
        entries = parse(text).descendants("item", "entry")
    except NotWellFormed as error:
        entries, whole = list(entries_one_by_one(text)), error
    found = [_entry_or_failure(source, writing, entry, number) for number, entry in enumerate(limited(entries), 1)]
    if whole and not any(isinstance(one, Document) for one in found):
        raise whole
    if whole and not any(isinstance(one, Failure) for one in found):
        found.append(Failure(path, f"{whole}, outside of the entries, which were read"))
    return found


def _entry_or_failure(
    source: SourceFile, writing: Writing, entry: Node | BrokenEntry, number: int
) -> Document | Failure:
    if isinstance(entry, BrokenEntry):
        line, column = source.lines.place(entry.offset)
        return Failure(source.path, f"entry {number}: {entry.reason} at line {line}, column {column}")
    try:
        return _entry(source, writing, entry, number)
    except (ValueError, RecursionError) as error:
        return Failure(source.path, f"entry {number} ({_known_as(entry)}): {error}")


def _entry(source: SourceFile, writing: Writing, entry: Node, number: int) -> Document:
    fields = [
        (_FIELDS[node.tag], *_field(source.text, node, writing))
        for node in entry.children(*_FIELDS)
        if not node.namespace.startswith(_NAMESPACES_APART) and _is_text(node)
    ]
    composition = Composition(source)
    composition.add_distinct(fields)
    return composition.document(f"entry {number}", _known_as(entry))


def _is_text(node: Node) -> bool:
    """Whether a field holds text, and no picture or other file in Base64."""
    kind = node.attributes.get("type") or "text"
    written = kind.startswith("text") or any(known in kind for known in ("html", "xml"))
    return written and node.attributes.get("mode") != "base64"


def _field(source: AnnotatedText, node: Node, writing: Writing) -> tuple[AnnotatedText, Writing]:
    """What a field says, and how it is written."""
    lifted = lift(source, node.pieces())
    kind = node.attributes.get("type", "")
    if "xhtml" in kind or node.children():
        return annotate_element(source, node), writing
    if kind in ("text", "text/plain") or (node.tag in _PLAIN and kind != "html" and "<" not in lifted.text):
        return prose(lifted), writing
    return annotate_fragment(lifted), nested(writing, html)


def _known_as(entry: Node) -> str:
    """What the feed itself calls the entry: its guid, else its address, else its title."""
    for tag in ("guid", "id", "link", "title"):
        node = entry.first(tag)
        name = (node.text() or node.attributes.get("href", "")) if node else ""
        if name:
            return name[:200]
    return entry.attributes.get("about", "")[:200]
