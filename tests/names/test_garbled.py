from __future__ import annotations

import pytest

from mtcheck.names import garbled
from mtcheck.names.list_file import parse, unparse
from mtcheck.names.name_list import NameList
from mtcheck.segments import words


def believed(text: str, names: NameList) -> list[tuple[str, str]]:
    found = garbled.find(text, list(words(text)), names)
    return [(candidate.text, candidate.suggestion) for candidate in found if garbled.believed(candidate)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy Steve Witkov arrived.", ("Witkov", "Witkoff")),
        ("A letter reached Rochelle Valensky.", ("Valensky", "Walensky")),
        ("The leader Emmanuel Makron agreed.", ("Makron", "Macron")),
        ("Reporters saw Benjamin Netanjahu.", ("Netanjahu", "Netanyahu")),
        ("Aides to Netanjahu agreed.", ("Netanjahu", "Netanyahu")),
        ("They flew from Islamabat to the coast.", ("Islamabat", "Islamabad")),
        ("We spoke to Vyakeslav Nikonov.", ("Vyakeslav", "Vyacheslav")),
    ],
)
def test_a_garbled_name_is_found(names: NameList, text: str, expected: tuple[str, str]):
    assert expected in believed(text, names)


@pytest.mark.parametrize(
    "text",
    [
        "We spoke to Fyodor Voitolovsky and Pavel Nikonov.",
        "A farmer, Nurlan Baisariev, agreed.",
        "The Zimbabweans thanked Abdullahi.",
        "The Macronist vote fell.",
        "A London-Moscow line is planned.",
        "Old Witkoffs and Zelenskys came.",
        "He met Igor Zelenskov at the bank.",
        "Ouagadougou and Thiruvananthapuram are far.",
    ],
)
def test_a_correct_rare_name_is_no_finding(names: NameList, text: str):
    assert believed(text, names) == []


def test_near_misses_of_an_editors_names_are_found():
    names = parse(unparse([], {}))
    names.add(["Hrytsenko"])
    assert believed("We met Oksana Hrytzenko.", names) == [("Hrytzenko", "Hrytsenko")]
    assert believed("We met Oksana Hrytsenko.", names) == []
