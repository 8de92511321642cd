from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.names.list_file import parse, unparse
from mtcheck.names.name_list import Name, NameList
from mtcheck.names.neighbours import likeness, neighbours

STORED = "Witkoff Zelensky Netanyahu Erdogan Kharkiv Obama Nikol Abdullah Ouattara Guangzhou".split()


@pytest.fixture(scope="module")
def stored() -> NameList:
    return parse(unparse((Name(name, 10 + i) for i, name in enumerate(STORED)), {}))


@given(
    name=st.sampled_from(STORED),
    at=st.integers(0, 20),
    letter=st.sampled_from(string.ascii_lowercase),
    kind=st.sampled_from(["insert", "delete", "replace", "swap"]),
)
def test_every_stored_name_within_one_edit_is_found(stored: NameList, name: str, at: int, letter: str, kind: str):
    low = name.lower()
    at %= len(low)
    wrong = {
        "insert": low[:at] + letter + low[at:],
        "delete": low[:at] + low[at + 1 :],
        "replace": low[:at] + letter + low[at + 1 :],
        "swap": low[:at] + low[at : at + 2][::-1] + low[at + 2 :],
    }[kind]
    assert wrong == low or name in [near.name.text for near in neighbours(wrong, stored)]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("Witkov", "Witkoff"), ("Zelenskij", "Zelensky"), ("Valensky", "Walensky"), ("Harkiv", "Kharkiv")],
)
def test_transliterations_are_neighbours(names: NameList, wrong: str, right: str):
    assert right in [near.name.text for near in neighbours(wrong, names)]


def test_a_name_is_not_its_own_neighbour(names: NameList):
    assert "Putin" not in [near.name.text for near in neighbours("Putin", names)]


def test_likeness_tells_edits_sound_and_transliteration():
    alike = likeness("Witkov", "Witkoff")
    assert (alike.edits, alike.sound, alike.transliteration, alike.initial) == (2, True, True, True)
    assert likeness("Obama", "Osama").edits == 1
    assert not likeness("Obama", "Osama").transliteration
