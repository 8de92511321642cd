"""The archive of a Word file written anew, with some of its files replaced and the others as they are."""

from __future__ import annotations

import copy
import io
import shutil
import zipfile
import zlib
from collections.abc import Mapping

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError)
_SIGNATURES = "_xmlsignatures/"


def rewritten(archive: zipfile.ZipFile, new: Mapping[str, bytes]) -> bytes:
    """The archive with other content for the files named in ``new``; order, dates and attributes stay.

    Raises:
        ValueError: it is signed, or a file in it is damaged.
    """
    members = archive.infolist()
    if any(member.filename.startswith(_SIGNATURES) for member in members):
        raise ValueError("it is signed, and a change would break the signature; remove that in Word first")
    if len({member.filename.lower() for member in members}) < len(members):
        raise ValueError("its archive holds two files of one name; save it anew in a word processor")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        out.comment = archive.comment
        for member in members:
            info = copy.copy(member)
            if member.filename in new:
                out.writestr(info, new[member.filename])
                continue
            try:
                with archive.open(member) as old, out.open(info, "w") as file:
                    shutil.copyfileobj(old, file)
            except _DAMAGED as error:
                raise ValueError(f"{member.filename} in it cannot be unpacked: {error}") from error
    return stream.getvalue()
