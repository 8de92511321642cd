from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck import Checker
from mtcheck.segments import count_words, windows, words
from mtcheck.surprisals import Collector, WordPlaces, wording_nats

TEXT = "They satisfy in 2024, they\u00a0say."


def collected() -> tuple[Collector, WordPlaces]:
    places = WordPlaces.of(TEXT)
    collector = Collector(places)
    collector.add(TEXT.index("satisfy"), 7.0, 3.0, 2)
    collector.add(TEXT.index("in"), 0.123, 700.0, 1)
    return collector, places


def test_each_word_has_its_surprisal_and_what_was_not_judged_has_none() -> None:
    surprisals = collected()[0].finish()
    assert len(surprisals) == count_words(TEXT) == 6
    assert [surprisals.nats(word) for word in range(6)] == [None, 7.0, 0.12, None, None, None]
    assert surprisals.plain[2] == 65535


def test_a_wording_is_as_surprising_as_its_words() -> None:
    collector, places = collected()
    surprisals = collector.finish()

    def nats(wording: str) -> float | None:
        start = TEXT.index(wording)
        return wording_nats(surprisals, places, start, start + len(wording))

    assert nats("satisfy in 2024") == 7.12
    assert nats("tisf") == 7.0
    assert nats("2024,") is None
    assert nats(" ") is None


def test_perplexities_are_per_token_of_the_judged_words() -> None:
    surprisals = collected()[0].finish()
    found = surprisals.perplexities(0, 2)
    assert found == pytest.approx((math.exp(3.5), math.exp(1.5)))
    assert surprisals.perplexities(3, 6) is None


def test_a_garbled_word_surprises_the_editor_and_the_suggestion_does_not(checker: Checker) -> None:
    text = "The two presidents will satisfy in Geneva on Monday."
    result = checker.check(text)
    assert result.surprisals is not None
    assert len(result.surprisals) == result.words == 9
    assert max(range(9), key=result.surprisals.editing.__getitem__) == 4
    (finding,) = [f for f in result.findings if f.text == "satisfy"]
    nats = wording_nats(result.surprisals, WordPlaces.of(text), finding.start, finding.end)
    assert nats is not None
    best = finding.suggestions[0].surprisal
    assert best is not None
    assert best < nats


PIECES = st.one_of(
    st.sampled_from(["The two presidents are to meet in Geneva on Monday.", "He said that", "well-known", "o’clock. "]),
    st.sampled_from(
        [" ", "\n", "\n\n", "\r\n", "\t", "\u2028", "\u00a0", "\x85", "\x1c", "x" * 1100, "e\u0301", "12.5", "a-"]
    ),
    st.text(max_size=6),
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_word_of_a_window_is_a_word_of_the_document(text: str) -> None:
    places = WordPlaces.of(text)
    for window in windows(text):
        for word in words(window.text):
            start, end = window.places[word.start], window.places[word.end - 1] + 1
            first, behind = places.within(start, end)
            assert (behind - first, places.starts[first], places.ends[first]) == (1, start, end)
