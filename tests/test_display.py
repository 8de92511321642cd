from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.display import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("“dying march”", "“dying march”"),
        ("\x1b[31mred\x07", "␛[31mred␇"),
        ("a\tb", "a    b"),
        ("two\r\nlines\x7f", "two␍␊lines␡"),
        ("c1 \x9b31m", "c1 <U+009B>31m"),
        ("turned \u202etxt.exe", "turned <U+202E>txt.exe"),
        ("new\u2028line", "new<U+2028>line"),
        ("soft\u00adhyphen \ufeffmark", "softhyphen mark"),
        ("half \ud83d", "half <U+D83D>"),
        ("نمی\u200cخواهم", "نمی\u200cخواهم"),
        ("no\u00a0break", "no\u00a0break"),
    ],
)
def test_what_a_terminal_would_act_on_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_what_the_encoding_lacks_is_written_as_python_would() -> None:
    assert visible("“café” 😀", "iso-8859-1") == r"\u201ccafé\u201d \U0001f600"
    assert visible("\x1b", "ascii") == r"\u241b"


@given(st.text(), st.sampled_from(["utf-8", "ascii", "cp1252", "no-such"]))
def test_nothing_reaches_the_terminal_that_it_would_act_on(text: str, encoding: str) -> None:
    shown = visible(text, encoding)
    shown.encode("ascii" if encoding == "no-such" else encoding)
    assert not any(char < " " or "\x7f" <= char < "\xa0" or "\u202a" <= char <= "\u202e" for char in shown)
