from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.server.offsets import Utf16


@given(st.text(st.sampled_from("ab é😀𝒞\u200d\ud800\r\n")), st.data())
def test_units_are_those_that_an_encoder_counts(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    def units(part: str) -> int:
        return len(part.encode("utf-16-le", "surrogatepass")) // 2

    offsets = Utf16(text)
    assert offsets.span(start, end) == (units(text[:start]), units(text[start:end]))
    assert offsets.length == units(text)
