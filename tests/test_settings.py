from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict
from mtcheck.settings import Accepted, Override, Patterns, RuleSetting, Settings, Thresholds

INFO = ("Monday", Severity.INFO)
TEXT = "Police used tear  fuel at the White Home on Monday. Tear Fuel was used."


def finding(wording: str, confidence: float = 0.95, rule: str = "MT101", level: Severity | None = None) -> Finding:
    start = TEXT.index(wording)
    severity = Thresholds().severity(confidence) if level is None else level
    return Finding(rule, severity, confidence, start, start + len(wording), 1, 1, 1, 1, wording, "")


def applied(settings: Settings, *findings: Finding, path: str = "a.txt") -> list[tuple[str, Severity]]:
    result = DocumentResult(path, 14, Verdict(0.0, 1.0, 1.0, None), findings)
    return [(f.text, f.severity) for f in settings.apply(Document(path, TEXT), result).findings]


@pytest.mark.parametrize(
    ("phrase", "wording", "covered"),
    [
        ("tear fuel", "tear  fuel", True),
        ("Tear Fuel", "fuel", True),
        ("tear", "tear  fuel", False),
        ("white home", "White Home", True),
        ("hit", "White Home", False),
        ("fue", "fuel", False),
        ("a.c (x", "fuel", False),
        ("", "fuel", False),
    ],
)
def test_accepted_wording_covers_findings_within_it(phrase: str, wording: str, covered: bool) -> None:
    assert Accepted([phrase], TEXT).covering(finding(wording)) == (phrase if covered else None)


def test_of_wordings_within_each_other_the_longest_covers() -> None:
    accepted = Accepted(["home", "white home", "Tear fuel", "at the White Home"], TEXT)
    assert accepted.covering(finding("Home")) == "at the White Home"
    assert accepted.covering(finding("fuel")) == "Tear fuel"


def test_accepted_wordings_that_leave_nothing_out_are_known_with_their_keys(tmp_path: Path) -> None:
    settings = Settings(
        accept=("tear fuel", "Monday"),
        overrides=(Override(Patterns(["*.txt"], tmp_path), accept=("White Home", "Police")),),
    )
    used: set[str] = set()
    path = str(tmp_path / "a.txt")
    result = DocumentResult(path, 14, Verdict(0.0, 1.0, 1.0, None), (finding("fuel"), finding("White Home")))
    assert settings.apply(Document(path, TEXT), result, used).findings == ()
    assert list(settings.needless(used)) == [("Monday", ("accept",)), ("Police", ("overrides", 0, "accept"))]


def test_a_finding_on_the_whole_text_is_covered_by_no_wording() -> None:
    on_the_whole = Finding("MT501", Severity.ERROR, 1.0, 0, 0, 1, 1, 1, 1, "", "")
    assert Accepted(["Police"], TEXT).covering(on_the_whole) is None


@pytest.mark.parametrize(
    ("setting", "kept"),
    [
        (RuleSetting(off=True), []),
        (RuleSetting(confidence=0.7), [("fuel", Severity.ERROR)]),
        (RuleSetting(severity=Severity.WARNING), [("fuel", Severity.WARNING), ("Home", Severity.WARNING), INFO]),
        (RuleSetting(severity=Severity.INFO), [("fuel", Severity.INFO), ("Home", Severity.INFO), INFO]),
    ],
)
def test_a_rule_can_be_off_of_another_severity_or_need_a_confidence(
    setting: RuleSetting, kept: list[tuple[str, Severity]]
) -> None:
    found = finding("fuel", 0.95), finding("Home", 0.6), finding("Monday", 0.2)
    assert applied(Settings(rules={"MT101": setting}), *found) == kept


def test_thresholds_move_severities_but_not_those_of_rules_that_only_inform() -> None:
    strict = Settings(thresholds=Thresholds(error=0.99, warning=0.96))
    assert applied(strict, finding("fuel", 0.95), finding("Home", 0.98)) == [
        ("fuel", Severity.INFO),
        ("Home", Severity.WARNING),
    ]
    informs = finding("Home", 0.98, "MT102", Severity.INFO)
    assert applied(Settings(thresholds=Thresholds(error=0.5)), informs) == [("Home", Severity.INFO)]
    assert applied(Settings(rules={"MT102": RuleSetting(severity=Severity.ERROR)}), informs) == [
        ("Home", Severity.ERROR)
    ]


def test_the_rate_is_that_of_the_findings_that_are_left() -> None:
    result = DocumentResult("a", 100, Verdict(20.0, 1.0, 1.0, None), (finding("fuel"), finding("Home")))
    left = Settings(accept=("fuel",)).apply(Document("a", TEXT), result)
    assert left.verdict.findings_per_1000_words == 10.0


def test_overrides_add_to_the_settings_of_their_paths_and_the_last_decides(tmp_path: Path) -> None:
    settings = Settings(
        rules={"MT101": RuleSetting(severity=Severity.WARNING)},
        accept=("fuel",),
        overrides=(
            Override(Patterns(["feeds/"], tmp_path), {"MT101": RuleSetting(severity=Severity.ERROR)}, ("Home",)),
            Override(Patterns(["*.md"], tmp_path), {"MT101": RuleSetting(off=True)}),
        ),
    )
    found = finding("fuel"), finding("Home"), finding("Monday")
    assert applied(settings, *found, path=str(tmp_path / "a.txt")) == [
        ("Home", Severity.WARNING),
        ("Monday", Severity.WARNING),
    ]
    assert applied(settings, *found, path=str(tmp_path / "feeds" / "a.txt")) == [("Monday", Severity.ERROR)]
    assert applied(settings, *found, path=str(tmp_path / "feeds" / "a.md")) == []


def test_patterns_mean_paths_below_their_folder(tmp_path: Path) -> None:
    patterns = Patterns(["old/", "*.draft.txt", "!keep.draft.txt"], tmp_path / "project")
    project = tmp_path / "project"
    assert patterns.match(str(project / "old"), folder=True)
    assert patterns.match(str(project / "a" / "old" / "b.txt"))
    assert patterns.match(str(project / "x.draft.txt"))
    assert not patterns.match(str(project / "keep.draft.txt"))
    assert not patterns.match(str(tmp_path / "x.draft.txt"))
    assert not patterns.match("-")
