"""What the tests of readers share: a document out of a text, its source slices, and the check of all its places."""

from __future__ import annotations

from collections.abc import Callable

from mtcheck.document import Document, Lines


def source_of(source: str, document: Document, words: str) -> str:
    """What stands in the source where ``words`` stand in the document."""
    start = document.text.index(words)
    first, last = document.source_span(start, start + len(words))
    return source[first:last]


def check_places(source: str, document: Document, decoded: Callable[[str], str]) -> None:
    """Every character but white space and the marks of code leads to what decodes to it, at the place named."""
    lines, before = Lines(source), 0
    for offset, character in enumerate(document.text):
        start, end = document.source_span(offset, offset + 1)
        assert before <= start <= end <= len(source)
        assert document.place(offset) == lines.place(start)
        assert document.end_place(offset, offset + 1) == lines.place(end)
        before = start
        if not character.isspace() and character != "`":
            assert character in decoded(source[start:end]), (character, source[start:end])
