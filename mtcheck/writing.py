"""How a wording is written at a place in a source: what a format's own characters become there.

A reader says for each part of a document which of these holds. ``None`` means that the wording cannot stand there.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable
from html import escape

Writing = Callable[[int, str], str | None]
"""What to write for a wording at a code point offset of the source."""

_RISKY = re.compile(r"""[<>&"\\*_`|\[\]~\r\n]""")
"""Characters that mean something else, or must be escaped, in some format."""
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&~|]")
_CELL_END = re.compile(r"[\",;|\t]")
_SECTION = re.compile(r"(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>")


def as_it_stands(at: int, wording: str) -> str | None:
    """Formats without markup, and those whose markup no escape exists for."""
    return wording


def cautious(at: int, wording: str) -> str | None:
    """A place of which no reader said how to write there: only what is the same in all formats."""
    return None if _RISKY.search(wording) else wording


def html(at: int, wording: str) -> str | None:
    """HTML and WebVTT."""
    return escape(wording, quote=False)


def markdown(at: int, wording: str) -> str | None:
    """Markdown."""
    return _MARKDOWN.sub(r"\\\g<0>", wording)


def po(at: int, wording: str) -> str | None:
    """A quoted string of a PO file."""
    return wording.replace("\\", "\\\\").replace('"', '\\"')


def json_string(at: int, wording: str) -> str | None:
    """A string of a JSON file; letters outside ASCII as they are."""
    return json.dumps(wording, ensure_ascii=False)[1:-1]


def csv_quoted(at: int, wording: str) -> str | None:
    """A cell of a CSV file between quotation marks."""
    return wording.replace('"', '""')


def csv_plain(at: int, wording: str) -> str | None:
    """A cell of a CSV file without them."""
    return None if _CELL_END.search(wording) else wording


def nested(outer: Writing, inner: Writing) -> Writing:
    """A format that stands inside of another: HTML in a string of JSON."""

    def write(at: int, wording: str) -> str | None:
        written = inner(at, wording)
        return None if written is None else outer(at, written)

    return write


class Xml:
    """The text of an XML file, in CDATA sections as it stands there."""

    def __init__(self, source: str) -> None:
        self._starts, self._ends = array("Q"), array("Q")
        for section in _SECTION.finditer(source):
            if section.group().startswith("<!["):
                self._starts.append(section.start())
                self._ends.append(section.end())

    def __call__(self, at: int, wording: str) -> str | None:
        """What to write at an offset."""
        index = bisect_right(self._starts, at) - 1
        if index >= 0 and at < self._ends[index]:
            return None if "]]>" in wording else wording
        return escape(wording, quote=False)
