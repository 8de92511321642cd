from __future__ import annotations

import pytest

from mtcheck.names import wholes
from mtcheck.names.name_list import NameList
from mtcheck.segments import words


def found(text: str, names: NameList) -> list[tuple[str, str]]:
    return [(one.text, one.suggestion) for one in wholes.find(text, list(words(text)), names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Officials at the White Home said so.", ("White Home", "White House")),
        ("The Overseas Ministry’s answer came late.", ("Overseas Ministry", "Foreign Ministry")),
        ("The UN Safety Council met.", ("Safety Council", "Security Council")),
        ("The Ministry of External Affairs agreed.", ("Ministry of External Affairs", "Foreign Ministry")),
        ("He moved to new York in May.", ("new York", "New York")),
    ],
)
def test_a_whole_name_in_other_words_is_found(names: NameList, text: str, expected: tuple[str, str]):
    assert found(text, names) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "The White House and the Foreign Ministry said so.",
        "She bought a white home overseas.",
        "They opened the Safety Bank.",
        "New homes were built.",
    ],
)
def test_other_wording_is_none(names: NameList, text: str):
    assert found(text, names) == []
