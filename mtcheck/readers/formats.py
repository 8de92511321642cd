"""Which reader an input is for, by its name and, where the name does not say, by how it begins.

Readers are imported when a file needs them. What they raise as ``ValueError`` becomes an error with the file's name.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO
from urllib.parse import urlsplit

from mtcheck.document import Document
from mtcheck.errors import InputError, UnreadFormat
from mtcheck.findings import Failure
from mtcheck.readers.discover import ARCHIVES, SUFFIXES, Source, is_address, read_bytes
from mtcheck.readers.language_tags import OtherLanguage
from mtcheck.readers.text import MAX_BYTES, Encoding, decode, encoding_of, find_encoding

Reader = Callable[[str, str], Sequence[Document | Failure]]

_BY_SUFFIX = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".po": "po",
    ".xlf": "xliff",
    ".xliff": "xliff",
    ".tmx": "tmx",
    ".xml": "xml",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    **dict.fromkeys(ARCHIVES, "docx"),
}
DOCUMENT_SUFFIXES = (*SUFFIXES, *_BY_SUFFIX)
"""Files with these suffixes are taken in folders."""

MOST_CHARACTERS = 4_000_000
"""The longest file that is not plain text: what stands between the words takes time and memory too."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of a file is read: characters; tags, references, escapes and lines; values of records."""

    characters: int
    marks: int
    values: int

    def exceeded(self, text: str, *, values: bool) -> str | None:
        """What a text has too much of; ``values`` are looked at where it is JSON or a table."""
        if len(text) > self.characters:
            return f"longer than {self.characters:,} characters, the most that is read of what is not plain text"
        if sum(text.count(mark) for mark in ("<", "&", "\\", "\n", "\r")) > self.marks:
            return f"more than {self.marks:,} tags, escapes and lines, the most that is read"
        if values and any(text.count(mark) > self.values for mark in '",;|\t'):
            return f"more than {self.values:,} quotation marks or commas, the most that is read"
        return None


_LIMITS = _Limits(MOST_CHARACTERS, 300_000, 600_000)
_LIMITS_OF_RECORDS = _Limits(16_000_000, 400_000, 1_000_000)
"""Of what is read record by record."""

