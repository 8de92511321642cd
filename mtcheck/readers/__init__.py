"""Reading: from paths and bytes to documents.

``discover`` says which inputs there are, ``read`` turns one of them into a document, ``decode`` does so for bytes.
A format that is added later is a module here with its own ``decode``.
"""

from __future__ import annotations

from mtcheck.readers.discover import SUFFIXES, Source, discover, read
from mtcheck.readers.text import MAX_BYTES, decode, find_encoding

__all__ = ["MAX_BYTES", "SUFFIXES", "Source", "decode", "discover", "find_encoding", "read"]
