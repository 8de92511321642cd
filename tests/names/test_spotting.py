from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.names.name_list import NameList
from mtcheck.names.spotting import spot
from mtcheck.segments import words


def found(text: str, names: NameList) -> list[str]:
    return [word.text for word in spot(text, list(words(text)), names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reporters met Steve Witkoff in Kyiv.", ["Reporters", "Steve", "Witkoff", "Kyiv"]),
        ("Minister Putin's letter arrived.", ["Putin"]),
        ("The talks went on after Ursula von der Leyen spoke.", ["Ursula", "Leyen"]),
        ("Police met Dr. John F. Kennedy on Monday.", ["John", "Kennedy"]),
        ("The bank said al-Sisi and Abdel-Fattah agreed.", ["al-Sisi", "Abdel-Fattah"]),
        ("It was the Netanyahus’ house.", ["Netanyahus"]),
        ("Talks of state", []),
    ],
)
def test_names_are_spotted(names: NameList, text: str, expected: list[str]):
    assert [word for word in found(text, names) if word not in ("The", "It")] == expected


def test_the_words_of_a_name_know_each_other(names: NameList):
    text = "President Steve Witkoff left. Witkoff’s aide stayed."
    full = spot(text, list(words(text)), names)
    assert [(word.text, word.before, word.after, word.titled) for word in full if word.text != "President"] == [
        ("Steve", "", "Witkoff", True),
        ("Witkoff", "Steve", "", True),
        ("Witkoff", "", "", False),
    ]


def test_headlines_in_capitals_hold_only_known_names(names: NameList):
    assert found("PUTIN AND MINISTERS MEET IN MOSCOW\n\nThe talks ended.", names)[:2] == ["PUTIN", "MOSCOW"]


def test_spans_are_the_words_without_their_endings(names: NameList):
    text = "He read Obama's letter to the Joneses."
    for word in spot(text, list(words(text)), names):
        assert text[word.span.start : word.span.end] == word.text


@given(
    st.lists(st.sampled_from("Mr. Putin 's of al- Kyiv . , and VAN de DER X' ’ \n Ł Ünal-Ö".split(" ")), max_size=40)
)
def test_any_text_can_be_searched(names: NameList, parts: list[str]):
    text = " ".join(parts)
    starts = [word.span.start for word in spot(text, list(words(text)), names)]
    assert starts == sorted(set(starts))
