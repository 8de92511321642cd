"""The words of a unit of a translation, as the readers of XLIFF, TMX and PO share them."""

from __future__ import annotations

from mtcheck.annotated import AnnotatedText, prose
from mtcheck.readers.prose import annotate_value
from mtcheck.writing import Writing


def annotate_unit(said: AnnotatedText, writing: Writing) -> tuple[AnnotatedText, Writing]:
    """The words of a unit in one line, without the tags of HTML that stand in it as text; and how to write there."""
    value, written = annotate_value(said, writing)
    return prose(value), written
