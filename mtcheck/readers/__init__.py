"""Reading: from paths and bytes to documents.

``discover`` says which inputs there are, ``read_documents`` turns one of them into documents by its format, ``read``
takes it for plain text, ``decode`` does so for bytes. A format is a module here and a line in ``formats``.
"""

from __future__ import annotations

from mtcheck.readers.discover import STDIN, SUFFIXES, Source, discover, is_address, read, read_bytes
from mtcheck.readers.formats import DOCUMENT_SUFFIXES, documents_in, is_word, read_documents, text_encoding
from mtcheck.readers.text import MAX_BYTES, decode, find_encoding

__all__ = [
    "DOCUMENT_SUFFIXES",
    "MAX_BYTES",
    "STDIN",
    "SUFFIXES",
    "Source",
    "decode",
    "discover",
    "documents_in",
    "find_encoding",
    "is_address",
    "is_word",
    "read",
    "read_bytes",
    "read_documents",
    "text_encoding",
]
