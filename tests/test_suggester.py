from __future__ import annotations

import pytest

from mtcheck.detector import WordReading
from mtcheck.segments import Span
from mtcheck.suggester import _garbled_throughout, _is_nonsense, _resumption, _whole_words


@pytest.mark.parametrize(
    ("decoded", "expected"),
    [
        ([9, 3, 4], (1, 2)),  # one token replaced by one
        ([9, 8, 3, 4], (2, 2)),  # one by two
        ([9, 5, 6], (1, 4)),  # three by one
        ([9, 2, 3], (1, 1)),  # one put in front
        ([3, 4], (0, 2)),  # one left out
        ([9, 3], None),  # one token alone proves nothing
        ([9, 8, 7], None),
    ],
)
def test_the_copy_has_resumed_where_two_tokens_agree(decoded: list[int], expected: tuple[int, int] | None):
    assert _resumption([1, 2, 3, 4, 5, 6], 1, decoded) == expected


def test_what_is_replaced_ends_with_a_whole_word():
    text = "to satisfy in Geneva"
    span, wording = _whole_words(text, 3, 10, " meet")
    assert (text[span.start : span.end], wording) == ("satisfy", "meet")
    assert _whole_words(text, 3, 7, " meet")[0] is None


def test_what_is_put_in_or_left_out_takes_the_next_word_along():
    text = "to fly Siberia in the some planes"
    span, wording = _whole_words(text, 7, 7, " over")
    assert (text[span.start : span.end], wording) == ("Siberia", "over Siberia")
    span, wording = _whole_words(text, 18, 21, "")
    assert (text[span.start : span.end], wording) == ("the some", "some")


def test_what_is_left_out_at_the_very_end_has_no_next_word():
    assert _whole_words("the end end", 8, 11, "")[0] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("Meet", "meet"), ("in 2022", "in 2021"), ("is", "is not"), ("never", "ever"), ("can’t", "can")],
)
def test_nothing_changed_or_a_number_or_a_negation_changed_is_nonsense(before: str, after: str):
    assert _is_nonsense(before, after)


def test_another_wording_is_not_nonsense():
    assert not _is_nonsense("satisfy", "meet")


def test_a_proposal_that_replaces_mostly_right_words_is_dropped():
    words = [
        WordReading(Span(4 * i, 4 * i + 3), i, i + 1, i, logit, {}) for i, logit in enumerate([3.0, -3.0, -4.0, 2.0])
    ]
    assert _garbled_throughout(Span(0, 3), words)
    assert _garbled_throughout(Span(0, 7), words)
    assert not _garbled_throughout(Span(0, 11), words)
