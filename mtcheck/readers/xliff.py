"""XLIFF 1.2 and 2: the English targets of each file in it, unit by unit, as running text.

Units follow each other as the sentences of the translated text do, so they are the paragraphs of one document.
"""

from __future__ import annotations

from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.readers.language_tags import OtherLanguage, is_english
from mtcheck.readers.translations import annotate_unit
from mtcheck.readers.xml import Node, inline_text, lift, parse
from mtcheck.writing import Writing, Xml

_CODES = frozenset(["bpt", "ept", "ph", "it", "x", "bx", "ex", "sc", "ec", "cp"])
"""Inline elements whose content is markup of the translated format."""


def read_xliff(path: str, text: str) -> list[Document]:
    """A document for each ``file`` with English targets.

    Raises:
        OtherLanguage: its targets are in another language.
        ValueError: it is not well-formed or hostile.
    """
    source = SourceFile(path, text)
    root = parse(text)
    writing = Xml(text)
    shared = root.attributes.get("trgLang", "")
    files = root.children("file")
    languages = [file.attributes.get("target-language", shared) for file in files]
    english = [file for file, language in zip(files, languages, strict=True) if is_english(language)]
    if files and not english:
        raise OtherLanguage(f"the targets are in {languages[0]!r}, not in English")
    return [_file(source, writing, file, number, len(files)) for number, file in enumerate(english, 1)]


def _file(source: SourceFile, writing: Writing, file: Node, number: int, files: int) -> Document:
    composition = Composition(source, writing)
    for unit in file.descendants("trans-unit", "unit"):
        name = unit.attributes.get("id") or unit.attributes.get("resname") or unit.attributes.get("name", "")
        for target in _targets(unit):
            said, written = annotate_unit(lift(source.text, inline_text(target, _CODES)), writing)
            composition.add(f"unit {name}", said, writing=written)
    original = file.attributes.get("original") or file.attributes.get("id") or str(number)
    return composition.document(f"file {original}" if files > 1 else "")


def _targets(unit: Node) -> list[Node]:
    parents = [unit] if unit.tag == "trans-unit" else unit.children("segment", "ignorable")
    targets = [target for parent in parents for target in parent.children("target")]
    return [target for target in targets if is_english(target.attributes.get("lang", ""))]
