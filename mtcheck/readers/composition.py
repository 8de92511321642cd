"""Documents out of named parts of one source: fields of an entry, units of a translation, cues of subtitles."""

from __future__ import annotations

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document, Label, Lines, Origin


class SourceFile:
    """The decoded text of a file, with its lines, which all documents from it share."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = AnnotatedText.whole(text)
        self.lines = Lines(text)


class Composition:
    """A document in the making; parts are added in the order of the source, each a paragraph or more of its own."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._annotator = Annotator(source.text)
        self._labels: list[Label] = []

    def add(self, label: str, text: AnnotatedText, *, continues: bool = False) -> None:
        """Add a part that leads back to the source.

        An empty one is left out. With ``continues`` the sentence goes on from the part before.
        """
        if not text.text.strip():
            return
        if continues and self._annotator.length:
            origin = text.span(0, 0)[0]
            self._annotator.read_as(origin, origin, " ")
        else:
            self._annotator.separate()
        self._labels.append(Label(self._annotator.length, label))
        self._annotator.append(text)

    def document(self, name: str = "") -> Document:
        """The finished document; ``name`` says which part of the file it is."""
        text = self._annotator.finish()
        labels = tuple(label for label in self._labels if label.text)
        return Document(
            self._source.path, text.text, name, Origin(text, self._source.text.text, self._source.lines), labels
        )
