"""What flows while a file is fixed: a wording for a finding, edits of bytes, and the file that comes out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass

from mtcheck.document import Document
from mtcheck.findings import Failure, Finding
from mtcheck.fixing.edits import Edit, NotFixable

MOST_READINGS = 64
"""How often a file is read again to find the fixes that would change more than their wording."""


class _Everything(Container[int]):
    def __contains__(self, number: object) -> bool:
        return True


EVERYTHING = _Everything()
"""All of a file's documents, where it cannot be said which read otherwise."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A wording for a finding.

    Attributes:
        document: which of the file's documents the finding is in, counted from 0.
        finding: what is replaced.
        wording: by what.
        start: where the finding begins in the file's decoded text, in code points.
        end: where it ends there.
        edits: what it takes there.
    """

    document: int
    finding: Finding
    wording: str
    start: int
    end: int
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class ByteEdit:
    """``data`` in place of the stretch ``start`` to ``end`` of a file's bytes."""

    start: int
    end: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file after its fixes.

    Attributes:
        data: its bytes.
        made: the fixes that were made.
        refused: those that would have changed more than their words.
        shown: how the change is shown, as bytes and their edits; the file's own where it is text.
        readable: what ``shown`` is where it is not the file's own bytes: ``UTF-16 text``.
    """

    data: bytes
    made: tuple[Fix, ...]
    refused: tuple[Fix, ...]
    shown: tuple[bytes, tuple[ByteEdit, ...]]
    readable: str = ""


class Chosen:
    """Fixes of one file that do not overlap."""

    def __init__(self) -> None:
        self.fixes: list[Fix] = []

    def add(self, fix: Fix) -> None:
        """Take a fix in, in the order of the places.

        Raises:
            NotFixable: one that is there changes the same place.
        """
        index = bisect_right(self.fixes, (fix.start, fix.end), key=lambda other: (other.start, other.end))
        before, behind = self.fixes[max(0, index - 1) : index], self.fixes[index : index + 1]
        if any(other.end > fix.start for other in before) or any(other.start < fix.end for other in behind):
            raise NotFixable("another fix changes the same words")
        self.fixes.insert(index, fix)

    def remove(self, fix: Fix) -> None:
        """Take a fix out."""
        self.fixes.remove(fix)


def sift(fixes: Iterable[Fix], wrong: Callable[[Sequence[Fix]], Container[int]]) -> tuple[list[Fix], list[Fix]]:
    """The fixes that go together, in the order of their places, and those that do not.

    ``wrong`` says of some of them which of the file's documents read otherwise than they should with these.
    """
    made: list[Fix] = []
    refused: list[Fix] = []
    pending, readings = [sorted(fixes, key=lambda fix: (fix.start, fix.end))], 0
    while pending:
        group = pending.pop()
        readings += 1
        if not group:
            continue
        bad = wrong([*made, *group]) if readings <= MOST_READINGS else EVERYTHING
        suspects = [fix for fix in group if fix.document in bad]
        if not suspects:
            made += group
        elif len(group) == 1 or readings > MOST_READINGS:
            refused += group
        elif len(suspects) < len(group):
            pending += [suspects, [fix for fix in group if fix.document not in bad]]
        else:
            half = len(group) // 2
            pending += [group[half:], group[:half]]
    return sorted(made, key=lambda fix: (fix.start, fix.end)), refused


def reads_as(after: Document | Failure, before: Document | Failure, fixes: Iterable[Fix] = ()) -> bool:
    """Whether a document says what another one said, with some fixes in their order; white space does not count.

    Of a failure the message must stay the same.
    """
    if isinstance(before, Failure) or isinstance(after, Failure):
        return before == after
    parts, at = [], 0
    for fix in fixes:
        parts += [before.text[at : fix.finding.start], fix.wording]
        at = fix.finding.end
    expected = "".join([*parts, before.text[at:]])
    return "".join(expected.split()) == "".join(after.text.split())


def splice(data: bytes, edits: Iterable[ByteEdit]) -> bytes:
    """``data`` after edits in their order."""
    parts, at = [], 0
    for edit in edits:
        parts += [data[at : edit.start], edit.data]
        at = edit.end
    return b"".join([*parts, data[at:]])
