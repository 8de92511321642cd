from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.figures import ALL, F05, weighted
from mtcheck.evaluation.scoring import Counts


@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.name)
def test_figures_are_of_counts_that_there_are(figure: object) -> None:
    names = {field.name for field in fields(Counts)}
    assert {*figure.numerator, *figure.denominator} <= names  # type: ignore[attr-defined]


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50))
def test_f05_is_the_weighted_harmonic_mean(right: int, missed: int, wrong: int) -> None:
    counts = Counts(garbled_flagged=right, garbled_missed=missed, other_flagged=wrong)
    precision, recall = right / (right + wrong), right / (right + missed)
    expected = 1.25 * precision * recall / (0.25 * precision + recall)
    assert weighted(counts, F05.numerator) / weighted(counts, F05.denominator) == pytest.approx(expected)
