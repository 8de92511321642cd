from __future__ import annotations

import pytest

from mtcheck.names import variants
from mtcheck.names.name_list import NameList
from mtcheck.segments import words


def believed(text: str, names: NameList) -> list[tuple[str, str]]:
    found = variants.find(text, list(words(text)), names)
    return [(candidate.text, candidate.suggestion) for candidate in found if variants.believed(candidate)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The envoy Steve Witkoff arrived. Aides said Witkov would speak.", ("Witkov", "Witkoff")),
        ("Mr Zelensky spoke first. Later Zelenskyy left.", ("Zelenskyy", "Zelensky")),
        ("He lived in Kyiv for years, and loved Kiev dearly.", ("Kiev", "Kyiv")),
        ("Asked later, Benjamin Netanyahu agreed. Aides to Netanjahu did not.", ("Netanjahu", "Netanyahu")),
        ("A farmer, Bolormaa Enkhtaivan, said so. Her son thanked Enkhtayvan.", ("Enkhtayvan", "Enkhtaivan")),
        ("The writer Ngozi Okwuosa agreed. Critics said Okvuosa was wrong.", ("Okvuosa", "Okwuosa")),
        ("We met Wanjiku Gachanja, and Wanjiku Gatchanja smiled.", ("Gatchanja", "Gachanja")),
        ("The lawyer Mamadou Kourouma won. A judge told Kuruma so.", ("Kuruma", "Kourouma")),
        ("A teacher, Huascar Quispetupa, left. Pupils miss Kuispetupa.", ("Kuispetupa", "Quispetupa")),
    ],
)
def test_one_name_in_two_spellings_is_found(names: NameList, text: str, expected: tuple[str, str]):
    assert expected in believed(text, names)


@pytest.mark.parametrize(
    "text",
    [
        "They compared Obama with Osama all evening.",
        "Troops moved from Iran to the border of Iraq.",
        "He left Austria for a job in Australia.",
        "The house of Islam Karimov passed to Gulnara Karimova.",
        "She came from Russia and spoke Russian.",
        "A brother, Mario, wrote to Maria.",
        "The Johnsons thanked Boris Johnson. We met Johnston too.",
        "Police held Ivan Petrenko. Later Oleh Petrenka was freed.",
        "We met Tamar and Tamara at the bank.",
        "The letter of Witkoff’s aide reached Witkoff.",
        "In Ghana they met Ghanaians; in Kenya many Kenyans.",
        "He called J. Okwuosa, that is, John Okwuosa.",
        "The Okwuosas said so, and Okwuosa's son agreed.",
        "A reporter asked Nguyen Van Thanh; then Nguyen Van Thang answered.",
    ],
)
def test_different_names_and_forms_are_not_variants(names: NameList, text: str):
    assert believed(text, names) == []


def test_the_other_places_are_told(names: NameList):
    text = "We met Witkoff. They met Witkov. All met Witkoff."
    (candidate,) = variants.find(text, list(words(text)), names)
    assert candidate.text == text[candidate.span.start : candidate.span.end] == "Witkov"
    assert [text[span.start : span.end] for span in candidate.elsewhere] == ["Witkoff", "Witkoff"]
