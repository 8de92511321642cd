"""What checks documents, for those who do not need to know how."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from mtcheck.document import Document
from mtcheck.findings import DocumentResult


class Checks(Protocol):
    """What checks documents; ``mtcheck.checker.Checker`` does, and so does what recalls its results."""

    signature: str

    def check_document(self, document: Document) -> DocumentResult:
        """Find what is garbled in a document."""


AHEAD = 16
"""Documents beyond the present one that one process expects: short ones are read together."""


@runtime_checkable
class ChecksAhead(Checks, Protocol):
    """Checks that go on while the results of earlier ones are looked at.

    ``ahead`` is how many documents beyond the present one it is well to expect; 0 for none.
    """

    ahead: int

    def expect(self, document: Document) -> None:
        """Begin to check a document that ``check_document`` will be asked for, as the same object."""
