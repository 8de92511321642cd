from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.bootstrap import Estimate, Resamples, interval

SHARES = st.lists(st.integers(0, 9).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), max_size=30)


@given(SHARES)
def test_an_interval_contains_its_figure(shares: list[tuple[int, int]]) -> None:
    estimate = Resamples([len(shares)], 200).ratio([n for n, _ in shares], [d for _, d in shares])
    if estimate.value is None:
        assert sum(size for _, size in shares) == 0
    elif estimate.low is not None:
        assert estimate.high is not None
        assert 0 <= estimate.low <= estimate.value + 1e-9
        assert estimate.value - 1e-9 <= estimate.high <= 1 + 1e-9


def test_the_same_documents_give_the_same_interval() -> None:
    first, second = (Resamples([5, 3], 100).ratio(range(8), [9] * 8) for _ in range(2))
    assert first == second
    assert first.low != first.high


def test_every_resample_has_as_many_documents_of_each_group_as_there_are() -> None:
    rows = np.array([[1.0, 0.0]] * 5 + [[0.0, 1.0]] * 3)
    assert Resamples([5, 3], 50).sums(rows).tolist() == [[5.0, 3.0]] * 50


def test_documents_at_the_end_may_be_left_out() -> None:
    resamples = Resamples([4, 2], 50)
    assert resamples.ratio([1, 0, 1, 1], [1] * 4) == resamples.ratio([1, 0, 1, 1, 0, 0], [1, 1, 1, 1, 0, 0])


def test_one_document_has_no_interval() -> None:
    assert Resamples([1], 50).ratio([1], [2]) == Estimate(0.5)
    assert Resamples([3], 50).ratio([0, 1, 0], [0, 2, 0]) == Estimate(0.5)


def test_what_is_a_share_of_nothing_is_no_figure() -> None:
    assert Resamples([2], 50).ratio([0, 0], [0, 0]) == Estimate()
    assert Resamples([], 50).ratio([], []) == Estimate()


def test_the_width_is_that_of_the_binomial() -> None:
    estimate = Resamples([400], 2000).ratio([1, 0] * 200, [1] * 400)
    assert estimate.low == pytest.approx(0.5 - 1.96 * 0.025, abs=0.006)
    assert estimate.high == pytest.approx(0.5 + 1.96 * 0.025, abs=0.006)


def test_an_interval_leaves_out_the_outer_twentieth() -> None:
    assert interval(5.0, np.arange(0.0, 101.0)) == Estimate(5.0, 2.5, 97.5)
