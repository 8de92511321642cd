"""Words and wordings as the figures compare them, and edits to a text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, Protocol, TypeVar

import numpy as np

_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9]+(?:[-'’.][A-Za-zÀ-ɏ0-9]+)*")
_SPACE = re.compile(r"\s+")
_PLAIN_QUOTES = str.maketrans("’“”", '\'""')


class Stretch(Protocol):
    """A stretch of a text in code points, from ``start`` up to but not including ``end``."""

    @property
    def start(self) -> int:
        """The first code point."""

    @property
    def end(self) -> int:
        """The code point behind the last."""


S = TypeVar("S", bound=Stretch)


@dataclass(frozen=True, slots=True)
class Edit:
    """New wording for the stretch from ``start`` up to but not including ``end``."""

    start: int
    end: int
    text: str


class Overlaps(Generic[S]):
    """Finds which of some stretches share a code point with another one."""

    def __init__(self, stretches: Iterable[S]) -> None:
        self._items = sorted(stretches, key=lambda s: (s.start, s.end))
        self._starts = [item.start for item in self._items]
        self._ends = list(accumulate((item.end for item in self._items), max))

    def touching(self, start: int, end: int) -> list[S]:
        """Those that overlap the stretch ``start`` to ``end``, in the order of their places."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [item for item in self._items[first:last] if item.end > start]


def word_spans(text: str) -> list[tuple[int, int]]:
    """Start and end of each word: Latin letters and digits, joined by single hyphens, apostrophes or points."""
    return [match.span() for match in _WORD.finditer(text)]


def words(text: str) -> list[str]:
    """The words of a text in the form in which they are compared."""
    return [normal(text[start:end]) for start, end in word_spans(text)]


def normal(text: str) -> str:
    """A wording as it is compared: white space, case and the style of quotation marks do not count."""
    return _SPACE.sub(" ", text).strip().casefold().translate(_PLAIN_QUOTES)


def apply(text: str, edits: Iterable[Edit], offset: int = 0) -> str:
    """The text with edits that do not overlap put in place; ``offset`` is where ``text`` starts in what they edit."""
    parts, done = [], 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        parts += [text[done : edit.start - offset], edit.text]
        done = edit.end - offset
    return "".join([*parts, text[done:]])


def word_errors(got: Sequence[str], want: Sequence[str]) -> int:
    """The least number of words to replace, add or leave out that makes one sequence of words the other."""
    numbers: dict[str, int] = {}
    a = np.array([numbers.setdefault(word, len(numbers)) for word in got], dtype=np.int64)
    b = np.array([numbers.setdefault(word, len(numbers)) for word in want], dtype=np.int64)
    places = np.arange(len(b) + 1)
    row = places
    for done, word in enumerate(a, 1):
        kept_or_replaced, left_out = row[:-1] + (b != word), row[1:] + 1
        row = np.concatenate(([done], np.minimum(kept_or_replaced, left_out)))
        row = np.minimum.accumulate(row - places) + places
    return int(row[-1])
