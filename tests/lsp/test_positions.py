from __future__ import annotations

import pytest

pytest.importorskip("pygls")
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from mtcheck.lsp.positions import Positions

TEXTS = st.text(st.sampled_from("ab é😀𝒞\u2028\r\n"), max_size=40)
ENCODINGS = st.sampled_from(["utf-8", "utf-16", "utf-32"])


@given(TEXTS, ENCODINGS, st.data())
def test_a_position_leads_back_to_its_offset(text: str, encoding: str, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(text)))
    if text[offset - 1 : offset + 1] == "\r\n" and offset:
        offset -= 1  # between CR and LF there is no position
    positions = Positions(text, PositionCodec(encoding))
    assert positions.offset(positions.position(offset)) == offset


@given(TEXTS, ENCODINGS, st.integers(0, 50), st.integers(0, 50))
def test_any_position_is_somewhere_in_the_text(text: str, encoding: str, line: int, character: int) -> None:
    offset = Positions(text, PositionCodec(encoding)).offset(types.Position(line, character))
    assert 0 <= offset <= len(text)
