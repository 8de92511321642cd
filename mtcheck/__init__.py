"""Finds garbled wording in translated and spun English and proposes what the original said."""

from __future__ import annotations

from mtcheck._version import __version__

__all__ = ["__version__"]
