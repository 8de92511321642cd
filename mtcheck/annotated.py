"""Text taken out of a source that holds more than text, with the way back: which stretch of the source each part is.

A text is made of runs. A run is either kept, code point by code point, or reads as something else than the source has
there: an entity, an escape, a paragraph break in place of tags. What lies between two runs in the source is markup.
Offsets are code points.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

PARAGRAPH = "\n\n"
"""What stands between two blocks: no paragraph of a text reaches across it."""

_SPACE = re.compile(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
"""White space that does not read as it stands."""


@dataclass(frozen=True, slots=True)
class Run:
    """The stretch ``start`` to ``end`` of a text, which stands for ``origin`` to ``origin_end`` of its source."""

    start: int
    end: int
    origin: int
    origin_end: int

    @property
    def kept(self) -> bool:
        """Whether each code point stands for one of the source."""
        return self.end - self.start == self.origin_end - self.origin


class AnnotatedText:
    """A text and its runs, which cover it without gaps, in the order of the source."""

    def __init__(self, text: str, starts: array[int], origins: array[int], ends: array[int]) -> None:
        self.text = text
        self._starts = starts
        self._origins = origins
        self._ends = ends
        alone = len(starts) == 1 and ends[0] - origins[0] == len(text)
        self.shift = origins[0] if alone else None
        """What leads from an offset of the text to that of the source where nothing was left out or read otherwise."""

    @classmethod
    def whole(cls, source: str) -> AnnotatedText:
        """All of a source as it stands."""
        return cls(source, array("Q", [0]), array("Q", [0]), array("Q", [len(source)]))

    def __len__(self) -> int:
        return len(self.text)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The source's stretch for the stretch ``start`` to ``end`` of the text; for an empty one, an empty one.

        Raises:
            ValueError: the stretch is not inside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"stretch {start} to {end} is outside a text of {len(self.text)} characters")
        if self.shift is not None:
            return start + self.shift, end + self.shift
        if not len(self._starts):
            return 0, 0
        if start == len(self.text):
            return self._ends[-1], self._ends[-1]
        run = self._run(start)
        origin = run.origin + (start - run.start if run.kept else 0)
        if start == end:
            return origin, origin
        last = self._run(end - 1)
        return origin, last.origin + end - last.start if last.kept else last.origin_end

    def runs(self, start: int, end: int) -> Iterator[Run]:
        """The runs of a stretch, the first and the last cut to it; in its source only a kept one can be cut."""
        while start < end:
            run = self._run(start)
            upto = min(end, run.end)
            if run.kept:
                yield Run(start, upto, run.origin + start - run.start, run.origin + upto - run.start)
            else:
                yield Run(start, upto, run.origin, run.origin_end)
            start = upto

    def _run(self, offset: int) -> Run:
        index = bisect_right(self._starts, offset) - 1
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
        return Run(self._starts[index], end, self._origins[index], self._ends[index])


class Annotator:
    """Builds a text out of stretches of another, which may itself be annotated: HTML in an XML element, for one.

    Its offsets are those of ``base``'s text; what it builds leads back to ``base``'s source. Stretches are added in
    their order; those left out are markup.
    """

    def __init__(self, base: AnnotatedText) -> None:
        self.base = base
        self.length = 0
        self._parts: list[str] = []
        self._starts, self._origins, self._ends = array("Q"), array("Q"), array("Q")

    def keep(self, start: int, end: int) -> None:
        """Add a stretch as it stands."""
        if self.base.shift is not None:
            if start < end:
                self._add(self.base.text[start:end], start + self.base.shift, end + self.base.shift)
            return
        for run in self.base.runs(start, end):
            self._add(self.base.text[run.start : run.end], run.origin, run.origin_end)

    def read_as(self, start: int, end: int, text: str) -> None:
        """Add ``text`` for a stretch, which may be empty: an entity, an escape, a break in place of tags."""
        if text:
            self._add(text, *self.base.span(start, end))

    def append(self, text: AnnotatedText) -> None:
        """Add a text that leads back to the same source."""
        begin = self.length
        first = next(text.runs(0, len(text)), None)
        if first is None:
            return
        self._add(text.text[: first.end], first.origin, first.origin_end)
        if first.end == len(text):
            return
        # The other runs as they are, since one by one they would take most of the time that a long file takes.
        self._parts.append(text.text[first.end :])
        self.length = begin + len(text)
        self._starts.extend(start + begin for start in text._starts[1:])
        self._origins.extend(text._origins[1:])
        self._ends.extend(text._ends[1:])

    def prose(self, start: int, end: int) -> None:
        """Add a stretch as wording: any run of white space as one space, none after white space."""
        begin = start
        if start < end and self.base.text[start] == " " and self.ends_with_space():
            begin += 1
        for match in _SPACE.finditer(self.base.text, start, end):
            self.keep(begin, match.start())
            if not self.ends_with_space():
                self.read_as(match.start(), match.end(), " ")
            begin = match.end()
        self.keep(begin, end)

    def separate(self) -> None:
        """End the block: what follows is another paragraph."""
        if self.length:
            self._add(PARAGRAPH, self._ends[-1], self._ends[-1])

    def break_line(self) -> None:
        """Begin a new line of the same paragraph."""
        if self.length:
            self._add("\n", self._ends[-1], self._ends[-1])

    def ends_with_space(self) -> bool:
        """Whether nothing or white space was added last."""
        return not self._parts or self._parts[-1][-1:].isspace()

    def finish(self) -> AnnotatedText:
        """The text that was built."""
        return AnnotatedText("".join(self._parts), self._starts, self._origins, self._ends)

    def _add(self, text: str, origin: int, end: int) -> None:
        if self._goes_on(len(text), origin, end):
            self._ends[-1] = end
        else:
            self._starts.append(self.length)
            self._origins.append(origin)
            self._ends.append(end)
        self._parts.append(text)
        self.length += len(text)

    def _goes_on(self, size: int, origin: int, end: int) -> bool:
        """Whether a kept stretch directly follows a kept one, so that they are one run."""
        if not len(self._starts) or size != end - origin or self._ends[-1] != origin:
            return False
        return self.length - self._starts[-1] == self._ends[-1] - self._origins[-1]


def prose(text: AnnotatedText) -> AnnotatedText:
    """A text with any run of white space as one space and none at its ends."""
    annotator = Annotator(text)
    stripped = len(text.text.rstrip(" \t\r\n\f"))
    annotator.prose(0, stripped)
    return annotator.finish()
