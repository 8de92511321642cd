"""An editor's own file of names that are right."""

from __future__ import annotations

import re
from pathlib import Path

from mtcheck.errors import InputError

LONGEST_NAME = 100
"""Code points of a name in an editor's file."""
LARGEST_FILE = 5_000_000
"""Bytes of an editor's file."""


def read_names(path: Path) -> list[str]:
    """The names of an editor's file: one a line, UTF-8, comments behind ``#``.

    Raises:
        InputError: It cannot be read, or a line of it is no name; the message has the line and the remedy.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(str(path), f"more than {LARGEST_FILE} bytes; a list of names holds one name a line.")
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        place = raw.count(b"\n", 0, error.start) + 1
        raise InputError(str(path), f"line {place} is not UTF-8; save the file in this encoding.") from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        name = " ".join(line.partition("#")[0].split())
        if not name:
            continue
        if problem := _problem(name):
            raise InputError(str(path), f"line {number}: {problem}")
        found.append(name)
    return found


_EDITORS_NAME = re.compile(r"[^\W\d_][\w.'’ʼ-]*(?: [^\W_][\w.'’ʼ&-]*)*")


def _problem(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"longer than {LONGEST_NAME} characters; write one name a line."
    if not _EDITORS_NAME.fullmatch(name):
        return f"{name!r} is no name; write one name a line, of letters, hyphens, points and apostrophes."
    return ""