_HEAD = 4096
_ROOT = re.compile(
    r"(?s)\A\s*(?:(?><\?.*?\?>)\s*|(?><!--.*?-->)\s*|(?><!DOCTYPE[^>\[]*+(?:\[[^\]]*+\]\s*+)?+>)\s*)*+<(?:[\w.-]+:)?([A-Za-z][\w.-]*)"
)
_BY_ROOT = {
    **dict.fromkeys(["rss", "RDF", "feed"], "feed"),
    **dict.fromkeys(["newsMessage", "newsItem", "packageItem", "nitf"], "newsml"),
    **dict.fromkeys(["html", "HTML"], "html"),
    "xliff": "xliff",
    "tmx": "tmx",
}
_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How Word files begin: new ones, and old or encrypted ones."""
_RECORDS = ("json", "jsonl", "csv")
"""Kinds of which only named fields are checked."""
_KNOWN_XML = "RSS, Atom, NewsML-G2, NITF, XLIFF, TMX and XHTML"
_BY_MEDIA_TYPE = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/rss+xml": ".rss",
    "application/atom+xml": ".atom",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/feed+json": ".json",
    "application/json": ".json",
    "application/x-ndjson": ".jsonl",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/vtt": ".vtt",
    "application/xliff+xml": ".xlf",
    "application/x-tmx+xml": ".tmx",
    "application/vnd.iptc.g2.newsitem+xml": ".xml",
    "application/vnd.iptc.g2.newsmessage+xml": ".xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_REMEDY = "; mend the file, or pass its text on standard input"


def read_documents(
    source: Source,
    *,
    encoding: str | None = None,
    all_text: bool = False,
    fields: Sequence[str] = (),
    allow_local: bool = False,
    stdin: BinaryIO | None = None,
    limit: int = MAX_BYTES,
) -> list[Document | Failure]:
    """The documents of one input; a part of it that is broken is a ``Failure`` beside the others.

    ``all_text`` reads everything on a web page; ``fields`` are those to check of records (JSON, JSON Lines, CSV);
    ``allow_local`` lets addresses be of the local network.

    Raises:
        UnreadFormat: its format is not read, or only with ``fields``.
        InputError: it cannot be opened, is larger than ``limit`` bytes, is no text, or is broken as a whole.
    """
    if not is_address(source.path):
        data = read_bytes(source, stdin=stdin, limit=limit)
        return documents_in(data, source.path, encoding=encoding, all_text=all_text, fields=fields)
    from mtcheck.readers.web import fetch

    page = fetch(source.path, allow_local=allow_local, limit=limit)
    return documents_in(
        page.data,
        source.path,
        encoding=encoding or _sent(page.charset, page.data),
        all_text=all_text,
        fields=fields,
        suffix=_suffix_of_page(source.path, page.media_type, page.data),
    )


def documents_in(
    data: bytes,
    path: str,
    *,
    encoding: str | None = None,
    all_text: bool = False,
    fields: Sequence[str] = (),
    suffix: str | None = None,
) -> list[Document | Failure]:
    """The documents of an input's bytes, as ``read_documents`` returns them.

    ``suffix`` is what a file of their format would end in, where the path does not say it.

    Raises:
        InputError: it is no text, or is broken as a whole.
    """
    suffix = PurePath(path).suffix.lower() if suffix is None else suffix
    kind = _BY_SUFFIX.get(suffix, "")
    if is_word(data, f"x{suffix}"):
        return [*_word(path, data, kind)]
    text = decode(data, path, encoding or _declared(data, kind))
    kind = _by_content(text.text, kind)
    if fields and suffix not in SUFFIXES:
        kind = _records(text.text, kind)
    if not kind:
        return [text]
    if kind == "xml" and "<!ENTITY" in text.text[:_HEAD]:
        raise InputError(path, f"declares entities, which is refused: a few of them can fill the memory{_REMEDY}")
    if kind == "xml":
        raise UnreadFormat(path, f"XML of a kind that is not read; known are {_KNOWN_XML}")
    limits = _LIMITS_OF_RECORDS if kind in ("jsonl", "csv") else _LIMITS
    if excess := limits.exceeded(text.text, values=kind in (*_RECORDS, "news")):
        raise InputError(path, f"{excess}; split it")
    if kind in _RECORDS and not fields:
        raise UnreadFormat(path, f"name the fields to check with --field; there are: {_advice(kind, text.text)}")
    if kind in _RECORDS:
        return _fields_of_records(path, text.text, kind, fields)
    try:
        return [*_reader(kind, all_text)(path, text.text)]
    except OtherLanguage as error:
        raise UnreadFormat(path, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"{error}{_REMEDY}") from error


def is_word(data: bytes, path: str) -> bool:
    """Whether an input is read as a Word file, by its name or by how it begins."""
    return _BY_SUFFIX.get(PurePath(path).suffix.lower()) == "docx" or data[:8].startswith(_ARCHIVES)


def text_encoding(data: bytes, path: str, encoding: str | None = None) -> Encoding:
    """The encoding by which ``documents_in`` reads a text."""
    return encoding_of(data, encoding or _declared(data, _BY_SUFFIX.get(PurePath(path).suffix.lower(), "")))


def _sent(charset: str, data: bytes) -> str | None:
    """The encoding that a server names, where it is one and no byte-order mark says otherwise."""
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        return find_encoding({"iso-8859-1": "cp1252", "us-ascii": "cp1252"}.get(charset, charset)) if charset else None
    except ValueError:
        return None


def _suffix_of_page(address: str, media_type: str, data: bytes) -> str:
    """What a file with a page's content would end in, by what the server says, the address, and how it begins.

    Many servers call everything HTML or plain text, feeds above all.
    """
    named = PurePath(urlsplit(address).path).suffix.lower()
    named = named if named in DOCUMENT_SUFFIXES else ""
    if media_type in ("", "application/octet-stream", "text/plain"):
        return named
    suffix = _BY_MEDIA_TYPE.get(media_type, "")
    root = _ROOT.match(data[:_HEAD].decode("latin-1").lstrip("\u00ef\u00bb\u00bf")) if suffix == ".html" else None
    if root and _BY_ROOT.get(root.group(1), "html") != "html":
        return ".xml"
    return suffix or named


def _word(path: str, data: bytes, kind: str) -> list[Document]:
    """A Word file, also one that is not called so."""
    from mtcheck.readers.docx import read_docx
    from mtcheck.readers.word_package import is_old_word_file, is_word_package

    if not kind and not is_word_package(data) and not is_old_word_file(data):
        raise InputError(path, "an archive, and not of a Word file; unpack it")
    try:
        documents = read_docx(path, data)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"{error}; open it in a word processor and save it anew as .docx") from error
    if any(len(document.text) > MOST_CHARACTERS for document in documents):
        raise InputError(path, f"longer than {MOST_CHARACTERS:,} characters, the most that is read; split it")
    return documents


def _declared(data: bytes, kind: str) -> str | None:
    """The encoding that the file itself declares, where its format lets it."""
    if kind not in ("xml", "feed", "xliff", "tmx", "html") and not data[:100].lstrip().startswith(b"<?xml"):
        return None
    from mtcheck.readers.xml import declared_encoding

    name = declared_encoding(data)
    if name is None and kind == "html":
        match = re.search(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?([a-z0-9_-]+)""", data[:_HEAD])
        name = match.group(1).decode("ascii").lower() if match else None
        # Browsers take both for Windows-1252.
        name = {"iso-8859-1": "cp1252", "us-ascii": "cp1252", "utf-8": None, "utf8": None}.get(name or "", name)
    if name is None or data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        codecs.lookup(name)
    except LookupError:
        return None
    return name


