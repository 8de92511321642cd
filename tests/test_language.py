from __future__ import annotations

import pytest

from mtcheck.language import is_english_prose


@pytest.mark.parametrize(
    "paragraph",
    [
        "The two presidents are scheduled to satisfy in Geneva on Monday.",
        "Detox like this",
        "Putin to meet Xi in Beijing",
        "Oil prices slump",
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
        "Переговоры продолжатся на следующей неделе.",
        "会谈将于下周继续举行。",
        "if (x[i] == y) { return foo(x)->bar; }",
        "2024-05-01 12:30 | 77.12 | 0.4 | 11 | 19 | ok",
        "1,204 3,311 42 17",
        "",
        "---",
    ],
)
def test_other_languages_code_and_tables_are_not(paragraph: str):
    assert not is_english_prose(paragraph)
