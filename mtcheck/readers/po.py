"""Gettext catalogues: the translations of a PO file as one document, a paragraph for each.

The format is lines of quoted strings, so that reading them here is what gives every character its place.
"""

from __future__ import annotations

import re

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile
from mtcheck.readers.language_tags import OtherLanguage, is_english
from mtcheck.readers.translations import annotate_unit
from mtcheck.writing import po

_LINE = re.compile(
    r"(?m)^[ \t]*(?:(?P<comment>#[^\r\n]*)|(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)[ \t]*)?"
    r'"(?P<string>(?:[^"\\\r\n]|\\.)*)")[ \t]*$'
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))")
_LANGUAGE = re.compile(r"(?m)^Language:[ \t]*([\w@.-]+)")
_PLAIN = {"n": "\n", "t": "\t", "r": "\r", "a": "", "b": "", "f": "\f", "v": "\v"}
_UNREAD = re.compile(r"(?m)^[ \t]*(?![ \t#\"\r\n]|msg)[^\r\n]+")


def read_po(path: str, text: str) -> list[Document]:
    """The translations that are not empty or obsolete, named by what they translate.

    Raises:
        OtherLanguage: its header says that the translations are in another language.
        ValueError: a line belongs to no entry.
    """
    source = SourceFile(path, text)
    if strange := _UNREAD.search(text):
        line = source.lines.place(strange.start())[0]
        raise ValueError(f"no PO file: line {line} is neither a comment, a keyword nor a quoted string")
    composition = Composition(source)
    identity, keyword, strings = "", "", list[tuple[int, int]]()
    for match in [*_LINE.finditer(text.replace("\r", "\n")), None]:
        if match is not None and match["comment"]:
            continue
        if match is not None and not match["keyword"]:
            strings.append(match.span("string"))
            continue
        said = _unescaped(source.text, strings)
        if keyword == "msgid":
            identity = said.text
        elif keyword.startswith("msgstr") and identity:
            words, writing = annotate_unit(said, po)
            composition.add(f"translation of “{_short(identity)}”", words, writing=writing)
        elif keyword == "msgstr" and (language := _LANGUAGE.search(said.text)) and not is_english(language[1]):
            raise OtherLanguage(f"the translations are in {language[1]!r}, not in English")
        if match is not None:
            keyword, strings = match["keyword"], [match.span("string")]
    return [composition.document()]


def _unescaped(source: AnnotatedText, strings: list[tuple[int, int]]) -> AnnotatedText:
    annotator = Annotator(source)
    for start, end in strings:
        begin = start
        for match in _ESCAPE.finditer(source.text, start, end):
            annotator.keep(begin, match.start())
            annotator.read_as(match.start(), match.end(), _meant(match))
            begin = match.end()
        annotator.keep(begin, end)
    return annotator.finish()


def _meant(match: re.Match[str]) -> str:
    hexadecimal, octal, letter = match.groups()
    if letter is not None:
        return _PLAIN.get(letter, letter)
    code = int(hexadecimal, 16) if hexadecimal else int(octal, 8)
    return chr(code) if 0 < code < 128 else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"
