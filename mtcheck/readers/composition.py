"""Documents out of named parts of one source: fields of an entry, units of a translation, cues of subtitles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document, Label, Lines, Origin, Passage
from mtcheck.writing import Writing, cautious

MOST_DOCUMENTS = 100_000
"""Entries, items or records of one file: each takes memory, however short it is."""
_MOST_COMPARED = 32

Part = TypeVar("Part")


def limited(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts of a file that become documents.

    Raises:
        ValueError: they are more than ``MOST_DOCUMENTS``.
    """
    if len(parts) > MOST_DOCUMENTS:
        raise ValueError(
            f"{len(parts):,} entries, more than the {MOST_DOCUMENTS:,} that are read of one file; split it"
        )
    return parts


class SourceFile:
    """The decoded text of a file, with its lines, which all documents from it share."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = AnnotatedText.whole(text)
        self.lines = Lines(text)


class Composition:
    """A document in the making; parts are added in the order of the source, each a paragraph or more of its own."""

    def __init__(self, source: SourceFile, writing: Writing = cautious) -> None:
        """Begin a document.

        ``writing`` says how a wording is written into the source of its parts.
        """
        self._writing = writing
        self._passages: list[Passage] = []
        self._source = source
        self._annotator = Annotator(source.text)
        self._labels: list[Label] = []

    def add(self, label: str, text: AnnotatedText, *, continues: bool = False, writing: Writing | None = None) -> None:
        """Add a part that leads back to the source.

        An empty one is left out. With ``continues`` the sentence goes on from the part before. ``writing`` is for a
        part that is written otherwise than the rest of the document.
        """
        if not text.text.strip():
            return
        if continues and self._annotator.length:
            origin = text.span(0, 0)[0]
            self._annotator.read_as(origin, origin, " ")
        else:
            self._annotator.separate()
        self._labels.append(Label(self._annotator.length, label))
        self._passages.append(Passage(self._annotator.length, writing or self._writing))
        self._annotator.append(text)

    def add_distinct(self, parts: Sequence[tuple[str, AnnotatedText, Writing]]) -> None:
        """Add labelled parts with their writings, but none that another repeats, as the content often does the summary.

        Of equal ones the first stays.
        """
        words = [f" {' '.join(text.text.split())} " for _, text, _ in parts]
        for index, (label, text, writing) in enumerate(parts):
            if len(parts) > _MOST_COMPARED or not _repeated(words, index):
                self.add(label, text, writing=writing)

    @property
    def empty(self) -> bool:
        """Whether no part with words was added."""
        return not self._annotator.length

    def document(self, name: str = "", known_as: str = "") -> Document:
        """The finished document; ``name`` says which part of the file it is, ``known_as`` what the file calls it."""
        text = self._annotator.finish()
        labels = tuple(label for label in self._labels if label.text)
        origin = Origin(text, self._source.text.text, self._source.lines, tuple(self._passages))
        suffix = f" ({known_as})" if known_as else ""
        return Document(self._source.path, text.text, name + suffix, origin, labels, known_as)


def _repeated(words: list[str], index: int) -> bool:
    """Whether another text has all of the one at ``index`` in it."""
    own = words[index]
    return any(
        own in other and (len(other) > len(own) or position < index)
        for position, other in enumerate(words)
        if position != index
    )
