"""What checks documents, for those who do not need to know how."""

from __future__ import annotations

from typing import Protocol

from mtcheck.document import Document
from mtcheck.findings import DocumentResult


class Checks(Protocol):
    """What checks documents; ``mtcheck.checker.Checker`` does, and so does what recalls its results."""

    signature: str

    def check_document(self, document: Document) -> DocumentResult:
        """Find what is garbled in a document."""
