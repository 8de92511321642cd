"""The archive of a Word file (.docx): which parts hold its text, unpacked and parsed within limits.

What is not XML, pictures above all, is never unpacked. Declarations of entities are refused, as the format's standard
forbids them; nothing outside the archive is fetched.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from lxml import etree

OFFICE = frozenset(
    [
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    ]
)
"""What the types of relationships begin with, in transitional and in strict files."""

MOST_MEMBERS = 10_000
MOST_UNPACKED = 256 * 1024 * 1024
"""Bytes of all files in the archive."""
MOST_XML = 32 * 1024 * 1024
"""Bytes of the parts that are parsed."""
MOST_TAGS = 1_000_000
"""Tags of these parts together."""

_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError)
"""What the standard library raises on archives that are damaged or use what it does not know."""
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = b"PK\x01\x02"
_MAIN = "word/document.xml"
_DOCTYPES = tuple("<!DOCTYPE".encode(codec) for codec in ("utf-8", "utf-16-le", "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive: ``kind`` is what it is to the main part, ``footnotes`` or ``header``."""

    name: str
    kind: str
    root: etree._Element


def is_word_package(data: bytes) -> bool:
    """Whether bytes are an archive that holds a Word document, by its table of contents."""
    return data.startswith(_ZIP) and b"[Content_Types].xml" in data and b"word/" in data


def is_old_word_file(data: bytes) -> bool:
    """Whether bytes are a file of an office program before 2007, or an encrypted one of today."""
    return data.startswith(_OLE)


class WordPackage:
    """A Word file in memory."""

    def __init__(self, data: bytes) -> None:
        """Open the archive.

        Raises:
            ValueError: it is no archive, holds no Word document, or unpacks to more than any draft.
        """
        if is_old_word_file(data):
            raise ValueError("a file of an old office program, or encrypted; save it as .docx without a password")
        if data.count(_ENTRY) > MOST_MEMBERS:
            raise ValueError(f"an archive of more than {MOST_MEMBERS:,} files, which no draft is")
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGED as error:
            raise ValueError("not a Word file, or cut short: its archive cannot be read") from error
        size = sum(member.file_size for member in self.archive.infolist())
        if size > MOST_UNPACKED:
            raise ValueError(
                f"a zip bomb? {len(data):,} bytes claim to unpack to {size:,}, more than the {MOST_UNPACKED:,} allowed"
            )
        self._left = MOST_XML
        self._tags_left = MOST_TAGS
        self._names = {member.filename.lower(): member.filename for member in self.archive.infolist()}
        self.parts = list(self._read_parts())

    def _read_parts(self) -> Iterator[Part]:
        """The main part and those it refers to that can hold text, each once."""
        name = next((target for kind, target in self._related("") if kind == "officeDocument"), _MAIN)
        if not self._has(name):
            raise ValueError("not a Word file: the archive holds no document")
        yield Part(name, "document", self._parse(name))
        seen = {name}
        for kind, target in self._related(name):
            if kind in ("footnotes", "endnotes", "header", "footer") and target not in seen and self._has(target):
                seen.add(target)
                yield Part(target, kind, self._parse(target))

    def _related(self, part: str) -> Iterator[tuple[str, str]]:
        """Kinds and names of the parts that a part refers to; the package itself is the part with no name."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self._has(relations):
            return
        for relation in self._parse(relations):
            address, _, kind = str(relation.get("Type", "")).rpartition("/")
            if address in OFFICE and relation.get("TargetMode") != "External":
                target = unquote(str(relation.get("Target", "")))
                yield kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")

    def _has(self, name: str) -> bool:
        return name.lower() in self._names

    def _parse(self, name: str) -> etree._Element:
        data = self._unpack(self._names[name.lower()])
        if any(mark in data for mark in _DOCTYPES):
            raise ValueError(f"{name} declares a document type, which is refused: entities can fill the memory")
        self._tags_left -= data.count(b"<")
        if self._tags_left < 0:
            raise ValueError(f"more than {MOST_TAGS:,} tags up to {name}, more than any draft has")
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise ValueError(f"not well-formed XML in {name}: {error}") from error

    def _unpack(self, name: str) -> bytes:
        member = self.archive.getinfo(name)
        if member.file_size > self._left:
            raise ValueError(f"{name} unpacks to {member.file_size:,} bytes; {MOST_XML:,} are read of all parts")
        self._left -= member.file_size
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ValueError(f"{name} is packed in a way that Word does not use")
        try:
            return self.archive.read(member)
        except _DAMAGED as error:
            raise ValueError(f"{name} cannot be unpacked: {error}") from error
