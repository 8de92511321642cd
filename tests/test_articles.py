from __future__ import annotations

import pytest

from mtcheck.articles import article_for, fit_articles


@pytest.mark.parametrize(
    "word", ["expert", "economic", "hour", "honest", "uninvited", "FBI", "MP", "X-ray", "umbrella"]
)
def test_words_that_begin_with_a_vowel_in_speech_take_an(word: str):
    assert article_for(word) == "an"


@pytest.mark.parametrize("word", ["plan", "union", "European", "one-off", "US", "UN", "user", "house", "useful"])
def test_other_words_take_a(word: str):
    assert article_for(word) == "a"


@pytest.mark.parametrize(
    ("wording", "expected"),
    [
        ("an economic", "an economic"),
        ("a economic", "an economic"),
        ("An plan of a expert", "A plan of an expert"),
        ("plan", "plan"),
        ("a 5th", "a 5th"),
    ],
)
def test_articles_go_with_the_word_behind_them(wording: str, expected: str):
    assert fit_articles(wording) == expected
