"""Plain and editing perplexity of each sentence of a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mtcheck.document import Document
from mtcheck.findings import DocumentResult
from mtcheck.segments import paragraphs, sentences
from mtcheck.surprisals import WordPlaces


@dataclass(frozen=True, slots=True)
class SentenceScore:
    """A sentence, its place in the source, and its perplexities per token; those of its words, without punctuation.

    ``editing``: as an editor would copy it, who knows the whole text. ``plain``: read once from the left. ``name`` says
    which part of the file it is from.
    """

    path: str
    name: str
    line: int
    column: int
    text: str
    words: int
    editing: float
    plain: float


def sentence_scores(document: Document, result: DocumentResult) -> Iterator[SentenceScore]:
    """The sentences of which a word was judged, in the order of the text."""
    if result.surprisals is None:
        return
    places = WordPlaces.of(document.text)
    for paragraph in paragraphs(document.text):
        for span in sentences(document.text, paragraph.start, paragraph.end):
            first, behind = places.within(span.start, span.end)
            found = result.surprisals.perplexities(first, behind)
            if found is not None:
                text = " ".join(document.text[span.start : span.end].split())
                line, column = document.place(span.start)
                location = document.location(span.start)
                yield SentenceScore(document.path, location, line, column, text, behind - first, *found)