def _by_content(text: str, kind: str) -> str:
    """The format of what has no telling name; only unmistakable beginnings count, so that plain text stays plain."""
    head = text[:_HEAD]
    if kind == "json" or (not kind and head.lstrip()[:1] in ("{", "[")):
        return _json(text, kind)
    if kind not in ("", "xml"):
        return kind
    root = _ROOT.match(head)
    found = _BY_ROOT.get(root.group(1), "") if root else ""
    if found or kind == "xml":
        return found or "xml"
    if head.startswith("WEBVTT"):
        return "subtitles"
    if re.match(r"\s*1\s*(?:\r\n|\r|\n)\d\d:\d\d:\d\d,\d{3} --> ", head):
        return "subtitles"
    return ""


def _json(text: str, kind: str) -> str:
    from mtcheck.readers.json_news import is_news

    return "news" if is_news(text) else kind


def _records(text: str, kind: str) -> str:
    """Where fields were named: which records a text is that could be some."""
    if kind == "news":
        kind = "json"
    if not kind:
        first, _, others = text.strip().partition("\n")
        several = first.rstrip().endswith("}") and others.lstrip().startswith("{")
        kind = ("jsonl" if several else "json") if first[:1] in ("{", "[") else "csv"
    return kind


def _advice(kind: str, text: str) -> str:
    from mtcheck.readers.records import fields_advice

    return fields_advice(kind, text)


def _fields_of_records(path: str, text: str, kind: str, fields: Sequence[str]) -> list[Document | Failure]:
    """The fields of records; news that has none of them is read as news."""
    from mtcheck.readers import records

    reading = {"json": records.read_json_records, "jsonl": records.read_json_lines, "csv": records.read_csv}
    try:
        return reading[kind](path, text, fields)
    except records.NoSuchField as error:
        if kind == "json" and _json(text, kind) == "news":
            return [*_reader("news", False)(path, text)]
        raise UnreadFormat(path, str(error)) from error
    except ValueError as error:
        raise InputError(path, f"{error}{_REMEDY}") from error


def _reader(kind: str, all_text: bool) -> Reader:
    if kind == "html":
        return _html(all_text)
    if kind == "news":
        from mtcheck.readers.json_news import read_json_news

        return read_json_news
    if kind == "newsml":
        from mtcheck.readers.news import read_news

        return read_news
    if kind == "tmx":
        from mtcheck.readers.tmx import read_tmx

        return read_tmx
    if kind == "feed":
        from mtcheck.readers.feeds import read_feed

        return read_feed
    if kind == "subtitles":
        from mtcheck.readers.subtitles import read_subtitles

        return read_subtitles
    if kind == "po":
        from mtcheck.readers.po import read_po

        return read_po
    if kind == "xliff":
        from mtcheck.readers.xliff import read_xliff

        return read_xliff
    from mtcheck.readers.markdown import read_markdown

    return read_markdown


def _html(all_text: bool) -> Reader:
    def read_html(path: str, text: str) -> list[Document | Failure]:
        from mtcheck.readers.composition import Composition, SourceFile
        from mtcheck.readers.html import annotate_page
        from mtcheck.writing import html

        source = SourceFile(path, text)
        composition = Composition(source, html)
        composition.add("", annotate_page(source.text, everything=all_text))
        return [composition.document()]

    return read_html
