from __future__ import annotations

from dataclasses import replace

import pytest

from mtcheck.evaluation.bootstrap import Estimate
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.evaluation import Evaluation, Group, evaluate
from mtcheck.evaluation.results import Findings
from mtcheck.findings import Severity


@pytest.fixture(scope="module")
def evaluation(corpus: Corpus, found: list[Findings], false: list[Findings]) -> Evaluation:
    return evaluate(corpus, found, false, samples=100)


def values(group: Group) -> dict[str, float | None]:
    return {name: estimate.value for name, estimate in group.figures.items()}


def test_figures_are_those_worked_out_by_hand(evaluation: Evaluation) -> None:
    assert values(evaluation.overall) == pytest.approx(
        {
            "precision": 2 / 3,
            "recall": 2 / 9,
            "f05": 2.5 / (2.5 + 1 + 0.25 * 7),
            "first_suggestion": 1 / 2,
            "first_three_suggestions": 1,
            "found": 2 / 4,
            "mended": 1 / 4,
            "repair": 1 - 7 / 8,
            "word_error_rate_before": 8 / 14,
            "word_error_rate_after": 7 / 14,
            "false_per_10000_words": 10_000 / 7,
        }
    )


def test_lower_severities_are_left_out_unless_asked_for(
    corpus: Corpus, found: list[Findings], false: list[Findings]
) -> None:
    everything = evaluate(corpus, found, false, severity=Severity.INFO, samples=10)
    errors = evaluate(corpus, found, false, severity=Severity.ERROR, samples=10)
    assert (everything.overall.counts.findings, everything.overall.counts.clean_findings) == (5, 2)
    assert (errors.overall.counts.findings, errors.overall.counts.clean_findings) == (1, 0)
    assert errors.findings == everything.findings
    assert errors.thresholds == everything.thresholds


def test_each_rule_is_measured_on_all_words(evaluation: Evaluation) -> None:
    assert list(evaluation.rules) == ["MT101", "MT402"]
    assert values(evaluation.rules["MT101"]) == pytest.approx(
        {
            "precision": 2 / 3,
            "recall": 2 / 9,
            "first_suggestion": 1 / 2,
            "first_three_suggestions": 1,
            "false_per_10000_words": 0,
        }
    )
    doubled = values(evaluation.rules["MT402"])
    assert (doubled["precision"], doubled["recall"]) == (None, 0)
    assert doubled["false_per_10000_words"] == pytest.approx(10_000 / 7)


def test_each_kind_is_measured_on_its_spans(evaluation: Evaluation) -> None:
    assert {kind: values(group) for kind, group in evaluation.kinds.items()} == {
        "name": {"found": 0, "mended": 0},
        "phrase": {"found": pytest.approx(2 / 3), "mended": pytest.approx(1 / 3)},
    }


def test_figures_of_several_documents_have_intervals(evaluation: Evaluation) -> None:
    recall = evaluation.overall.figures["recall"]
    assert recall.low is not None
    assert recall.high is not None
    assert recall.low <= 2 / 9 <= recall.high
    # Only one document has flagged words, and only one is clean.
    assert evaluation.overall.figures["precision"].low is None
    assert evaluation.overall.figures["false_per_10000_words"].low is None


def test_the_same_findings_give_the_same_evaluation(
    evaluation: Evaluation, corpus: Corpus, found: list[Findings], false: list[Findings]
) -> None:
    assert evaluate(corpus, found, false, samples=100) == evaluation


def test_clean_text_alone_has_false_findings_only(corpus: Corpus, false: list[Findings]) -> None:
    only = evaluate(replace(corpus, gold=()), [], false, samples=10)
    assert {name for name, value in values(only.overall).items() if value is not None} == {"false_per_10000_words"}
    assert only.translation is None
    assert only.thresholds == []
    assert only.findings.error is None


def test_nothing_found_leaves_precision_open(corpus: Corpus) -> None:
    nothing = evaluate(corpus, [(), ()], [()], samples=10)
    assert nothing.overall.figures["precision"] == Estimate()
    assert values(nothing.overall)["recall"] == 0
    assert values(nothing.overall)["repair"] == 0
    assert nothing.rules == {}
