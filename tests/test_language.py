from __future__ import annotations

import sys

import pytest

from mtcheck import adapter, swaps
from mtcheck.language import is_english_prose
from mtcheck.swaps import Swaps

HEADLINE = "Ministers face harsh questions after secret peace summit"


@pytest.fixture(scope="module")
def vocabulary() -> Swaps:
    return swaps.load(adapter.locate(None).folder)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The two presidents are scheduled to satisfy in Geneva on Monday.",
        "Detox like this",
        "Putin to meet Xi in Beijing",
        "Oil prices slump",
        "The oil price rose (by 4% to $77) as traders fled; nothing else moved.",
        "With talks over, the minister had one word for it: failure",
        "Return of the king",
        "Feodor Voitolovsky, director of the Institute of World Economy and International Relations",
    ],
)
def test_english_is_checked_even_where_it_is_short_or_full_of_names(paragraph: str):
    assert is_english_prose(paragraph)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Der Kanzler sagte am Montag, dass die Verhandlungen fortgesetzt werden.",
        "Le président a annoncé mardi la reprise des négociations de paix.",
        "El gobierno dijo que no habrá elecciones este año.",
        "Gisteren was er brand in een huis in Rotterdam, zei de politie.",
        "Die Frau war in Berlin und will in so einem Fall an die Partei",
        "O presidente disse no domingo",
        "def run(self, path):",
        "return self.path",
        "total = total + value",
        "const path = require('path')",
        "SELECT name FROM users WHERE id IN (1, 2)",
        "git commit -m fix",
        "Переговоры продолжатся на следующей неделе.",
        "会谈将于下周继续举行。",
        "if (x[i] == y) { return foo(x)->bar; }",
        "2024-05-01 12:30 | 77.12 | 0.4 | 11 | 19 | ok",
        "1,204 3,311 42 17",
        "",
        "---",
    ],
)
def test_other_languages_code_and_tables_are_not(paragraph: str, vocabulary: Swaps):
    assert not is_english_prose(paragraph)
    assert not is_english_prose(paragraph, vocabulary)


@pytest.mark.parametrize(
    "paragraph",
    [
        "Le président de la commission européenne présente un accord commercial important aux ministres",
        "La situation politique reste instable, note le correspondant du journal",
        "Der Export nach Russland, Land der Energie und Industrie, fand im Mai kein Ende",
        "El plan central del gobierno federal para la capital incluye un canal y un hospital",
        "Il presidente del consiglio regionale conferma il piano per la sanità locale",
        "De minister van financiën wil het budget voor landbouw in april over de partner verdelen",
    ],
)
def test_words_that_languages_share_do_not_make_a_paragraph_english(paragraph: str, vocabulary: Swaps):
    assert not is_english_prose(paragraph, vocabulary)


def test_where_the_words_are_known_the_classifier_is_not_loaded(vocabulary: Swaps, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "py3langid", None)  # importing it fails
    assert is_english_prose(HEADLINE, vocabulary)
    with pytest.raises(ImportError):
        is_english_prose(HEADLINE)
