"""From code points to the units that the client counts characters of a line in: UTF-8, UTF-16 or UTF-32."""

from __future__ import annotations

from lsprotocol import types
from pygls.workspace import PositionCodec

from mtcheck.document import Lines


class Positions:
    """The positions of one text. Its lines end as the protocol says: with LF, CR LF or CR."""

    def __init__(self, text: str, codec: PositionCodec) -> None:
        self._text = text
        self._codec = codec
        self._lines = Lines(text)

    def position(self, offset: int) -> types.Position:
        """The client's position of an offset in code points."""
        line, column = self._lines.place(offset)
        before = self._text[offset - column + 1 : offset]
        return types.Position(line - 1, self._codec.client_num_units(before))

    def range(self, start: int, end: int) -> types.Range:
        """The client's range of a stretch in code points."""
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        """The offset in code points of a client's position; one behind a line's or the text's end is the end."""
        if position.line >= len(self._lines):
            return len(self._text)
        start, end = self._lines.bounds(position.line + 1)
        line = self._text[start:end].rstrip("\r\n")
        units = 0
        for index, char in enumerate(line):
            if units >= position.character:
                return start + index
            units += self._codec.client_num_units(char)
        return start + len(line)

    def slice(self, wanted: types.Range) -> str:
        """The text in a client's range."""
        return self._text[self.offset(wanted.start) : self.offset(wanted.end)]
