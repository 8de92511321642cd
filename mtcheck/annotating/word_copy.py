"""A copy of a Word file with its findings in it: as comments, or as tracked changes where a suggestion is sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from mtcheck.annotating.comments import Anchor, add_comments, anchor, run_numbers
from mtcheck.annotating.runs import Runs
from mtcheck.annotating.tracked_changes import TrackedChanges
from mtcheck.document import Document
from mtcheck.findings import Finding
from mtcheck.fixing.edits import NotFixable, find_edits
from mtcheck.fixing.word_archive import rewritten
from mtcheck.readers.docx import read_word
from mtcheck.readers.word_package import WordPackage
from mtcheck.reports.wording import percent, sentence

AUTHOR, INITIALS = "mtcheck", "mt"


@dataclass(frozen=True, slots=True)
class AnnotatedCopy:
    """A Word file with findings in it, how many as comments and as changes, and those that have no place."""

    data: bytes
    comments: int
    changes: int
    left: tuple[Finding, ...]


def annotated_copy(
    data: bytes, document: Document, findings: Sequence[Finding], *, confidence: float | None, date: str
) -> AnnotatedCopy:
    """A copy of the Word file that ``data`` is and ``document`` was read from.

    With a ``confidence`` first suggestions of at least that become tracked changes, where Word allows them; all other
    findings become comments. ``date`` is that of the changes, ``2026-11-23T12:00:00Z``.

    Raises:
        ValueError: the file is signed, or of a kind that comments cannot be put into.
    """
    word = read_word(data)
    main = next(iter(word.parts))
    runs = Runs(word)
    changes = TrackedChanges(runs, AUTHOR, date)
    remarks: list[Finding] = []
    tracked, free_from = 0, 0
    for finding in sorted(findings, key=lambda one: (one.start, one.end)):
        suggestion = finding.suggestions[0] if finding.suggestions else None
        done = False
        if confidence is not None and suggestion and round(suggestion.confidence, 2) >= confidence:
            # Of two changes that overlap the second one would stand in the first.
            done = finding.start >= free_from and _track(changes, document, finding, suggestion.text)
        if done:
            tracked, free_from = tracked + 1, finding.end
        else:
            remarks.append(finding)
    # Cuts change which runs a stretch is, so all are made before any is taken.
    for finding in remarks:
        anchor(runs, finding.start, finding.end, main)
    anchors = [(finding, anchor(runs, finding.start, finding.end, main)) for finding in remarks]
    placed = [(finding, found) for finding, found in anchors if found is not None]
    numbers = run_numbers(runs.parts[main])
    notes = [(numbers[found.first], numbers[found.last], _note(finding, found)) for finding, found in placed]
    if placed or tracked:
        archive = WordPackage(data).archive
        names = {name.lower(): name for name in archive.namelist()}
        data = rewritten(archive, {names[part.lower()]: _serialised(root) for part, root in runs.parts.items()})
    if notes:
        data = add_comments(data, notes, AUTHOR, INITIALS)
    left = tuple(finding for finding, found in anchors if found is None)
    return AnnotatedCopy(data, len(notes), tracked, left)


def _track(changes: TrackedChanges, document: Document, finding: Finding, wording: str) -> bool:
    """Track a suggestion, if it can be."""
    try:
        edits = find_edits(document, finding.start, finding.end, wording)
    except NotFixable:
        return False
    if not changes.can_track(edits):
        return False
    for edit in edits:
        changes.track(edit)
    return True


def _note(finding: Finding, found: Anchor) -> str:
    """What a comment says; where it does not stand on the very words, with their place in front."""
    said = sentence(finding) if finding.text else finding.message
    where = f"{finding.location}: " if finding.location and finding.text and not found.exact else ""
    return f"{where}{said}\n{finding.rule}, {finding.severity.label}, {percent(finding.confidence)}"


def _serialised(root: etree._Element) -> bytes:
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
