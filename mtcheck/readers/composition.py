"""Documents out of named parts of one source: fields of an entry, units of a translation, cues of subtitles."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document, Label, Lines, Origin, Passage, Repeat
from mtcheck.writing import Writing, cautious

MOST_DOCUMENTS = 100_000
"""Entries, items or records of one file: each takes memory, however short it is."""
_MOST_COMPARED = 32
_WORD = re.compile(r"\S+")

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
        self._repeats: list[Repeat] = []

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
        words = [" ".join(["", *text.text.split(), ""]) for _, text, _ in parts]
        repeating = _repeating(words) if len(parts) <= _MOST_COMPARED else {}
        begins: dict[int, int] = {}
        for index, (label, text, writing) in enumerate(parts):
            if index not in repeating and words[index].strip():
                self.add(label, text, writing=writing)
                begins[index] = self._labels[-1].start
        for index, holder in repeating.items():
            if words[index].strip():
                label, text, writing = parts[index]
                alone = Composition(self._source)
                alone.add(label, text, writing=writing)
                ahead = len(words[holder][: words[holder].index(words[index])].split())
                self._repeats.append(_repeat(alone.document(), parts[holder][1].text, begins[holder], ahead))

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
        repeats = tuple(self._repeats)
        return Document(self._source.path, text.text, name + suffix, origin, labels, known_as, repeats=repeats)


def _repeating(words: list[str]) -> dict[int, int]:
    """The texts of which another one has all the words, with that other, which is not one of them."""
    found: dict[int, int] = {}
    for index, own in enumerate(words):
        for position, other in enumerate(words):
            if own in other and (len(other) > len(own) or position < index):
                found[index] = position
                break
    for index in found:
        while (holder := found[index]) in found:
            found[index] = found[holder]
    return found


def _repeat(document: Document, holder: str, begin: int, ahead: int) -> Repeat:
    """What ties a field to the text that repeats it, which begins at ``begin``, from its word number ``ahead`` on."""
    words = array("Q", (match.start() for match in _WORD.finditer(document.text)))
    held = list(islice(_WORD.finditer(holder), ahead, ahead + len(words)))
    repeated = array("Q", (begin + match.start() for match in held))
    return Repeat(document, words, repeated, begin + held[-1].end())
