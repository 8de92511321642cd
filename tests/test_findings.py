from __future__ import annotations

import pytest

from mtcheck.document import Document
from mtcheck.findings import Finding, Severity, fingerprint

SENTENCE = "He wants to stop the dying march."


def test_severities_are_ordered_by_how_bad_they_are() -> None:
    assert Severity.INFO < Severity.WARNING < Severity.ERROR
    assert [severity.label for severity in Severity] == ["info", "warning", "error"]


def test_a_finding_has_the_place_and_the_wording_of_its_stretch() -> None:
    document = Document("a.txt", f"He said:\n{SENTENCE}")
    found = Finding.at(document, 30, 41, rule="MT101", severity=Severity.ERROR, confidence=0.9, message="Garbled?")
    assert (found.start, found.end, found.text) == (30, 41, "dying march")
    assert (found.line, found.column, found.end_line, found.end_column) == (2, 22, 2, 33)


def test_a_fingerprint_is_sixteen_hexadecimal_digits() -> None:
    assert len(fingerprint("MT101", SENTENCE, "dying march", 0)) == 16
    assert int(fingerprint("MT101", SENTENCE, "dying march", 0), 16) >= 0


def test_a_fingerprint_survives_reflowing_and_capitals() -> None:
    moved = fingerprint("MT101", "He wants to\n  stop THE dying march.", "dying\nmarch", 0)
    assert moved == fingerprint("MT101", SENTENCE, "dying march", 0)


@pytest.mark.parametrize(
    "other",
    [
        ("MT102", SENTENCE, "dying march", 0),
        ("MT101", SENTENCE.replace("He", "She"), "dying march", 0),
        ("MT101", SENTENCE, "march", 0),
        ("MT101", SENTENCE, "dying march", 1),
    ],
    ids=["rule", "sentence", "wording", "occurrence"],
)
def test_a_fingerprint_depends_on(other: tuple[str, str, str, int]) -> None:
    assert fingerprint(*other) != fingerprint("MT101", SENTENCE, "dying march", 0)
