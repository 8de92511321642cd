from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.annotated import AnnotatedText, Annotator, prose


def test_what_is_left_out_is_markup_and_what_is_read_as_else_stands_for_its_stretch() -> None:
    source = AnnotatedText.whole("<b>Tom</b> &amp; Bob")
    annotator = Annotator(source)
    annotator.keep(3, 6)
    annotator.keep(10, 11)
    annotator.read_as(11, 16, "&")
    annotator.keep(16, 20)
    text = annotator.finish()
    assert text.text == "Tom & Bob"
    assert text.span(0, 3) == (3, 6)
    assert text.span(4, 5) == (11, 16)
    assert text.span(2, 9) == (5, 20)
    assert text.span(9, 9) == (20, 20)


def test_an_annotation_of_an_annotation_leads_to_the_first_source() -> None:
    inner = Annotator(AnnotatedText.whole("&lt;i&gt;x"))
    inner.read_as(0, 4, "<")
    inner.keep(4, 5)
    inner.read_as(5, 9, ">")
    inner.keep(9, 10)
    outer = Annotator(inner.finish())
    outer.keep(3, 4)
    assert outer.finish().span(0, 1) == (9, 10)


def test_prose_has_one_space_for_any_white_space() -> None:
    assert prose(AnnotatedText.whole("\n One\r\n\ttwo ")).text == "One two"


@given(st.text("ab \n"), st.integers(0, 30), st.integers(0, 30))
def test_a_whole_text_leads_to_itself(text: str, start: int, end: int) -> None:
    if start <= end <= len(text):
        assert AnnotatedText.whole(text).span(start, end) == (start, end)
    else:
        with pytest.raises(ValueError, match="outside"):
            AnnotatedText.whole(text).span(start, end)
