from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from mtcheck import Checker, DocumentResult, Severity
from mtcheck.checker import LONGEST_EXPECTED, Check
from mtcheck.document import Document
from mtcheck.language_model.passes import Pass
from mtcheck.reports.json import verdict_entry
from mtcheck.rules import RULES
from mtcheck.stepwise import GivenUp

GARBLED = (
    "The two sides are scheduled to satisfy in Geneva on Monday, the Overseas Ministry mentioned. "
    "The assault killed no less than 12 folks, and officers mentioned the military would proceed operations in nations "
    "alongside the border as quickly as potential. "
)
CLEAN = (
    "The two sides are scheduled to meet in Geneva on Monday, the Foreign Ministry said. "
    "The attack killed at least 12 people, and officials said the military would continue operations in countries "
    "along the border as soon as possible. "
)


def flagged(result: DocumentResult, least: Severity = Severity.WARNING) -> list[str]:
    return [finding.text for finding in result.findings if finding.severity >= least]


def test_garbled_words_are_found_and_the_original_is_proposed(checker: Checker):
    found = {f.text: [s.text for s in f.suggestions] for f in checker.check(GARBLED).findings}
    assert "meet" in found["satisfy"]
    assert "people" in found["folks"]
    assert "said" in found["mentioned"]


def test_the_original_has_no_findings(checker: Checker):
    assert flagged(checker.check(CLEAN)) == []


def test_a_garbled_text_looks_spun_and_its_original_does_not(checker: Checker):
    garbled, clean = checker.check(GARBLED * 3).verdict, checker.check(CLEAN * 3).verdict
    assert garbled.spun is not None
    assert clean.spun is not None
    assert garbled.spun > 0.9 > 0.1 > clean.spun
    assert garbled.editing_perplexity > clean.editing_perplexity


def test_every_finding_is_a_slice_of_the_text_with_its_line_and_column(checker: Checker):
    text = "First line 😀.\r\n\r\n“" + GARBLED + "”\r\nLast\u00a0line: they  will satisfy  soon in Pago Pago.\n"
    result = checker.check(text)
    lines = text.split("\r\n")
    assert len(result.findings) >= 3
    for finding in result.findings:
        assert text[finding.start : finding.end] == finding.text
        line = lines[finding.line - 1]
        assert line[finding.column - 1 : finding.end_column - 1] == finding.text


def test_the_same_text_gives_the_same_findings(checker: Checker):
    assert checker.check(GARBLED) == checker.check(GARBLED)


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "word", "Detox", "…", "\u0000", "日本語のニュース", "x" * 5000])
def test_texts_without_prose_have_no_warnings(checker: Checker, text: str):
    result = checker.check(text)
    assert flagged(result) == []
    assert result.verdict.spun is None


@pytest.mark.parametrize(
    "text",
    [
        "Der Kanzler sagte am Montag, dass die Verhandlungen in der nächsten Woche in Genf fortgesetzt werden.",
        "def satisfy(final): return [x for x in final if x == potential]",
        "https://example.org/final/week/overseas-ministry?as=quickly&as=potential",
        "final.week@example.org",
        "12,400 3.5 2024-11-23 17:05",
    ],
)
def test_other_languages_code_addresses_and_numbers_are_left_alone(checker: Checker, text: str):
    assert checker.check(text).findings == ()


def test_a_garbled_quotation_is_marked_as_one(checker: Checker):
    result = checker.check(
        "The minister was blunt. “The two presidents are scheduled to satisfy in Geneva on Monday,” he said."
    )
    assert [f.in_quotation for f in result.findings if f.text == "satisfy"] == [True]


def test_the_signature_names_all_that_a_result_depends_on(checker: Checker):
    assert re.fullmatch(
        r"mtcheck:[^|]+\|base:[^|]+@\w{12}\|adapter:[^|]+@\w{12}\|names:\w{12}\|precision:(bf16|int8|fp32)",
        checker.signature,
    )


def test_every_rule_has_examples_that_flag_and_that_pass():
    for rule in RULES.values():
        assert rule.flags, f"{rule.code} has no text that it must flag"
        assert rule.passes, f"{rule.code} has no text that it must pass"


