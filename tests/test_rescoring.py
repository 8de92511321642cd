from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import pytest

from mtcheck.calibration import Logistic
from mtcheck.detector import WordReading
from mtcheck.language_model.editing import Pass, Tokens, Variant
from mtcheck.rescoring import MOST_NATS, rescore
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal

TEXT = "they keep sending warnings to traders. It rained."


def tokenize(text: str) -> Tokens:
    """One token a code point."""
    return Tokens([ord(letter) for letter in text], [(i, i + 1) for i in range(len(text))])


class FakePass:
    """Likes each letter of the wordings it was told of by so many nats, and remembers what it read."""

    def __init__(self, likes: dict[str, float]) -> None:
        self.likes = likes
        self.read: list[str] = []

    def score(self, variants: Sequence[Variant]) -> list[float]:
        self.read = ["".join(map(chr, variant.tokens)) for variant in variants]
        return [sum(nats for part, nats in self.likes.items() if part in text) for text in self.read]


def ranked(likes: dict[str, float], *wordings: tuple[str, float]) -> tuple[list[Proposal], FakePass]:
    """The proposals for “warnings”, given as (wording, log share), once they are rescored."""
    start = TEXT.index("warnings")
    at = Span(start, start + len("warnings"))
    place = Place(
        0, WordReading(at, 0, 1, start, 2.0, 2.0, {}), [Proposal(at, w, share, share) for w, share in wordings]
    )
    read = FakePass(likes)
    rescore(
        cast(Pass, read), [TEXT], [tokenize(TEXT)], [place], tokenize, Logistic(0.0, {"share": 1.0, "fluency": 0.5})
    )
    return place.proposals, read


def test_the_wording_that_suits_the_sentence_better_comes_first():
    proposals, _ = ranked({"alerts": 1.0, "signals": 6.0, "warnings": 2.0}, ("alerts", -0.5), ("signals", -1.0))
    assert [(p.text, p.fluency, p.score) for p in proposals] == [
        ("signals", 4.0, pytest.approx(-1.0 + 2.0)),
        ("alerts", -1.0, pytest.approx(-0.5 - 0.5)),
    ]


def test_what_is_read_goes_to_the_end_of_the_sentence_and_the_text_as_it_stands_is_read_once():
    _, read = ranked({}, ("alerts", -0.5), ("signals", -1.0))
    assert read.read == ["warnings to traders.", "alerts to traders.", "signals to traders."]


def test_what_the_language_model_cannot_read_does_not_decide_alone():
    proposals, _ = ranked({"alerts": 900.0}, ("alerts", -0.5))
    assert proposals[0].fluency == MOST_NATS
