"""A document: plain text, where it came from, and the way from an offset to a line and a column."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Document:
    """Text to check. ``text`` has the line ends of the source and no byte-order mark."""

    path: str
    text: str
    _line_starts: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        starts = [0, *(match.end() for match in _LINE_END.finditer(self.text))]
        object.__setattr__(self, "_line_starts", starts)

    @property
    def lines(self) -> int:
        """How many lines there are; text that ends with a line end has an empty last one."""
        return len(self._line_starts)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of a code point offset from 0 to ``len(text)``."""
        if not 0 <= offset <= len(self.text):
            raise ValueError(f"offset {offset} is outside a text of {len(self.text)} characters")
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Start and end offsets of a line, counted from 1, without its line end."""
        if not 1 <= number <= self.lines:
            raise ValueError(f"line {number} is outside a text of {self.lines} lines")
        start = self._line_starts[number - 1]
        end = self._line_starts[number] if number < self.lines else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its line end."""
        start, end = self.bounds(number)
        return self.text[start:end]