@pytest.mark.parametrize(("code", "example"), [(r.code, text) for r in RULES.values() for text in r.flags])
def test_a_rule_flags_what_it_must(checker: Checker, code: str, example: str):
    text = example.replace("[", "").replace("]", "")
    result = checker.check(text)
    assert code in [f.rule for f in result.findings]
    for match in re.finditer(r"\[([^]]*)\]", example):
        start = match.start() - 2 * example[: match.start()].count("[")
        over = [f.rule for f in result.findings if f.start < start + len(match.group(1)) and start < f.end]
        assert over == [code], f"“{match.group(1)}” in “{text}”"


@pytest.mark.parametrize(("code", "text"), [(r.code, text) for r in RULES.values() for text in r.passes])
def test_a_rule_passes_what_it_must(checker: Checker, code: str, text: str):
    least = Severity.INFO if code == "MT102" else Severity.WARNING
    assert flagged(checker.check(text), least) == []


def test_documents_checked_together_have_the_findings_that_each_has_alone(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("mtcheck.checker.WINDOWS_HELD", 1)
    texts = [GARBLED, "", GARBLED + CLEAN * 3, CLEAN]
    checks = [checker.begin(Document(str(i), text)) for i, text in enumerate(texts)]
    steps = 0
    while under_way := [check for check in checks if not check.done]:
        checker.advance(under_way)
        steps += 1
    together = [checker.finish(check) for check in checks]
    alone = [checker.check(text, str(i)) for i, text in enumerate(texts)]
    assert steps > 1
    assert [result.findings for result in together] == [result.findings for result in alone]
    # Sums of a batch differ from those of one text in digits that no report shows.
    assert [verdict_entry(result.verdict) for result in together] == [verdict_entry(r.verdict) for r in alone]


def test_short_documents_are_taken_on_together_and_come_in_their_order(
    checker: Checker, monkeypatch: pytest.MonkeyPatch
):
    texts = [GARBLED, CLEAN, "", f"{CLEAN} {GARBLED}", "x " * LONGEST_EXPECTED]
    taken: list[int] = []
    advance = checker.advance

    def counting(checks: Sequence[Check]) -> None:
        taken.append(sum(not check.done for check in checks))
        advance(checks)

    monkeypatch.setattr(checker, "advance", counting)
    found = list(checker.check_all(Document(str(number), text) for number, text in enumerate(texts)))
    assert taken[0] == 3
    assert [result.path for result in found] == ["0", "1", "2", "3", "4"]
    assert [result.findings for result in found] == [
        checker.check(text, str(i)).findings for i, text in enumerate(texts)
    ]


def test_a_text_is_judged_anew_only_where_it_changed(checker: Checker, monkeypatch: pytest.MonkeyPatch):
    paragraphs = [f"{CLEAN} Paragraph {number} ends here, and that is all it has to say." * 2 for number in range(8)]
    checker.check("\n\n".join([*paragraphs, GARBLED]))
    read: list[str] = []
    model_read = checker._model.read

    def counting(windows: Sequence[Sequence[int]], alternatives: int = 6) -> Pass:
        read.extend(checker._model.decode(ids) for ids in windows)
        return model_read(windows, alternatives)

    monkeypatch.setattr(checker._model, "read", counting)
    changed = "\n\n".join([*paragraphs, GARBLED.replace("folks", "people")])
    again = checker.check(changed)
    assert 0 < len(read) <= 4
    read.clear()
    checker.forget()
    fresh = checker.check(changed)
    assert len(read) > 4
    assert again.findings == fresh.findings
    assert verdict_entry(again.verdict) == verdict_entry(fresh.verdict)


def test_a_step_that_is_given_up_midway_can_be_taken_again(checker: Checker):
    checker.forget()
    check = checker.begin(Document("-", GARBLED))
    passes = 0

    def give_up() -> None:
        nonlocal passes
        passes += 1
        if passes > 2:
            raise GivenUp

    with pytest.raises(GivenUp):
        checker.advance([check], give_up)
    while not check.done:
        checker.advance([check])
    assert checker.finish(check).findings == checker.check(GARBLED).findings


def test_threads_share_a_checker(checker: Checker):
    texts = [GARBLED, CLEAN, GARBLED]
    with ThreadPoolExecutor(3) as pool:
        at_once = list(pool.map(checker.check, texts))
    assert at_once == [checker.check(text) for text in texts]
