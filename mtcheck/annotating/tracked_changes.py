"""Tracked changes: a wording struck out and another one put in, which Word lets a person accept or reject."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence

from lxml import etree

from mtcheck.annotating.runs import PRESERVE, Runs, is_plain, name_of, run_of
from mtcheck.fixing.edits import Edit
from mtcheck.readers.docx import WORD

_MAY_HOLD = frozenset("p hyperlink sdtContent smartTag customXml fldSimple dir bdo".split())
"""Elements in which insertions and deletions may stand."""
_TEXT_ONLY = frozenset("rPr t lastRenderedPageBreak".split())
_MARKS = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange")


class TrackedChanges:
    """Puts tracked changes into the runs of a Word file; one must not overlap another."""

    def __init__(self, runs: Runs, author: str, date: str) -> None:
        self._runs = runs
        self._author = author
        self._date = date
        marks = [f"{{{space}}}{name}" for space in WORD for name in _MARKS]
        numbers = (
            node.get(f"{{{space}}}id", "")
            for root in runs.parts.values()
            for node in root.iter(*marks)
            for space in WORD
        )
        self._numbers = itertools.count(max((int(number) for number in numbers if number.isdecimal()), default=0) + 1)

    def can_track(self, edits: Sequence[Edit]) -> bool:
        """Whether all of some edits change nothing but text, where Word allows changes to be tracked."""
        for edit in edits:
            segments = self._runs.within(edit.start, edit.end)
            if not segments or not all(map(is_plain, segments)):
                return False
            runs = list(dict.fromkeys(run_of(segment.element) for segment in segments))
            if any(name_of(run.getparent()) not in _MAY_HOLD for run in runs):
                return False
            # What stands between two texts of one run would be struck out with them.
            if any(name_of(child) not in _TEXT_ONLY for run in runs for child in run) and len(segments) > 1:
                return False
            if any(name_of(above) in _MARKS for run in runs for above in run.iterancestors()):
                return False
        return True

    def track(self, edit: Edit) -> None:
        """Track one edit, for which ``can_track`` holds."""
        if edit.start == edit.end:
            run = self._run_before(edit.start)
            before, last = run, run
        else:
            runs = self._runs.cut(edit.start, edit.end)
            before = runs[0]
            for run in runs:
                last = self._strike_out(run)
        if edit.text:
            last.addnext(self._insertion(before, edit.text))

    def _run_before(self, offset: int) -> etree._Element:
        """The run that ends at an offset, cut so that it does."""
        (segment,) = self._runs.within(offset, offset)
        if segment.start < offset:
            return self._runs.cut(max(segment.start, offset - 1), offset)[-1]
        # There is text behind it only: an empty run is made ahead of it.
        run = self._runs.cut(offset, offset + 1)[0]
        ahead = copy.copy(run)
        for child in list(ahead):
            if name_of(child) != "rPr":
                ahead.remove(child)
        ahead.tail = None
        run.addprevious(ahead)
        return ahead

    def _strike_out(self, run: etree._Element) -> etree._Element:
        mark = self._mark(run, "del")
        run.addprevious(mark)
        mark.append(run)
        space = etree.QName(run).namespace
        for text in run.findall(f"{{{space}}}t"):
            text.tag = f"{{{space}}}delText"
        return mark

    def _insertion(self, like: etree._Element, text: str) -> etree._Element:
        space = etree.QName(like).namespace
        mark = self._mark(like, "ins")
        run = etree.SubElement(mark, like.tag)
        for properties in like.findall(f"{{{space}}}rPr"):
            run.append(copy.deepcopy(properties))
        added = etree.SubElement(run, f"{{{space}}}t")
        added.text = text
        added.set(PRESERVE, "preserve")
        return mark

    def _mark(self, run: etree._Element, name: str) -> etree._Element:
        space = etree.QName(run).namespace
        attributes = {"id": str(next(self._numbers)), "author": self._author, "date": self._date}
        return etree.Element(
            f"{{{space}}}{name}", {f"{{{space}}}{key}": value for key, value in attributes.items()}, run.nsmap
        )
