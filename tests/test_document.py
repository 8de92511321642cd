from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.document import Document

texts = st.text(alphabet=st.one_of(st.sampled_from("ab \r\n\u2028\x0b\x85"), st.characters()), max_size=60)


def test_lines_and_columns_count_from_one() -> None:
    document = Document("draft.txt", "One.\nTwo.")
    assert document.place(0) == (1, 1)
    assert document.place(5) == (2, 1)
    assert document.place(9) == (2, 5)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_ends_one_line(end: str) -> None:
    document = Document("draft.txt", f"One.{end}{end}Three.{end}")
    assert [document.line(number) for number in range(1, document.lines + 1)] == ["One.", "", "Three.", ""]


def test_only_cr_and_lf_end_a_line() -> None:
    assert Document("draft.txt", "a\u2028b\x0bc\x85d").lines == 1


def test_empty_text_is_one_empty_line() -> None:
    document = Document("draft.txt", "")
    assert (document.lines, document.line(1), document.place(0)) == (1, "", (1, 1))


def test_columns_count_code_points() -> None:
    assert Document("draft.txt", "😀 cafe\u0301 x").place(8) == (1, 9)


@pytest.mark.parametrize("offset", [-1, 5])
def test_an_offset_outside_the_text_is_refused(offset: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Document("draft.txt", "text").place(offset)


@pytest.mark.parametrize("number", [0, 3])
def test_a_line_outside_the_text_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Document("draft.txt", "one\ntwo").line(number)


@given(texts)
def test_a_place_leads_back_to_its_offset(text: str) -> None:
    document = Document("draft.txt", text)
    for offset in range(len(text) + 1):
        line, column = document.place(offset)
        assert document.bounds(line)[0] + column - 1 == offset


@given(texts)
def test_lines_hold_all_of_the_text_but_line_ends(text: str) -> None:
    document = Document("draft.txt", text)
    lines = [document.line(number) for number in range(1, document.lines + 1)]
    assert "".join(lines) == text.replace("\r", "").replace("\n", "")
    assert "\n".join(lines) == text.replace("\r\n", "\n").replace("\r", "\n")
