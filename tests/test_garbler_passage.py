"""The garbler's words, edits and pieces."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from garbler.inflection import Inflector
from garbler.passage import Edit, Passage, match_case, vowel_sound
from garbler.pieces import apply_edits, headline, with_article


def test_words_keep_contractions_and_part_with_possessives() -> None:
    passage = Passage("Don't touch the U.S. company's well-known plan, he’d said.")
    assert [w.text for w in passage.words] == [
        "Don't", "touch", "the", "U.S.", "company", "'s", "well-known", "plan", "he’d", "said",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["3.5", "$1,000", "2024-25", "U.S.", "NATO"])
def test_numbers_abbreviations_and_capitals_are_protected(text: str) -> None:
    passage = Passage(f"They met {text} today.")
    assert passage.protected(2)


def test_parts_of_addresses_are_protected() -> None:
    passage = Passage("Write to desk@example.com or example.com/news now.")
    assert all(passage.protected(i) for i, w in enumerate(passage.words) if w.text in ("desk", "example", "news"))


def test_only_capitals_inside_a_sentence_make_a_name() -> None:
    passage = Passage("Talks failed. Police said Moscow agreed.")
    named = [w.text for i, w in enumerate(passage.words) if passage.named(i)]
    assert named == ["Moscow"]


def test_a_word_is_led_and_followed_by_up_to_two_words() -> None:
    passage = Passage("In short, it was a slow walk.")
    assert passage.before(5) == ("was", "a")
    assert passage.before(3) == ("it",)
    assert passage.before(2) == ()
    assert passage.after(4) == ("slow", "walk")
    assert passage.after(6) == ()


def test_edits_that_touch_become_one_piece() -> None:
    passage = Passage("It was a slow walk, he said.")
    pieces = apply_edits(passage, [Edit(4, 5, "stroll", "neighbour"), Edit(3, 4, "gradual", "attested")])
    assert pieces == [
        ("It was a ", "It was a ", ""),
        ("gradual stroll", "slow walk", "attested"),
        (", he said.", ", he said.", ""),
    ]


def test_edits_with_a_comma_between_stay_apart() -> None:
    passage = Passage("slow, walk")
    pieces = apply_edits(passage, [Edit(0, 1, "gradual", "a"), Edit(1, 2, "stroll", "b")])
    assert [p[2] for p in pieces] == ["a", "", "b"]


@given(st.lists(st.sampled_from(["the", "game", "of", "talks,", "Moscow", "company's", "3.5"]), min_size=1), st.data())
def test_the_originals_joined_are_the_text(words: list[str], data: st.DataObject) -> None:
    text = " ".join(words)
    passage = Passage(text)
    chosen = data.draw(st.sets(st.integers(0, passage.count - 1)))
    pieces = apply_edits(passage, [Edit(i, i + 1, "xyz", "k") for i in chosen])
    assert "".join(original for _, original, _ in pieces) == text
    assert all((garbled == original) == (kind == "") for garbled, original, kind in pieces)


def test_an_article_before_a_swap_is_put_right_in_the_same_piece_or_left_wrong() -> None:
    passage = Passage("He is an expert on it.")
    swap = Edit(3, 4, "specialist", "neighbour")
    results = {with_article(passage, swap, random.Random(seed)) for seed in range(30)}
    assert results == {swap, Edit(2, 4, "a specialist", "neighbour")}


def test_an_article_that_fits_stays() -> None:
    passage = Passage("It is an issue.")
    swap = Edit(3, 4, "affair", "neighbour")
    assert {with_article(passage, swap, random.Random(seed)) for seed in range(10)} == {swap}


@pytest.mark.parametrize(
    ("word", "vowel"), [("hour", True), ("union", False), ("expert", True), ("uninsured", True), ("one", False)]
)
def test_vowel_sounds(word: str, vowel: bool) -> None:
    assert vowel_sound(word) is vowel


@pytest.mark.parametrize(
    ("original", "new", "cased"),
    [("Game", "recreation", "Recreation"), ("game", "recreation", "recreation"),
     ("Chief Financial Officer", "chief monetary officer", "Chief Monetary Officer")],
)  # fmt: skip
def test_a_swap_takes_the_capitals_of_its_original(original: str, new: str, cased: str) -> None:
    assert match_case(original, new) == cased


def test_a_headline_has_capitals_on_both_sides_and_no_full_stop() -> None:
    pieces = [
        ("A ", "A ", ""),
        ("recreation", "game", "neighbour"),
        (" of the talks.\nIt was.", " of the talks.\nIt was.", ""),
    ]
    assert headline(pieces) == [
        ("A ", "A ", ""), ("Recreation", "Game", "neighbour"), (" of the Talks", " of the Talks", ""),
        ("\nIt was.", "\nIt was.", ""),
    ]  # fmt: skip


@pytest.fixture
def inflector() -> Inflector:
    zipf = {"stopped": 5.0, "stoped": 1.0, "offered": 5.0, "bigger": 5.0, "went": 5.0, "gone": 5.0, "men": 5.0}
    return Inflector([("v", "went", "go"), ("v", "gone", "go"), ("n", "men", "man")], zipf)


@pytest.mark.parametrize(
    ("lemma", "pos", "tag", "form"),
    [
        ("city", "n", "s", "cities"), ("man", "n", "s", "men"), ("stop", "v", "ed", "stopped"),
        ("offer", "v", "ed", "offered"),
        ("go", "v", "ed", "went"), ("go", "v", "en", "gone"), ("die", "v", "ing", "dying"),
        ("make", "v", "ing", "making"),
        ("big", "a", "er", "bigger"), ("crucial", "a", "est", "most crucial"),
        ("slim down", "v", "s", "slims down"),
    ],
)  # fmt: skip
def test_inflection(inflector: Inflector, lemma: str, pos: str, tag: str, form: str) -> None:
    assert inflector.inflect(lemma, pos, tag) == form


@pytest.mark.parametrize(
    ("form", "reading"), [("cities", ("city", "n", "s")), ("went", ("go", "v", "ed")), ("stopped", ("stop", "v", "ed"))]
)
def test_inflected_words_are_taken_apart(inflector: Inflector, form: str, reading: tuple[str, str, str]) -> None:
    assert reading in inflector.analyses(form)
