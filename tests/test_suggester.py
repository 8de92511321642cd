from __future__ import annotations

import pytest

from mtcheck.detector import WordReading
from mtcheck.segments import Span
from mtcheck.suggester import Proposal, _is_nonsense, _resumed_in_place, _resumption, _whole_words

END = 0


@pytest.mark.parametrize(
    ("decoded", "expected"),
    [
        ([9, 3, 4], (1, 2)),  # one token replaced by one
        ([9, 8, 3, 4], (2, 2)),  # one by two
        ([9, 5, 6], (1, 4)),  # three by one
        ([9, 2, 3], (1, 1)),  # one put in front
        ([3, 4], (0, 2)),  # one left out
        ([9, 6, END], (1, 5)),  # the rest but for its last token replaced
        ([9, 8, END], (2, 6)),  # the rest replaced
        ([END], (0, 6)),  # the rest left out
        ([9, 3], None),  # one token alone proves nothing
        ([9, 8, 7], None),
    ],
)
def test_the_copy_has_resumed_where_two_tokens_agree_or_the_text_ends(
    decoded: list[int], expected: tuple[int, int] | None
):
    assert _resumption([1, 2, 3, 4, 5, 6, END], 1, decoded) == expected


def test_one_token_proves_a_return_only_nearby():
    assert _resumption([*range(1, 15), END], 1, [50, 4], single=True) == (1, 3)
    assert _resumption([*range(1, 15), END], 1, [50, 14], single=True) is None


def replaced(text: str, start: int, end: int, wording: str) -> tuple[str, str] | None:
    edit = _whole_words(text, start, end, wording)
    return edit and (text[edit[0].start : edit[0].end], edit[1])


def test_what_is_replaced_ends_with_a_whole_word():
    text = "were summoned, a well-known case"
    assert replaced(text, 5, 13, " called") == ("summoned", "called")
    assert replaced(text, 5, 9, " call") == ("summoned", "calloned")
    assert replaced(text, 17, 21, " little") == ("well-known", "little-known")


def test_what_is_put_in_or_left_out_takes_the_next_word_along():
    text = "to fly Siberia in the some planes"
    assert replaced(text, 7, 7, " over") == ("Siberia", "over Siberia")
    assert replaced(text, 18, 21, "") == ("the some", "some")


def test_before_punctuation_and_at_the_end_it_takes_the_word_before_along():
    assert replaced("the end end", 8, 11, "") == ("end end", "end")
    assert replaced("it is over now.", 11, 14, "") == ("over now", "over")


def test_nothing_is_replaced_across_lines():
    assert replaced("ended the war\nThe talks", 10, 13, "") == ("the war", "the")
    assert replaced("ended the war\nThe talks", 10, 17, " strife The") is None


@pytest.mark.parametrize(
    ("before", "after"),
    [("Meet", "meet"), ("in 2022", "in 2021"), ("is", "is not"), ("never", "ever"), ("can’t", "can")],
)
def test_nothing_changed_or_a_number_or_a_negation_changed_is_nonsense(before: str, after: str):
    assert _is_nonsense(before, after)


def test_another_wording_is_not_nonsense():
    assert not _is_nonsense("satisfy", "meet")


def test_an_unlikely_proposal_that_replaces_mostly_right_words_is_dropped():
    logits = [3.0, -3.0, -4.0, -2.0]
    words = [WordReading(Span(4 * i, 4 * i + 3), i, i + 1, i, logit, logit, {}) for i, logit in enumerate(logits)]
    assert _resumed_in_place(Proposal(Span(0, 3), "x", -3.0, -3.0), words)
    assert _resumed_in_place(Proposal(Span(0, 7), "x", -3.0, -3.0), words)
    assert not _resumed_in_place(Proposal(Span(0, 15), "x", -3.0, -3.0), words)
    assert _resumed_in_place(Proposal(Span(0, 15), "x", -0.3, -0.3), words)
