"""Texts with markup: what is checked, and the way back to what was sent."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("fastapi")
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.server.languagetool import check_request

PIECES = st.text(st.sampled_from("ab <>&é😀\n"), max_size=5)
PARTS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"text": PIECES}),
        st.fixed_dictionaries({"markup": PIECES}, optional={"interpretAs": PIECES}),
    )
)


@given(PARTS, st.data())
def test_all_that_is_checked_leads_back_to_where_it_was_sent(parts: list[dict[str, str]], data: st.DataObject) -> None:
    document = check_request({"data": json.dumps({"annotation": parts}), "language": "en"}, 1000).document
    assert document.source == "".join(part.get("text", part.get("markup", "")) for part in parts)
    assert document.text == "".join(part.get("text", part.get("interpretAs", "")) for part in parts)
    start = data.draw(st.integers(0, len(document.text)))
    end = data.draw(st.integers(start, len(document.text)))
    first, last = document.source_span(start, end)
    assert 0 <= first <= last <= len(document.source)
    if all("interpretAs" not in part for part in parts):
        inside = document.source[first:last]
        assert [char for char in document.text[start:end] if char not in inside] == []


@given(st.lists(PIECES, max_size=4), st.lists(PIECES, min_size=4, max_size=4))
def test_text_between_markup_keeps_its_characters(texts: list[str], markup: list[str]) -> None:
    parts = [part for text, tag in zip(texts, markup, strict=False) for part in ({"text": text}, {"markup": tag})]
    document = check_request({"data": json.dumps({"annotation": parts}), "language": "en"}, 1000).document
    at = 0
    for text in texts:
        for offset in range(at, at + len(text)):
            first, last = document.source_span(offset, offset + 1)
            assert document.source[first:last] == document.text[offset]
        at += len(text)
