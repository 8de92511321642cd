"""Runs of a Word file cut at the ends of a stretch of text, so that something can stand around just that stretch."""

from __future__ import annotations

import copy
from bisect import bisect_right, insort
from dataclasses import dataclass

from lxml import etree

from mtcheck.readers.docx import WORD, WordText

TEXT_TAGS = tuple(f"{{{space}}}t" for space in WORD)
PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Segment:
    """The stretch ``start`` to ``end`` of the text, and the element that is it."""

    start: int
    end: int
    element: etree._Element


class Runs:
    """The text of a Word file as segments, which get smaller as runs are cut."""

    def __init__(self, word: WordText) -> None:
        self.parts = word.parts
        self._part_of = {piece.element: piece.part for piece in word.pieces}
        self._segments = [Segment(piece.start, piece.start + len(piece.text), piece.element) for piece in word.pieces]
        self._shown = {piece.element: piece.text for piece in word.pieces}

    def within(self, start: int, end: int) -> list[Segment]:
        """The segments that hold a stretch; for an empty one the one that ends there, or else begins there."""
        index = max(0, bisect_right(self._segments, start, key=lambda segment: segment.start) - 1)
        if start == end:
            near = self._segments[max(0, index - 1) : index + 1]
            return [segment for segment in near if segment.start <= start <= segment.end][:1]
        found = []
        for segment in self._segments[index:]:
            if segment.start >= end:
                break
            if segment.end > start:
                found.append(segment)
        return found

    def part(self, segment: Segment) -> str:
        """The part of the archive that a segment is in."""
        return self._part_of[segment.element]

    def cut(self, start: int, end: int) -> list[etree._Element]:
        """The runs that hold a stretch and nothing else; those around it are cut where it begins and ends."""
        for offset in (end, start):
            for segment in self.within(start, end) if start < end else []:
                if segment.start < offset < segment.end:
                    self._cut_text(segment, offset)
        inside = self.within(start, end)
        self._cut_run(inside[-1].element, behind=True)
        self._cut_run(inside[0].element, behind=False)
        return list(dict.fromkeys(run_of(segment.element) for segment in inside))

    def _cut_text(self, segment: Segment, offset: int) -> None:
        """Make two elements of text out of one, in the same run."""
        element, text = segment.element, self._shown[segment.element]
        second = copy.copy(element)
        second.tail = None
        element.addnext(second)
        at = offset - segment.start
        for part, shown in ((element, text[:at]), (second, text[at:])):
            part.text = shown
            part.set(PRESERVE, "preserve")
            self._shown[part] = shown
        self._part_of[second] = self._part_of[element]
        self._segments.remove(segment)
        insort(self._segments, Segment(segment.start, offset, element), key=lambda one: one.start)
        insort(self._segments, Segment(offset, segment.end, second), key=lambda one: one.start)

    def _cut_run(self, element: etree._Element, *, behind: bool) -> None:
        """Give what comes behind an element in its run, or the element and what comes behind it, a run of its own."""
        run = run_of(element)
        children = list(run)
        index = children.index(element) + behind
        moved = children[index:]
        if not moved or all(name_of(child) == "rPr" for child in children[:index]):
            return
        second = etree.Element(run.tag, run.attrib, run.nsmap)
        for child in children:
            if name_of(child) == "rPr":
                second.append(copy.deepcopy(child))
        run.addnext(second)
        second.extend(moved)


def run_of(element: etree._Element) -> etree._Element:
    """The run that an element stands in."""
    return element.getparent()


def name_of(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(etree.QName(element).localname)


def is_plain(segment: Segment) -> bool:
    """Whether a segment is text that stands directly in a run."""
    parent = segment.element.getparent()
    return segment.element.tag in TEXT_TAGS and parent is not None and name_of(parent) == "r"
