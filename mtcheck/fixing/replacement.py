"""A file replaced by its fixed version: whole or not at all, and only if it is still the file that was read."""

from __future__ import annotations

import os
import stat

from mtcheck.errors import InputError
from mtcheck.output import replacing


def replace_file(path: str, old: bytes, new: bytes) -> None:
    """Write ``new`` into the file at ``path``, which held ``old`` when it was read.

    A symbolic link stays one: what it leads to is replaced. Permissions stay, and the owner where that is allowed.

    Raises:
        InputError: it is no regular file, may not be written, or has changed.
        MtcheckError: there can be no new file in its folder.
        OSError: the folder's file system is full, or the like.
    """
    target = os.path.realpath(path)
    try:
        status = os.stat(target)
        if not stat.S_ISREG(status.st_mode):
            raise InputError(path, "not a regular file, so that it cannot be fixed in place; use --diff")
        if not os.access(target, os.W_OK):
            raise InputError(path, "may not be written, so that nothing was fixed in it; change its permissions")
        with replacing(target) as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
            # Last of all, so that as little time as possible is left for another program to write.
            if _content(target, len(old)) != old:
                raise InputError(path, "changed while it was checked, so that nothing was fixed in it; try again")
    except FileNotFoundError as error:
        raise InputError(path, "gone while it was checked, so that nothing was fixed in it") from error


def _content(path: str, length: int) -> bytes:
    """What is in a file, read no further than shows that it has changed."""
    with open(path, "rb") as file:
        return file.read(length + 1)
