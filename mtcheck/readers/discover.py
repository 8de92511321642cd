"""Which inputs a list of paths stands for, and reading one of them.

A file that is named is read whatever it is called, or it is an error. In a folder the plain text files are taken,
by name, files before subfolders; hidden ones and binary ones are passed over. Links to files are followed, links to
folders inside a folder are not, so that there are no circles.
"""

from __future__ import annotations

import errno
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure
from mtcheck.readers.text import HEAD, MAX_BYTES, decode, looks_binary

STDIN = "-"
_ADDRESS = re.compile(r"(?i)https?://")
_OTHER_ADDRESS = re.compile(r"(?i)[a-z][a-z0-9+.-]*://")
SUFFIXES = (".txt", ".text")
"""Files of plain text."""
ARCHIVES = (".docx", ".docm", ".dotx")
"""Files of formats that are no text; of others those that are binary in spite of their name are passed over."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file's path, an address, or ``-`` for standard input; ``found`` in a folder, or named itself."""

    path: str
    found: bool = field(default=False, compare=False)


def _none(path: str, is_folder: bool) -> bool:
    return False


def discover(
    paths: Iterable[str],
    *,
    leave_out: Collection[str] = (),
    suffixes: tuple[str, ...] = SUFFIXES,
    excluded: Callable[[str, bool], bool] = _none,
    force_exclude: bool = False,
) -> Iterator[Source | Failure]:
    """The inputs that ``paths`` name, each file once, in order; of a folder those with one of ``suffixes``.

    ``leave_out`` are files that are no inputs: those that reports go to. ``excluded`` says of a path, and whether it is
    a folder, that it is left out where it is found in a folder, and with ``force_exclude`` where it is named. Whether a
    named file can be read shows only when it is read; a folder that cannot be listed or holds no text is a ``Failure``.
    """
    seen = {os.path.realpath(path) for path in leave_out}
    for path in paths:
        if not path:
            yield Failure(path, "an empty path was given; name a file, a folder or - for standard input")
        elif is_address(path):
            if path not in seen:
                seen.add(path)
                yield Source(path)
        elif _OTHER_ADDRESS.match(path) and not os.path.exists(path):
            yield Failure(path, "only http and https addresses are read")
        elif force_exclude and path != STDIN and excluded(path, os.path.isdir(path)):
            continue
        elif path != STDIN and os.path.isdir(path):
            yield from _in_folder(path, seen, suffixes, excluded)
        elif _is_new(path, seen):
            yield Source(_tidy(path))


def is_address(path: str) -> bool:
    """Whether a path is an address to fetch."""
    return bool(_ADDRESS.match(path))


def read(
    source: Source, *, encoding: str | None = None, stdin: BinaryIO | None = None, limit: int = MAX_BYTES
) -> Document:
    """Read one input whole, as plain text.

    Raises:
        InputError: it cannot be opened, is larger than ``limit`` bytes, or is not text.
    """
    return decode(read_bytes(source, stdin=stdin, limit=limit), source.path, encoding)


def read_bytes(source: Source, *, stdin: BinaryIO | None = None, limit: int = MAX_BYTES) -> bytes:
    """The bytes of one input.

    Raises:
        InputError: it cannot be opened or is larger than ``limit`` bytes.
    """
    try:
        if source.path == STDIN:
            data = _standard_input(stdin).read(limit + 1)
        else:
            with open(source.path, "rb") as file:
                data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise InputError(source.path, _explain(error, source.path)) from error
    if len(data) > limit:
        raise InputError(source.path, f"larger than {limit / 1024**2:,.0f} MB, the most that is read; split it")
    return data


def _in_folder(
    folder: str, seen: set[str], suffixes: tuple[str, ...], excluded: Callable[[str, bool], bool]
) -> Iterator[Source | Failure]:
    empty = True
    for found in _walk(Path(folder), suffixes, excluded):
        empty = False
        if isinstance(found, Failure):
            yield found
        elif _is_new(found, seen):
            yield Source(found, found=True)
    if empty:
        yield Failure(_tidy(folder), f"no text files ({', '.join(suffixes)}) in this folder")


def _walk(folder: Path, suffixes: tuple[str, ...], excluded: Callable[[str, bool], bool]) -> Iterator[str | Failure]:
    """The text files below a folder; a stack of its own, since folders nest deeper than Python's calls."""
    pending = [folder]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as entries:
                visible = sorted((e for e in entries if not e.name.startswith(".")), key=lambda entry: entry.name)
        except OSError as error:
            yield Failure(str(current), _explain(error, str(current)))
            continue
        folders = [current / entry.name for entry in visible if entry.is_dir(follow_symlinks=False)]
        for entry in visible:
            path = str(current / entry.name)
            if entry.name.lower().endswith(suffixes) and not excluded(path, False) and _is_read(path):
                yield path
        pending.extend(inner for inner in reversed(folders) if not excluded(str(inner), True))


def _is_read(path: str) -> bool:
    """Whether a file in a folder is to be read; one that cannot be looked at is, so that its error is reported."""
    if os.path.isfile(path):
        if path.lower().endswith(ARCHIVES):
            return True
        try:
            with open(path, "rb") as file:
                return not looks_binary(file.read(HEAD))
        except OSError:
            return True
    return os.path.islink(path) and not os.path.exists(path)


def _is_new(path: str, seen: set[str]) -> bool:
    real = STDIN if path == STDIN else os.path.realpath(path)
    if real in seen:
        return False
    seen.add(real)
    return True


def _tidy(path: str) -> str:
    """``./a.txt`` and ``a.txt`` are one file with one name in reports; a file called ``-`` stays ``./-``."""
    tidy = str(Path(path))
    return path if tidy == STDIN else tidy


def _standard_input(stream: BinaryIO | None) -> BinaryIO:
    if stream is not None:
        return stream
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def _explain(error: OSError | ValueError, path: str) -> str:
    """Why a path cannot be read, as a clause that follows the path."""
    if isinstance(error, FileNotFoundError):
        if os.path.islink(path):
            return f"broken symbolic link, to {os.readlink(path)}"
        return "no such file or folder"
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason[:1].lower() + reason[1:]
