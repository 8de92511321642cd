from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.wording import Edit, Overlaps, apply, normal, word_errors, word_spans, words

PLACES = st.tuples(st.integers(0, 12), st.integers(0, 5)).map(lambda pair: Edit(pair[0], pair[0] + pair[1], ""))
WORDS = st.lists(st.sampled_from(["talks", "failed", "in", "Geneva"]), max_size=8)


def test_hyphens_apostrophes_and_points_inside_a_word_belong_to_it() -> None:
    text = "The U.S.-led don’t-know café, and so on - 1.5 times."
    assert [text[start:end] for start, end in word_spans(text)] == [
        "The", "U.S", "led", "don’t-know", "café", "and", "so", "on", "1.5", "times",
    ]  # fmt: skip


def test_case_white_space_and_style_of_quotes_do_not_count() -> None:
    assert normal(" The “big”\n deal’s ") == normal('the "BIG" deal\'s')
    assert words("Kyiv’s Talks") == ["kyiv's", "talks"]


def test_edits_are_put_in_place_whatever_their_order() -> None:
    edits = [Edit(7, 8, "three"), Edit(3, 3, "zero "), Edit(3, 4, "two")]
    assert apply("a, b or c", [Edit(3, 4, "two"), Edit(0, 1, "one")]) == "one, two or c"
    assert apply("a, b or c"[3:], [Edit(8, 9, "three"), Edit(3, 4, "")], offset=3) == " or three"
    assert apply("0, 1, 2", edits[:2]) == apply("0, 1, 2", edits[1::-1])


@given(st.lists(PLACES, max_size=8), st.integers(0, 15), st.integers(0, 5))
def test_all_that_overlap_are_found_and_no_others(stretches: list[Edit], start: int, length: int) -> None:
    end = start + length
    expected = sorted(
        (s for s in stretches if s.start < end and s.end > start), key=lambda stretch: (stretch.start, stretch.end)
    )
    assert Overlaps(stretches).touching(start, end) == expected


@given(WORDS, WORDS)
def test_word_errors_are_the_edit_distance(got: list[str], want: list[str]) -> None:
    row = list(range(len(want) + 1))
    for done, word in enumerate(got, 1):
        last, row = row, [done]
        for place, other in enumerate(want, 1):
            row.append(min(last[place] + 1, row[-1] + 1, last[place - 1] + (word != other)))
    assert word_errors(got, want) == row[-1]
