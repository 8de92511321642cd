"""TMX: the English targets of a translation memory, unit by unit."""

from __future__ import annotations

from mtcheck.annotated import AnnotatedText, prose
from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.readers.xliff import is_english
from mtcheck.readers.xml import Node, inline_text, lift, parse
from mtcheck.writing import Xml

_CODES = frozenset(["bpt", "ept", "it", "ph", "ut"])
"""Inline elements whose content is markup of the translated format."""


def read_tmx(path: str, text: str) -> list[Document]:
    """The English segments of units whose source language is another, as one document.

    Raises:
        ValueError: it is not well-formed or hostile, or English is its source or in no unit.
    """
    source = SourceFile(path, text)
    root = parse(text)
    header = root.first("header")
    shared = header.attributes.get("srclang", "") if header else ""
    composition = Composition(source, Xml(text))
    as_source = 0
    for number, unit in enumerate(root.descendants("tu"), 1):
        translated_from = unit.attributes.get("srclang", shared)
        for variant in unit.children("tuv"):
            language = variant.attributes.get("lang", "")
            if not language or not is_english(language):
                continue
            if translated_from and is_english(translated_from):
                as_source += 1
                continue
            for segment in variant.children("seg"):
                composition.add(f"unit {unit.attributes.get('tuid') or number}", _text(source.text, segment))
    if composition.empty and as_source:
        raise ValueError("English is the source language of its units, not the language of a translation")
    if composition.empty and root.descendants("tuv"):
        raise ValueError("no unit has a translation in English")
    return [composition.document()]


def _text(source: AnnotatedText, segment: Node) -> AnnotatedText:
    return prose(lift(source, inline_text(segment, _CODES)))
