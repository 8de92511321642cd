from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.fixing.wording import Change, changes

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), min_size=1, max_size=8)


def test_words_that_stay_are_no_part_of_a_change() -> None:
    assert changes("the dying march ends", "the death march ends") == [Change(((4, 9),), ("death",))]


def test_several_words_become_fewer_as_one_change() -> None:
    (one, two) = changes("in some time in the future", "at some point", 10)
    assert one == Change(((10, 12),), ("at",))
    assert two == Change(((18, 22), (23, 25), (26, 29), (30, 36)), ("point",))


def test_a_new_word_goes_behind_the_word_before_it_or_ahead_of_the_first() -> None:
    assert changes("march ended", "march never ended") == [Change((), ("never",), 5)]
    assert changes("march", "death march") == [Change((), ("death",), 0, ahead=True)]


@given(WORDS, WORDS)
def test_the_changes_lead_from_the_one_wording_to_the_other(old: list[str], new: list[str]) -> None:
    text = " ".join(old)
    result, at = "", 0
    for change in changes(text, " ".join(new)):
        start, end = (change.old[0][0], change.old[-1][1]) if change.old else (change.at, change.at)
        result += f"{text[at:start]} {' '.join(change.new)} "
        at = end
    assert (result + text[at:]).split() == new
