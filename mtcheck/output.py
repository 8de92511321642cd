"""Where a report goes: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, TextIO

from mtcheck.errors import MtcheckError

STDOUT = "-"


@contextmanager
def open_output(path: str | None, *, utf8: bool) -> Iterator[TextIO]:
    """A stream to write a report to; ``utf8`` for what programs read, whatever the locale says.

    No character is refused: what the encoding lacks is written with backslashes. A file is replaced when the block
    ends without an error, and untouched before and otherwise. Devices and pipes are written to directly.
    """
    if path is None or path == STDOUT:
        stream = _standard_output(utf8)
        yield stream
        stream.flush()
    elif os.path.exists(path) and not os.path.isfile(path):
        with open(path, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as direct:
            yield direct
    else:
        with replacing(os.path.realpath(path)) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="\n")
            try:
                yield text
            finally:
                text.detach()


def _standard_output(utf8: bool) -> TextIO:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    if isinstance(sys.stdout, io.TextIOWrapper):
        if utf8:
            sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        else:
            sys.stdout.reconfigure(errors="backslashreplace")
    return sys.stdout


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A new file beside ``path`` that takes its place, its permissions and its owner when the block ends without error.

    Raises:
        MtcheckError: there can be no new file in that folder.
    """
    try:
        handle, temporary = tempfile.mkstemp(prefix=".mtcheck-", suffix=".part", dir=os.path.dirname(path))
    except OSError as error:
        raise MtcheckError(f"{path}: nothing can be written there: {error.strerror}") from error
    try:
        with open(handle, "wb") as file:
            yield file
        _keep_owner(path, temporary)
        os.chmod(temporary, _permissions(path))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _keep_owner(path: str, temporary: str) -> None:
    """Give a new file the owner and group of the one that it replaces, where that is allowed."""
    if hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            status = os.stat(path)
            os.chown(temporary, status.st_uid, status.st_gid)


def _permissions(path: str) -> int:
    """Those of the file that is replaced, else those that a new file gets."""
    try:
        return os.stat(path).st_mode & 0o7777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask
