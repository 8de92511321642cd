"""Keeps the memory of one pass for the next.

The C library of most Linux systems gives large blocks back to the system as soon as they are free, and the next one is
faulted in page by page.
"""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h of the GNU C library names them
LARGEST_BLOCK = 32 << 20
"""Bytes up to which blocks come from the heap: the most that the library promises to take."""
KEPT = 512 << 20
"""Bytes that may be free at the end of the heap before they are given back."""


def keep() -> None:
    """Have this process keep freed blocks, where its C library is GNU's."""
    if not sys.platform.startswith("linux"):
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "gnu_get_libc_version"):
        library.mallopt(_MMAP_THRESHOLD, LARGEST_BLOCK)
        library.mallopt(_TRIM_THRESHOLD, KEPT)
