"""What earlier runs have checked, so that a scheduled job looks only at what is new or has changed.

An entry is known by its file or address and by what the file calls it, and remembered with the hash of its text and
the signature of what checked it. Another model, or another version of mtcheck, checks everything again.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.output import replacing

FORMAT = 1
MOST_ENTRIES = 10_000
"""Entries that are remembered of one file or address: those of its latest state, and older ones that have left it."""
LARGEST_FILE = 256 * 1024 * 1024


@dataclass(slots=True)
class _File:
    """What is known of one file: the hashes of its entries, the latest last."""

    signature: str
    entries: dict[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is remembered: its file, what it is called there, the hash of its text."""

    path: str
    key: str
    digest: str


@dataclass(slots=True)
class State:
    """Entries that were checked, read from a file and written back when a run is over."""

    path: Path
    _known: dict[str, _File] = field(default_factory=dict)
    _met: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def read(cls, path: Path) -> State:
        """What a file remembers; nothing where there is none yet.

        Raises:
            InputError: it is no such file.
            OSError: it cannot be read.
        """
        try:
            with open(path, "rb") as file:
                data = file.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            return cls(path)
        try:
            return cls(path, _parsed(json.loads(data)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            problem = (
                "not what --state of this version of mtcheck writes; name another file, or delete it to begin anew"
            )
            raise InputError(str(path), problem) from error

    def meet(self, document: Document) -> Entry:
        """The entry of a document. To be asked for once for each, in their order."""
        name = document.identity or document.name
        self._met[document.path, name] += 1
        number = self._met[document.path, name]
        digest = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        return Entry(document.path, f"{name}#{number}" if number > 1 else name, digest)

    def is_known(self, entry: Entry, signature: str) -> bool:
        """Whether a document was checked before as it is now."""
        known = self._known.get(entry.path)
        return bool(known and known.signature == signature and known.entries.get(entry.key) == entry.digest)

    def remember(self, entry: Entry, signature: str) -> None:
        """Know a document from now on."""
        file = self._known.get(entry.path)
        if file is None or file.signature != signature:
            file = self._known[entry.path] = _File(signature, {})
        file.entries.pop(entry.key, None)
        file.entries[entry.key] = entry.digest
        if len(file.entries) > MOST_ENTRIES:
            del file.entries[next(iter(file.entries))]

    def write(self) -> None:
        """Write the file anew, whole or not at all.

        Raises:
            MtcheckError: there can be no new file in its folder.
        """
        files = {
            path: {"signature": file.signature, "entries": file.entries} for path, file in sorted(self._known.items())
        }
        text = json.dumps({"format": FORMAT, "files": files}, ensure_ascii=False, indent=1)
        with replacing(str(self.path.resolve())) as file:
            file.write(text.encode("utf-8", "backslashreplace") + b"\n")


def _parsed(data: Any) -> dict[str, _File]:
    if data["format"] != FORMAT:
        raise ValueError("another format")
    return {
        str(path): _File(str(file["signature"]), {str(key): str(value) for key, value in file["entries"].items()})
        for path, file in data["files"].items()
    }
