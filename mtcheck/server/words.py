"""The words and phrases that were accepted, in a SQLite file: what they hold is no finding any more."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from mtcheck.errors import InputError
from mtcheck.findings import DocumentResult
from mtcheck.settings import with_findings

LONGEST = 200
"""Characters of a word or phrase."""
MOST = 100_000
"""Words and phrases of one user."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS words (
    user TEXT NOT NULL, folded TEXT NOT NULL, word TEXT NOT NULL, dictionary TEXT NOT NULL, PRIMARY KEY (user, folded)
) WITHOUT ROWID
"""


class Words:
    """Accepted words and phrases per user; case and the width of white space do not count."""

    def __init__(self, path: Path) -> None:
        """Open the file, made if need be.

        Raises:
            InputError: it cannot be opened, or is something else than a file of words.
        """
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, timeout=5, check_same_thread=False, isolation_level=None)
            self._base.execute(_SCHEMA)
            self._base.execute("SELECT user, folded, word, dictionary FROM words LIMIT 1")
        except (sqlite3.Error, OSError) as error:
            raise InputError(str(path), f"cannot be used for accepted words: {error}; name another --words") from error

    def add(self, user: str, word: str, dictionary: str = "") -> bool:
        """Accept a word or phrase; whether it is new.

        Raises:
            ValueError: it is empty or too long, or there are too many; the text says which.
        """
        word = " ".join(word.split())
        if not word:
            raise ValueError("an empty word cannot be added")
        if len(word) > LONGEST:
            raise ValueError(f"the word is longer than {LONGEST} characters")
        with self._lock:
            (count,) = self._base.execute("SELECT count(*) FROM words WHERE user = ?", (user,)).fetchone()
            if count >= MOST:
                raise ValueError(f"there are {MOST:,} words already; delete some")
            done = self._base.execute(
                "INSERT OR IGNORE INTO words VALUES (?, ?, ?, ?)", (user, _folded(word), word, dictionary)
            )
            return done.rowcount > 0

    def delete(self, user: str, word: str) -> bool:
        """Accept a word or phrase no more; whether it was there."""
        with self._lock:
            done = self._base.execute("DELETE FROM words WHERE user = ? AND folded = ?", (user, _folded(word)))
            return done.rowcount > 0

    def of(self, user: str, offset: int, limit: int, dictionaries: Sequence[str] = ()) -> list[str]:
        """Some of a user's words in the order of the alphabet, of some dictionaries or of all."""
        marks = ",".join("?" * len(dictionaries))
        where = f" AND dictionary IN ({marks})" if dictionaries else ""
        with self._lock:
            rows = self._base.execute(
                f"SELECT word FROM words WHERE user = ?{where} ORDER BY folded LIMIT ? OFFSET ?",
                (user, *dictionaries, limit, offset),
            ).fetchall()
        return [word for (word,) in rows]

    def without_accepted(self, user: str, result: DocumentResult) -> DocumentResult:
        """A result without findings on what the user accepted, and its rate without them too."""
        with self._lock:
            kept = tuple(finding for finding in result.findings if not self._has(user, finding.text))
        if len(kept) == len(result.findings):
            return result
        return with_findings(result, kept)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._base.close()

    def _has(self, user: str, text: str) -> bool:
        row = self._base.execute("SELECT 1 FROM words WHERE user = ? AND folded = ?", (user, _folded(text))).fetchone()
        return row is not None


def _folded(word: str) -> str:
    # SQLite takes no half surrogate pairs, which a draft may hold.
    return " ".join(word.split()).casefold().encode("utf-8", "replace").decode("utf-8")
