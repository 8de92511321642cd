"""Comments in a Word file, made by python-docx.

Word has comments in the main text only. What is found in a footnote, a header or a text box gets its comment where that
hangs on the main text, with the place in front.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from mtcheck.annotating.runs import Runs, is_plain, name_of
from mtcheck.readers.docx import WORD

_RUNS = tuple(f"{{{space}}}r" for space in WORD)
_BOXES = tuple(f"{{{space}}}txbxContent" for space in WORD)
_NOTES = ("footnote", "endnote")


@dataclass(frozen=True, slots=True)
class Anchor:
    """The runs that a comment is on, first and last; ``exact`` where they are the very words."""

    first: etree._Element
    last: etree._Element
    exact: bool


def anchor(runs: Runs, start: int, end: int, main: str) -> Anchor | None:
    """Where the comment on a stretch of the text goes; ``None`` where the main text has nothing to hang it on."""
    segments = runs.within(start, end)
    if not segments:
        return None
    root = runs.parts[main]
    first = segments[0].element
    box = next(first.iterancestors(*_BOXES), None)
    if runs.part(segments[0]) != main:
        return _whole(_reference(root, first))
    if box is not None:
        outer = list(first.iterancestors(*_BOXES))[-1]
        return _whole(next(outer.iterancestors(*_RUNS), None))
    if start < end and all(map(is_plain, (segments[0], segments[-1]))):
        found = runs.cut(start, end)
        return Anchor(found[0], found[-1], exact=True)
    return _whole(next(first.iterancestors(*_RUNS), None), next(segments[-1].element.iterancestors(*_RUNS), None))


def _whole(first: etree._Element | None, last: etree._Element | None = None) -> Anchor | None:
    if first is None:
        return None
    return Anchor(first, first if last is None else last, exact=last is not None)


def _reference(root: etree._Element, element: etree._Element) -> etree._Element | None:
    """The run of the main text that refers to the note which an element is in; of a header the first run there is."""
    for above in element.iterancestors():
        if name_of(above) in _NOTES:
            space = etree.QName(above).namespace
            number = above.get(f"{{{space}}}id")
            for mark in root.iter(*(f"{{{space}}}{name_of(above)}Reference" for space in WORD)):
                if number in mark.attrib.values():
                    return next(mark.iterancestors(*_RUNS), None)
    return next((run for run in root.iter(*_RUNS) if next(run.iterancestors(*_BOXES), None) is None), None)


def run_numbers(root: etree._Element) -> dict[etree._Element, int]:
    """The runs of a part with their numbers, by which they are found again in a file that was saved."""
    return {run: number for number, run in enumerate(root.iter(*_RUNS))}


def add_comments(data: bytes, notes: Sequence[tuple[int, int, str]], author: str, initials: str) -> bytes:
    """A Word file with comments, each on the runs with two numbers among all runs of the main text.

    Raises:
        ValueError: python-docx cannot open the file.
    """
    import docx
    from docx.text.run import Run

    try:
        document = docx.Document(io.BytesIO(data))
    except Exception as error:  # whatever it stumbles on, it says in its own words
        raise ValueError(f"comments cannot be put into it: {error or type(error).__name__}") from error
    elements = list(document.element.iter(*_RUNS))
    for first, last, text in notes:
        ends = [Run(elements[number], document) for number in (first, last)]
        document.add_comment(ends, text=text, author=author, initials=initials)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
