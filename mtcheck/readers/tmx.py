"""TMX: the English targets of a translation memory, unit by unit."""

from __future__ import annotations

from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.readers.language_tags import OtherLanguage, is_english
from mtcheck.readers.translations import annotate_unit
from mtcheck.readers.xml import inline_text, lift, parse
from mtcheck.writing import Xml

_CODES = frozenset(["bpt", "ept", "it", "ph", "ut"])
"""Inline elements whose content is markup of the translated format."""


def read_tmx(path: str, text: str) -> list[Document]:
    """The English segments of units whose source language is another, as one document.

    Raises:
        OtherLanguage: English is its source, or in no unit.
        ValueError: it is not well-formed or hostile.
    """
    source = SourceFile(path, text)
    root = parse(text)
    header = root.first("header")
    shared = header.attributes.get("srclang", "") if header else ""
    composition, writing = Composition(source), Xml(text)
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
                said, written = annotate_unit(lift(source.text, inline_text(segment, _CODES)), writing)
                composition.add(f"unit {unit.attributes.get('tuid') or number}", said, writing=written)
    if composition.empty and as_source:
        raise OtherLanguage("English is the source language of its units, not the language of a translation")
    if composition.empty and root.descendants("tuv"):
        raise OtherLanguage("no unit has a translation in English")
    return [composition.document()]
