"""Plain text: bytes to a document, or a clear error where they are no text.

Without a named encoding a file is UTF-8, with or without a byte-order mark, or UTF-16 with one. Nothing is guessed:
a wrong guess would put mojibake before the checker and report it as the writer's fault.
"""

from __future__ import annotations

import codecs
import sys
from dataclasses import dataclass

from mtcheck.document import Document
from mtcheck.errors import InputError

MAX_BYTES = 64 * 1024 * 1024
"""The largest input, in bytes: a hundred novels. More is a mistake, a device or a dump."""

HEAD = 8192
"""How many bytes tell text from a binary file."""

_MARKS = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}
_UNIT = {"utf-16": 2, "utf-32": 4}


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a text became bytes: a codec that writes no byte-order mark of its own, and the mark in front."""

    codec: str
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """The bytes of a part of the text.

        Raises:
            UnicodeEncodeError: the codec lacks a character.
        """
        return text.encode(self.codec)


def encoding_of(data: bytes, encoding: str | None = None) -> Encoding:
    """The encoding by which ``decode`` reads ``data``, as far as writing the same bytes needs it."""
    codec = find_encoding(encoding) if encoding else _marked(data) or "utf-8"
    if codec in _UNIT:
        marked = _marked(data) or ""
        codec = marked if marked.startswith(codec) else f"{codec}-le" if sys.byteorder == "little" else f"{codec}-be"
    elif codec == "utf-8-sig":
        codec = "utf-8"
    mark = _MARKS.get(codec, b"")
    return Encoding(codec, mark if data.startswith(mark) else b"")


def decode(data: bytes, path: str, encoding: str | None = None) -> Document:
    """Decode ``data`` by its byte-order mark or as UTF-8, or by ``encoding`` where one is named.

    Raises:
        InputError: it is not text in that encoding; the message gives the byte offset.
        ValueError: there is no such encoding.
    """
    codec = find_encoding(encoding) if encoding else _marked(data) or "utf-8"
    if encoding is None and codec.startswith("utf-32"):
        raise InputError(path, "UTF-32 text (by the byte-order mark at byte offset 0); give --encoding utf-32")
    mark = _MARKS.get(codec, b"")
    skip = len(mark) if mark and data.startswith(mark) else 0
    try:
        text = data[skip:].decode(codec)
    except UnicodeDecodeError as error:
        offset = skip + error.start
        problem = f"not valid {codec.upper()}: byte 0x{data[offset : offset + 1].hex().upper()} at byte offset {offset}"
        raise InputError(path, f"{problem}; {_advice(data, encoding)}") from error
    except UnicodeError as error:  # a few codecs raise no more than this
        reason = "".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in str(error))
        raise InputError(path, f"not valid {codec.upper()}: {reason}; {_advice(data, encoding)}") from error
    if "\0" in text:
        raise InputError(path, f"NUL character at byte offset {_first_nul(data, codec)}; {_advice(data, encoding)}")
    return Document(path, text)


def find_encoding(name: str) -> str:
    """The codec's own name for an encoding, say ``cp1252`` for ``Windows-1252``.

    Raises:
        ValueError: there is no such encoding, or it is no encoding of text (``base64``).
    """
    try:
        # Only decoding shows whether a codec makes text of bytes; empty input is not passed to the codec at all.
        b"a".decode(name, "ignore")
        return codecs.lookup(name).name
    except (LookupError, ValueError) as error:
        examples = "utf-8, utf-16, windows-1252, iso-8859-1, koi8-r"
        raise ValueError(f"unknown text encoding {name!r}; examples: {examples}") from error


def looks_binary(head: bytes) -> bool:
    """Whether the first bytes of a file hold NUL bytes that no UTF-16 text explains."""
    return b"\0" in head and _marked(head) is None and _unmarked_utf16(head) is None


def _marked(data: bytes) -> str | None:
    """The encoding whose byte-order mark the data start with; the UTF-32 one starts with the UTF-16 one."""
    found = [codec for codec, mark in _MARKS.items() if data.startswith(mark)]
    return max(found, key=lambda codec: len(_MARKS[codec]), default=None)


def _unmarked_utf16(head: bytes) -> str | None:
    """The UTF-16 codec that the NUL bytes point to: in Western text every second byte is one."""
    pairs = len(head) // 2
    even, odd = head[: 2 * pairs : 2].count(0), head[1 : 2 * pairs : 2].count(0)
    for codec, high, low in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        if high > pairs / 2 and low < pairs / 20:
            return codec
    return None


def _advice(data: bytes, encoding: str | None) -> str:
    head = data[:HEAD]
    if encoding is None and (codec := _unmarked_utf16(head)):
        return f"if it is UTF-16 without a byte-order mark, give --encoding {codec}"
    if looks_binary(head):
        return "this looks like a binary file, not text"
    if encoding is None:
        return "if you know its encoding, name it, for example --encoding windows-1252"
    return "name another --encoding, or none for UTF-8 and UTF-16 with a byte-order mark"


def _first_nul(data: bytes, codec: str) -> int:
    """Byte offset of the first U+0000."""
    unit = _UNIT.get(codec[:6], 1)
    offset = data.find(bytes(unit))
    while offset % unit and offset >= 0:
        offset = data.find(bytes(unit), offset + 1)
    return max(offset, 0)
