from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measuring.thresholds import best_threshold, f05, matthews, quality_at


def test_the_correlation_of_a_worked_example() -> None:
    # 6 * 3 - 1 * 2 = 16; (6 + 1) (6 + 2) (3 + 1) (3 + 2) = 1120
    assert matthews(hits=6, false=1, missed=2, spared=3) == pytest.approx(16 / math.sqrt(1120))


def test_the_correlation_is_one_minus_one_or_zero_at_the_ends() -> None:
    assert matthews(2, 0, 0, 3) == 1.0
    assert matthews(0, 3, 2, 0) == -1.0
    assert matthews(0, 0, 2, 3) == 0.0  # nothing flagged
    assert matthews(2, 3, 0, 0) == 0.0  # all flagged
    assert matthews(0, 0, 0, 5) == 0.0  # nothing bad


def test_f05_weighs_precision_double() -> None:
    precision, recall = 3 / 4, 3 / 8
    assert f05(3, 1, 5, 9) == pytest.approx(1.25 * precision * recall / (0.25 * precision + recall))
    assert f05(0, 1, 5, 9) == 0.0


def test_the_best_threshold_is_the_score_that_is_flagged_last() -> None:
    scores, bad = [5.0, 4.0, 3.0, 2.0, 1.0], [True, True, False, False, False]
    assert best_threshold(scores, bad, matthews) == 4.0
    assert quality_at(scores, bad, 4.0, matthews) == 1.0


def test_equal_scores_are_flagged_together() -> None:
    # From 2.0: hits 2, false 1, missed 0, spared 2. Only the first of the two that are equal would be better.
    scores, bad = [3.0, 2.0, 2.0, 1.0, 0.0], [True, True, False, False, False]
    assert best_threshold(scores, bad, matthews) == 2.0
    assert quality_at(scores, bad, 2.0, matthews) == pytest.approx(4 / math.sqrt(3 * 2 * 3 * 2))


def test_of_thresholds_as_good_the_highest_is_taken() -> None:
    def constant(hits: int, false: int, missed: int, spared: int) -> float:
        return float(hits + false > 0)

    assert best_threshold([1.0, 3.0, 2.0], [True, False, True], constant) == 3.0


def test_where_flagging_only_harms_nothing_is_flagged() -> None:
    assert best_threshold([2.0, 1.0], [False, True], matthews) == math.inf
    assert best_threshold([], [], matthews) == math.inf


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20))
def test_no_cut_is_better_than_the_best(rows: list[tuple[int, bool]]) -> None:
    scores, bad = [float(score) for score, _ in rows], [is_bad for _, is_bad in rows]
    for quality in (matthews, f05):
        best = quality_at(scores, bad, best_threshold(scores, bad, quality), quality)
        assert all(quality_at(scores, bad, cut, quality) <= best + 1e-12 for cut in (*scores, math.inf))
