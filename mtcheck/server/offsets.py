"""From code points to UTF-16 code units, which Java, JavaScript and with them LanguageTool's clients count in."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """The UTF-16 offsets of a text; each character beyond U+FFFF takes two units."""

    def __init__(self, text: str) -> None:
        self._astral = array("Q", (match.start() for match in _ASTRAL.finditer(text)))
        self.length = len(text) + len(self._astral)

    def unit(self, offset: int) -> int:
        """The offset in UTF-16 units of an offset in code points."""
        return offset + bisect_left(self._astral, offset)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offset and length in UTF-16 units of a stretch given in code points."""
        first = self.unit(start)
        return first, self.unit(end) - first
