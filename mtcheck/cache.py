"""Results that are kept, so that what did not change is not checked again: an SQLite file in the user's cache folder.

A result is found again by a digest of the document, the signature and the versions of libraries. The file holds
wordings of drafts, so nobody else may read it; it is bounded, what was not used for longest goes first. A cache that
cannot be read or written is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sqlite3
import time
from array import array
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from mtcheck.checks import Checks, ChecksAhead
from mtcheck.document import Document
from mtcheck.errors import MtcheckError
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.surprisals import Surprisals

FILE = "results.sqlite"
LARGEST = 200_000_000
"""Bytes of results that are kept."""
_LEFT = 0.8
"""The share that is left when it was more."""
_SCHEMA = """
pragma synchronous = off;
create table if not exists results (key text primary key, result text not null, used real not null) without rowid;
create table if not exists facts (key text primary key, value text not null) without rowid;
"""


@dataclass(frozen=True, slots=True)
class CacheInfo:
    """What a cache holds: results, their bytes, and the bytes of the file."""

    path: Path
    results: int
    size: int
    file_size: int


class ResultCache:
    """A cache in a folder, which need not exist; opened when it is first used, closed with the block."""

    def __init__(self, folder: Path, *, largest: int = LARGEST) -> None:
        self.path = folder / FILE
        self._largest = largest
        self._opened: sqlite3.Connection | None = None
        self._usable = True
        self._used: set[str] = set()
        self._grew = False

    def __enter__(self) -> ResultCache:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def get(self, key: str) -> str | None:
        """What is kept under a key."""
        rows = self._run("select result from results where key = ?", key)
        if not rows:
            return None
        self._used.add(key)
        return str(rows[0][0])

    def put(self, key: str, result: str) -> None:
        """Keep something under a key."""
        self._run("insert or replace into results values (?, ?, ?)", key, result, time.time())
        self._grew = True

    def remembered(self, key: str, find: Callable[[], str]) -> str:
        """A fact that takes long to find and does not change."""
        rows = self._run("select value from facts where key = ?", key)
        if rows:
            return str(rows[0][0])
        value = find()
        self._run("insert or replace into facts values (?, ?)", key, value)
        return value

    def info(self) -> CacheInfo:
        """What the cache holds."""
        if not self.path.exists():
            return CacheInfo(self.path, 0, 0, 0)
        rows = self._run("select count(*), coalesce(sum(length(cast(result as blob))), 0) from results")
        count, size = rows[0] if rows else (0, 0)
        return CacheInfo(self.path, count, size, self.path.stat().st_size)

    def clear(self) -> None:
        """Remove all of it.

        Raises:
            OSError: the file is there and cannot be removed.
        """
        self.close()
        for path in (self.path, self.path.with_name(f"{FILE}-journal")):
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Note what was used, drop what is too much, and close the file."""
        if self._opened is None:
            return
        with contextlib.suppress(sqlite3.Error):
            now = time.time()
            with self._opened:
                self._opened.executemany("update results set used = ? where key = ?", [(now, k) for k in self._used])
            if self._grew:
                self._shrink(self._opened)
            self._opened.close()
        self._opened = None

    def _shrink(self, database: sqlite3.Connection) -> None:
        sizes = "select key, length(cast(result as blob)) from results order by used desc, key"
        total, dropped = 0, []
        rows = database.execute(sizes).fetchall()
        if sum(size for _, size in rows) <= self._largest:
            return
        for key, size in rows:
            total += size
            if total > _LEFT * self._largest:
                dropped.append((key,))
        with database:
            database.executemany("delete from results where key = ?", dropped)
        database.execute("vacuum")

    def _run(self, statement: str, *values: object) -> list[Any]:
        """The rows of a statement; none where the cache is not usable."""
        if not self._usable:
            return []
        try:
            if self._opened is None:
                self._opened = self._open()
            with self._opened:
                return self._opened.execute(statement, values).fetchall()
        except (sqlite3.Error, OSError):
            self._usable = False
            return []

    def _open(self) -> sqlite3.Connection:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        try:
            return self._connect()
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # damaged, or of another program: a new one is made
            self.path.unlink()
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            return self._connect()

    def _connect(self) -> sqlite3.Connection:
        database = sqlite3.connect(self.path, timeout=10.0)
        try:
            database.executescript(_SCHEMA)
        except sqlite3.Error:
            database.close()
            raise
        return database


class CachedChecks:
    """A checker whose results are kept; the model is loaded when a document is not known.

    With ``ahead`` above 0, ``load`` gives one that checks ahead.
    """

    def __init__(
        self, cache: ResultCache, signature: str, surroundings: str, load: Callable[[], Checks], ahead: int = 0
    ) -> None:
        self.signature = signature
        self.ahead = ahead
        self._cache = cache
        self._surroundings = surroundings
        self._load = load
        self._checks: Checks | None = None

    def check_document(self, document: Document) -> DocumentResult:
        """Find what is garbled in a document, or recall it."""
        key = self._key(document)
        held = self._cache.get(key)
        if held is not None:
            with contextlib.suppress(ValueError, KeyError, TypeError):  # not what this version writes
                return _decoded(held, document)
        result = self._loaded().check_document(document)
        self._cache.put(key, _encoded(result))
        return result

    def expect(self, document: Document) -> None:
        """Begin to check a document that is not known."""
        if self._cache.get(self._key(document)) is None:
            with contextlib.suppress(MtcheckError):  # told when the document's turn comes
                checks = self._loaded()
                if isinstance(checks, ChecksAhead):
                    checks.expect(document)

    def _loaded(self) -> Checks:
        if self._checks is None:
            self._checks = self._load()
        return self._checks

    def _key(self, document: Document) -> str:
        """A digest of all that a result depends on. Lines and columns do on the source, locations on the labels."""
        labels = [(label.start, label.text) for label in document.labels]
        parts = [self.signature, self._surroundings, document.text, document.name, json.dumps(labels)]
        parts.append("" if document.origin is None else document.source)
        digest = hashlib.sha256()
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            digest.update(f"{len(data)}:".encode())
            digest.update(data)
        return digest.hexdigest()


def _encoded(result: DocumentResult) -> str:
    surprisals = result.surprisals
    held = None if surprisals is None else [list(surprisals.editing), list(surprisals.plain), list(surprisals.tokens)]
    findings = [asdict(finding) for finding in result.findings]
    data = {"words": result.words, "verdict": asdict(result.verdict), "findings": findings, "surprisals": held}
    return json.dumps(data, ensure_ascii=True, separators=(",", ":"))


def _decoded(text: str, document: Document) -> DocumentResult:
    data = json.loads(text)
    held = data["surprisals"]
    findings = tuple(
        Finding(
            **{
                **entry,
                "severity": Severity(entry["severity"]),
                "suggestions": tuple(Suggestion(**one) for one in entry["suggestions"]),
            }
        )
        for entry in data["findings"]
    )
    surprisals = None if held is None else Surprisals(array("H", held[0]), array("H", held[1]), array("B", held[2]))
    return DocumentResult(document.path, data["words"], Verdict(**data["verdict"]), findings, document.name, surprisals)
