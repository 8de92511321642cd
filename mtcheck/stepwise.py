"""Checks that are taken on step by step, so that others can be taken on with them, or they can be given up midway."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from mtcheck.document import Document
from mtcheck.findings import DocumentResult


class GivenUp(Exception):
    """Nobody wants to know any more what a check finds."""


class Check(Protocol):
    """The check of a document, under way."""

    @property
    def waiting(self) -> int:
        """How many windows the next step judges."""

    @property
    def done(self) -> bool:
        """Whether all windows are judged."""


class StepwiseChecker(Protocol):
    """What takes checks on; ``mtcheck.checker.Checker`` does."""

    signature: str

    def begin(self, document: Document) -> Any:
        """Start to check a document."""

    def advance(self, checks: Sequence[Any], before_pass: Callable[[], None] | None = None) -> None:
        """Judge the next windows of some checks; what ``before_pass`` raises leaves them where they were."""

    def finish(self, check: Any) -> DocumentResult:
        """The result of a check that is done."""
