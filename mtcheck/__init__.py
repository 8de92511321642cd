"""Finds garbled wording in translated and spun English and proposes what the original said.

from mtcheck import Checker

result = Checker().check("The leaders are scheduled to satisfy on Monday.")
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mtcheck._version import __version__
from mtcheck.errors import InputError, ModelError, MtcheckError
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict

if TYPE_CHECKING:
    from mtcheck.checker import Checker

__all__ = [
    "Checker",
    "DocumentResult",
    "Finding",
    "InputError",
    "ModelError",
    "MtcheckError",
    "Severity",
    "Suggestion",
    "Verdict",
    "__version__",
]


def __getattr__(name: str) -> object:
    # The checker brings torch; what needs only names and errors should start at once.
    if name == "Checker":
        from mtcheck.checker import Checker

        return Checker
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
