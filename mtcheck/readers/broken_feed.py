"""A feed that is not well-formed: each entry is parsed by itself, so that one that is broken hides no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from mtcheck.readers.xml import Node, NotWellFormed, Piece, parse

_ROOT = re.compile(r"<(?:[\w.-]+:)?(?:rss|RDF|feed)(?=[\s>])[^<>]*>")
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])")
_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>")
_LONGEST_ROOT = 2000
MOST_ENTRIES = 20_000
"""Each is parsed with the feed's root element before it, which may be much longer than the entry."""


@dataclass(frozen=True, slots=True)
class BrokenEntry:
    """An entry that cannot be parsed: why, and the code point offset where that shows."""

    reason: str
    offset: int


def entries_one_by_one(text: str) -> Iterator[Node | BrokenEntry]:
    """The entries of a feed, each parsed inside of the feed's own root element, whose namespaces it may need.

    Raises:
        ValueError: there are too many, or one is hostile.
    """
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if len(starts) > MOST_ENTRIES:
        raise ValueError(f"not well-formed XML, with more than the {MOST_ENTRIES:,} entries that are read one by one")
    root = _ROOT.search(text, 0, min([*starts, len(text)]))
    head = root.group() if root and len(root.group()) <= _LONGEST_ROOT else "<feed>"
    tail = f"</{head[1:-1].split(maxsplit=1)[0]}>"
    for start, following in pairwise([*starts, len(text)]):
        ends = [match.end() for match in _END.finditer(text, start, following)]
        end = ends[-1] if ends else following
        shift = start - len(head)
        try:
            entry = parse(head + text[start:end] + tail).first("item", "entry")
        except NotWellFormed as error:
            yield BrokenEntry(error.reason, min(end, error.offset + shift))
            continue
        if entry is not None:
            _move(entry, shift)
            yield entry


def _move(root: Node, shift: int) -> None:
    """Make the places of an element those of the whole feed."""
    pending = [root]
    while pending:
        node = pending.pop()
        node.content = [
            Piece(item.start + shift, item.end + shift, item.text) if isinstance(item, Piece) else item
            for item in node.content
        ]
        pending.extend(node.children())
