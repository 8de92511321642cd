"""A small corpus with findings whose figures were worked out by hand, and ways to make more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mtcheck.document import Document
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.results import Findings
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.findings import Finding, Severity, Suggestion

TRAVEL = "He plans to satisfy final week in the White Home."
TRIAL = "The jury was hung out to dry."
CALM = "All is well in the town tonight."


def make_finding(
    text: str, wording: str, *suggestions: str, confidence: float = 0.6, rule: str = "MT101", level: str = "warning"
) -> Finding:
    """A finding on the first place of a wording; the suggestions get 0.5, 0.25 and so on."""
    start = text.index(wording)
    return Finding.at(
        Document("a.txt", text),
        start,
        start + len(wording),
        rule=rule,
        severity=Severity[level.upper()],
        confidence=confidence,
        message="garbled",
        suggestions=tuple(Suggestion(text, 0.5 / 2**number) for number, text in enumerate(suggestions)),
    )


def make_span(text: str, garbled: str, *originals: str, kind: str = "phrase", sure: bool = True) -> GoldSpan:
    """A span on the first place of a wording."""
    start = text.index(garbled)
    return GoldSpan(start, start + len(garbled), originals, kind, sure)


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    return make_finding


@pytest.fixture(scope="session")
def span() -> Callable[..., GoldSpan]:
    return make_span


@pytest.fixture(scope="session")
def corpus() -> Corpus:
    travel = GoldDocument(
        "travel",
        TRAVEL,
        (
            make_span(TRAVEL, "satisfy", "meet"),
            make_span(TRAVEL, "final week", "last week", "the past week"),
            make_span(TRAVEL, "in the", "at the", kind="grammar", sure=False),
            make_span(TRAVEL, "White Home", "White House", kind="name"),
        ),
    )
    trial = GoldDocument("trial", TRIAL, (make_span(TRIAL, "hung out to dry", "dismissed"),))
    return Corpus((travel, trial), (GoldDocument("calm", CALM),))


@pytest.fixture(scope="session")
def found() -> list[Findings]:
    """Findings on the annotated documents: one on an unsure span, one that is false, one that only informs."""
    return [
        (
            make_finding(TRAVEL, "He", "She", confidence=0.55),
            make_finding(TRAVEL, "satisfy", "see", "meet", confidence=0.95, level="error"),
            make_finding(TRAVEL, "final", "last", confidence=0.75),
            make_finding(TRAVEL, "in the", "at the", confidence=0.65, rule="MT402"),
            make_finding(TRAVEL, "Home", "House", confidence=0.35, level="info"),
        ),
        (),
    ]


@pytest.fixture(scope="session")
def false() -> list[Findings]:
    """Findings on the clean document."""
    return [
        (make_finding(CALM, "town", "city", rule="MT402"), make_finding(CALM, "tonight", "today", level="info")),
    ]
