from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.alignment import SURFACE, align
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.evaluation.wording import Edit, apply, words

TEXTS = st.lists(st.sampled_from(["the", "The", "talks", "failed", ",", "in", "–", "U.S.", "don’t"]), max_size=9).map(
    " ".join
)


@pytest.mark.parametrize(
    ("garbled", "original", "spans"),
    [
        ("They met final week.", "They met last week.", [(9, 14, "last", "substitution")]),
        ("They met met twice.", "They met twice.", [(5, 9, "", "insertion")]),
        ("They met week.", "They met last week.", [(9, 13, "last week", "deletion")]),
        ("They met", "They met again", [(5, 8, "met again", "deletion")]),
        ("met", "They met again", [(0, 3, "They met again", "deletion")]),
        ("be part of it", "join it", [(0, 10, "join", "substitution")]),
        ("", "They met", [(0, 0, "They met", "deletion")]),
        ("They met.", "They met.", []),
    ],
)
def test_words_that_differ_become_spans(garbled: str, original: str, spans: list[tuple[int, int, str, str]]) -> None:
    assert align(garbled, original) == tuple(GoldSpan(a, b, (wording,), kind) for a, b, wording, kind in spans)


@pytest.mark.parametrize(
    ("garbled", "original"), [("He said, go", "He said go"), ("He said go", "He said, Go"), ("“Go”", '"Go"')]
)
def test_case_and_punctuation_alone_are_no_garbled_wording(garbled: str, original: str) -> None:
    spans = align(garbled, original)
    assert spans
    assert {(span.kind, span.sure) for span in spans} == {(SURFACE, False)}


@given(TEXTS, TEXTS)
def test_the_originals_in_place_give_the_original(garbled: str, original: str) -> None:
    spans = align(garbled, original)
    assert apply(garbled, [Edit(span.start, span.end, span.originals[0]) for span in spans]) == original
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))


@given(TEXTS, TEXTS)
def test_texts_with_other_words_have_sure_spans_and_only_those(garbled: str, original: str) -> None:
    assert any(span.sure for span in align(garbled, original)) or words(garbled) == words(original)
