"""The line of a finding, cut to the terminal's width, and where to underline it.

All widths are terminal cells: a combining mark takes none, a Chinese character two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from mtcheck.display import encodes, visible
from mtcheck.document import Document
from mtcheck.findings import Finding

SHOWN_LINES = 3
"""Of a finding that spans more lines than this, the rest is left out."""

_JOINER, _WIDE_FORM = "\u200d", "\ufe0f"
_RAGGED = 12
"""A cut moves to a space up to so many characters away, or a third of what there is."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line of text fit to be shown; ``start`` and ``length`` are the cells to underline."""

    text: str
    start: int
    length: int


def excerpts(document: Document, finding: Finding, room: int, encoding: str = "utf-8") -> Iterator[Excerpt]:
    """The lines that a finding stands on, each at most ``room`` cells wide; lines of white space are left out."""
    shown = 0
    first, last = document.line_of(finding.start), document.line_of(finding.end)
    for number in range(first, last + 1):
        bounds = document.bounds(number)
        start, end = max(finding.start, bounds[0]), min(finding.end, bounds[1])
        if first != last and not document.text[start:end].strip():
            continue
        if shown == SHOWN_LINES:
            return
        shown += 1
        yield _excerpt(document.text, bounds, (start, max(start, end)), room, encoding)


def _excerpt(text: str, line: tuple[int, int], span: tuple[int, int], room: int, encoding: str) -> Excerpt:
    """Cut a line round a span.

    No more than ``room`` characters either side are looked at: lines may have hundreds of thousands.
    """
    left, right = max(line[0], span[0] - room), min(line[1], span[1] + room)
    while line[0] < left < span[0] and not _may_cut(text, left):
        left += 1
    while span[1] < right < line[1] and not _may_cut(text, right):
        right -= 1
    before = visible(text[left : span[0]], encoding)
    marked = visible(text[span[0] : min(span[1], span[0] + room)], encoding)
    after = visible(text[span[1] : right], encoding)
    cut_left, cut_marked, cut_right = left > line[0], span[1] - span[0] > room, right < line[1]

    dots = "…" if encodes("…", encoding) else "..."
    if cut_left or cut_marked or cut_right or cell_len(before + marked + after) > room:
        budget = max(1, room - 2 * cell_len(dots))
        short = _head(marked, budget)
        cut_marked = cut_marked or short != marked
        after = "" if cut_marked else after
        spare = budget - _widest(short)
        ahead = min(_widest(after), max(spare // 2, spare - _widest(before)))
        tail, head = _tail(before, spare - ahead, _first_space), _head(after, ahead, _last_space)
        cut_left, cut_right = cut_left or tail != before, cut_right or cut_marked or head != after
        before, marked, after = tail, short, head
    else:
        cut_left = cut_right = False
    before = dots + before if cut_left else before
    after = after + dots if cut_right else after
    start = cell_len(before)
    return Excerpt(before + marked + after, start, max(1, cell_len(before + marked) - start))


def _head(text: str, room: int, ragged: Callable[[str], int] | None = None) -> str:
    """The longest start of ``text`` that surely fits; ``ragged`` moves the cut to a space close by."""
    cut, used = len(text), 0
    for index, char in enumerate(text):
        used += _cells(char)
        if used > room:
            cut = index
            break
    while 0 < cut < len(text) and not _may_cut(text, cut):
        cut -= 1
    head = text[:cut]
    return head[: ragged(head)] if ragged and cut < len(text) else head


def _tail(text: str, room: int, ragged: Callable[[str], int]) -> str:
    """The longest end of ``text`` that surely fits."""
    cut, used = 0, 0
    for index in range(len(text) - 1, -1, -1):
        used += _cells(text[index])
        if used > room:
            cut = index + 1
            break
    while 0 < cut < len(text) and not _may_cut(text, cut):
        cut += 1
    tail = text[cut:]
    return tail[ragged(tail) :] if cut else tail


def _first_space(text: str) -> int:
    return max(0, text.find(" ", 0, min(_RAGGED, len(text) // 3)))


def _last_space(text: str) -> int:
    found = text.rfind(" ", len(text) - min(_RAGGED, len(text) // 3))
    return found + 1 if found >= 0 else len(text)


def _may_cut(text: str, index: int) -> bool:
    """Whether ``text[index]`` starts a cell of its own."""
    return cell_len(text[index]) > 0 and text[index - 1] != _JOINER


def _widest(text: str) -> int:
    return len(text) if text.isascii() else sum(map(_cells, text))


def _cells(char: str) -> int:
    """The most cells that a character can add: the selector of emoji style widens the one before it."""
    return 1 if char == _WIDE_FORM else cell_len(char)
