"""Where a change of wording goes in the source: edits that touch no markup, or the reason why there are none.

Words on both sides of markup are changed one by one, each where it stands. Where the number of words differs, the new
ones stand where the first old one stood, and the others are taken out, if that leaves no markup without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz.distance import Postfix, Prefix

from mtcheck.annotated import Run
from mtcheck.document import Document
from mtcheck.fixing.wording import Change, changes

AROUND = 200
"""Code points either side of a finding that are looked at for markup and white space."""

_LETTER = re.compile(r"\w")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class NotFixable(Exception):
    """A wording that cannot be put into the source; ``str`` says why, as a clause."""


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``text`` in place of the source's stretch ``start`` to ``end``, in code points."""

    start: int
    end: int
    text: str


def find_edits(document: Document, start: int, end: int, wording: str) -> tuple[Edit, ...]:
    """The edits of the source, in their order, that make the stretch ``start`` to ``end`` of the text say ``wording``.

    An empty wording takes the stretch out. White space counts as the space between two words, whatever it is. Fields
    that repeat the stretch get the same wording, so that they go on repeating it.

    Raises:
        NotFixable: markup stands in the way, or the wording cannot be written there.
    """
    if _UNWRITABLE.search(wording):
        raise NotFixable("the wording holds control characters or line ends")
    places = _Places(document, start, end)
    found = sorted(
        edit for change in changes(document.text[start:end], wording, start) for edit in places.edits(change)
    )
    if not found:
        raise NotFixable("it says so already")
    for repeat in document.repeats:
        if repeat.overlaps(start, end):
            stretch = repeat.stretch(start, end)
            if stretch is None:
                raise NotFixable("another field repeats only some of the words")
            found = sorted([*found, *find_edits(repeat.document, *stretch, wording)])
    if overlap(found):
        raise NotFixable("its words overlap in the source")
    return tuple(found)


def overlap(edits: Sequence[Edit]) -> bool:
    """Whether two of some edits, in their order, change the same place."""
    return any(following.start < edit.end for edit, following in pairwise(edits))


class _Places:
    """The source around a finding, in pieces with nothing but white space between their parts."""

    def __init__(self, document: Document, start: int, end: int) -> None:
        self._document = document
        self._text = document.text
        self._begin, self._end = max(0, start - AROUND), min(len(document.text), end + AROUND)
        self._pieces = list(self._joined(self._begin, self._end))

    def edits(self, change: Change) -> Iterator[Edit]:
        """The edits for one change."""
        if not change.old:
            yield self._insertion(change)
        elif not change.new:
            for stretch in self._by_piece(change.old):
                yield self._removal(stretch)
        elif self._piece(change.old[0][0], change.old[-1][1]):
            yield self._replacement(change.old[0][0], change.old[-1][1], " ".join(change.new))
        elif len(change.old) == len(change.new) == 1:
            yield self._inside(*change.old[0], change.new[0])
        else:
            stretches = self._by_piece(change.old)
            yield self._replacement(*stretches[0], " ".join(change.new))
            for stretch in stretches[1:]:
                yield self._removal(stretch)

    def _insertion(self, change: Change) -> Edit:
        words = " ".join(change.new)
        if change.ahead:
            at = self._document.source_span(change.at, change.at + 1)[0]
            return Edit(at, at, self._written(change.at, f"{words} "))
        at = self._document.source_span(change.at - 1, change.at)[1]
        return Edit(at, at, self._written(change.at - 1, f" {words}"))

    def _replacement(self, start: int, end: int, words: str) -> Edit:
        return Edit(*self._document.source_span(start, end), self._written(start, words))

    def _inside(self, start: int, end: int, word: str) -> Edit:
        """A word with markup inside: only the letters that differ change, and they must stand on one side of it."""
        old = self._text[start:end]
        ahead = Prefix.similarity(old, word)
        behind = Postfix.similarity(old[ahead:], word[ahead:])
        first, last = start + ahead, end - behind
        letters = word[ahead : len(word) - behind]
        if first < last:
            if not self._piece(first, last):
                raise NotFixable("markup stands in the middle of a word")
            return self._replacement(first, last, letters)
        at = self._document.source_span(first - 1, first)[1] if ahead else self._document.source_span(first, first)[0]
        return Edit(at, at, self._written(max(start, first - 1), letters))

    def _removal(self, stretch: tuple[int, int]) -> Edit:
        """Words out, with a space beside them; what is left between the marks around them must have words."""
        piece = self._piece(*stretch)
        if piece is None:
            raise NotFixable("markup stands in the middle")
        start, end = stretch
        if self._whole(piece) and not _LETTER.search(self._text[piece[0] : start] + self._text[end : piece[1]]):
            raise NotFixable("markup around the words would be left empty")
        if start > piece[0] and self._text[start - 1] == " ":
            start -= 1
        elif end < piece[1] and self._text[end].isspace():
            end += 1
        elif start > piece[0] and self._text[start - 1].isspace():
            start -= 1
        return Edit(*self._document.source_span(start, end), "")

    def _by_piece(self, words: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
        """The words of each piece as one stretch."""
        found = [words[0]]
        for start, end in words[1:]:
            if self._piece(found[-1][0], end):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        if any(self._piece(*stretch) is None for stretch in found):
            raise NotFixable("markup stands in the middle of a word")
        return found

    def _written(self, offset: int, wording: str) -> str:
        written = self._document.written(offset, wording)
        if written is None:
            raise NotFixable(f"“{wording.strip()}” cannot be written at this place of the file")
        return written

    def _piece(self, start: int, end: int) -> tuple[int, int] | None:
        """The piece that holds a stretch."""
        return next((piece for piece in self._pieces if piece[0] <= start and end <= piece[1]), None)

    def _whole(self, piece: tuple[int, int]) -> bool:
        """Whether a piece has markup around it, and not only the end of what was looked at."""
        return bool(self._document.origin) and not (
            (piece[0] == self._begin > 0) or (piece[1] == self._end < len(self._text))
        )

    def _joined(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """The pieces, as stretches of the text."""
        if self._document.origin is None:
            yield begin, end
            return
        start = begin
        before: Run | None = None
        for run in self._document.origin.text.runs(begin, end):
            if not self._real(run):
                if start < run.start:
                    yield start, run.start
                start, before = run.end, None
                continue
            if before and self._document.source[before.origin_end : run.origin].strip():
                yield start, run.start
                start = run.start
            before = run
        if start < end:
            yield start, end

    def _real(self, run: Run) -> bool:
        """Whether a run can be changed: the marks that a tag is read as stand nowhere in the source."""
        return run.origin < run.origin_end or not self._text[run.start : run.end].strip()
