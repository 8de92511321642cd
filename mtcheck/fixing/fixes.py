"""What flows while a file is fixed: a wording for a finding, edits of bytes, and the file that comes out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from mtcheck.findings import Finding
from mtcheck.fixing.edits import Edit, NotFixable


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
        edits: what changed in them.
        made: the fixes that were made.
        refused: those that would have changed more than their words.
        codec: its encoding; empty where it is no text.
    """

    data: bytes
    edits: tuple[ByteEdit, ...]
    made: tuple[Fix, ...]
    refused: tuple[Fix, ...]
    codec: str = ""


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


def splice(data: bytes, edits: Iterable[ByteEdit]) -> bytes:
    """``data`` after edits in their order."""
    parts, at = [], 0
    for edit in edits:
        parts += [data[at : edit.start], edit.data]
        at = edit.end
    return b"".join([*parts, data[at:]])
