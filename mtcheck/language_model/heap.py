"""Keeps the memory of one pass for the next.

The C library of most Linux systems gives large blocks back to the system as soon as they are free, and the next one is
faulted in page by page: half a million times in the check of a page of text.
"""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h of the GNU C library names them
LARGEST_BLOCK = 32 << 20
"""Bytes up to which blocks come from the heap; the library takes no more."""
KEPT = 512 << 20
"""Bytes that may be free at the end of the heap before they are given back."""


def keep() -> None:
    """Have freed blocks kept, where the C library is GNU's."""
    library = _gnu_library()
    if library is not None:
        library.mallopt(_MMAP_THRESHOLD, LARGEST_BLOCK)
        library.mallopt(_TRIM_THRESHOLD, KEPT)


def give_back() -> None:
    """Give the system back what is free."""
    library = _gnu_library()
    if library is not None:
        library.malloc_trim(0)


def _gnu_library() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
