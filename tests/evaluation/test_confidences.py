from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.bootstrap import Resamples
from mtcheck.evaluation.confidences import Threshold, of_findings, of_suggestions, reliability, thresholds
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.results import Findings
from mtcheck.evaluation.scoring import Comparison

JUDGED = st.lists(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=5), max_size=5)
WORDS = st.lists(st.tuples(st.booleans(), st.none() | st.sampled_from([0.2, 0.5, 0.9])))


def test_the_calibration_error_is_the_mean_distance_from_the_share_right() -> None:
    judged = [[(0.95, True), (0.85, True)], [(0.81, False), (0.3, False)], []]
    result = reliability(judged, Resamples([3], 50))
    assert [(one.low, one.high, one.count) for one in result.bins] == [(0.3, 0.4, 1), (0.8, 0.9, 2), (0.9, 1.0, 1)]
    assert [one.right.value for one in result.bins] == [0.0, 0.5, 1.0]
    # One finding is .3 too sure, two are .33 too sure on the mean, one is .05 too unsure.
    assert result.error == pytest.approx((0.3 + 2 * 0.33 + 0.05) / 4)


@pytest.mark.parametrize(("confidence", "number"), [(0.0, 0), (0.3, 3), (0.7, 7), (0.99, 9), (1.0, 9)])
def test_a_confidence_belongs_to_the_bin_that_it_starts(confidence: float, number: int) -> None:
    (one,) = reliability([[(confidence, True)]], Resamples([1], 10)).bins
    assert one.low == number / 10


@given(JUDGED)
def test_every_finding_is_in_one_bin(judged: list[list[tuple[float, bool]]]) -> None:
    result = reliability(judged, Resamples([len(judged)], 10))
    assert result.count == sum(map(len, judged))
    assert (result.error is None) == (result.count == 0)
    assert result.error is None or 0 <= result.error <= 1


def test_findings_and_suggestions_are_judged_but_for_unsure_spans(corpus: Corpus, found: list[Findings]) -> None:
    travel = Comparison(corpus.gold[0], found[0])
    assert of_findings(travel) == [(0.55, False), (0.95, True), (0.75, True), (0.35, True)]
    assert of_suggestions(travel) == [(0.5, False), (0.5, False), (0.25, True), (0.5, True), (0.5, True)]


def test_precision_and_recall_are_given_where_they_change(corpus: Corpus, found: list[Findings]) -> None:
    # Five words are garbled; flagged are satisfy, final, He and Home.
    words = Comparison(corpus.gold[0], found[0]).words()
    assert thresholds(words) == [
        Threshold(0.95, 1.0, 1 / 5),
        Threshold(0.75, 1.0, 2 / 5),
        Threshold(0.55, 2 / 3, 2 / 5),
        Threshold(0.35, 3 / 4, 3 / 5),
    ]


@given(WORDS)
def test_recall_rises_while_the_threshold_falls(words: list[tuple[bool, float | None]]) -> None:
    found = thresholds(words)
    confidences = [one.confidence for one in found]
    assert confidences == sorted(set(confidences), reverse=True)
    assert [one.recall for one in found] == sorted(one.recall for one in found)
    if any(garbled for garbled, _ in words):
        assert set(confidences) == {confidence for _, confidence in words if confidence is not None}
    else:
        assert found == []
