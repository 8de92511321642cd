from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest

from mtcheck.calibration import Logistic
from mtcheck.detector import WordReading
from mtcheck.language_model.editing import Pass, Reading, Tokens, Variant
from mtcheck.rescoring import rescore
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps
from mtcheck.weighing import MOST_NATS

TEXT = "they keep sending warnings to traders. It rained."


WEIGHTS = Logistic(0.0, {"share": 1.0, "fluency": 0.5})
SWAPS = Swaps(["warnings\talarms\t0.5"])


def tokenize(text: str) -> Tokens:
    """One token a code point."""
    return Tokens([ord(letter) for letter in text], [(i, i + 1) for i in range(len(text))])


class FakePass:
    """Finds each letter of the draft surprising by so many nats, and wordings less so by what it was told of them."""

    def __init__(self, likes: dict[str, float], surprisal: float) -> None:
        none = np.zeros(0, dtype=np.float32)
        plain = np.full(len(TEXT), surprisal, dtype=np.float32)
        self.readings = [Reading(none, none, none.astype(np.int64), none, plain)]
        self.likes = likes
        self.read: list[str] = []

    def score(self, variants: Sequence[Variant]) -> list[float]:
        self.read = ["".join(map(chr, variant.tokens)) for variant in variants]
        return [sum(nats for part, nats in self.likes.items() if part in text) for text in self.read]


def ranked(
    likes: dict[str, float], *wordings: tuple[str, float], surprisal: float = 0.0, weights: Logistic = WEIGHTS
) -> tuple[list[Proposal], FakePass]:
    """The proposals for “warnings”, given as (wording, log share), once they are rescored."""
    start = TEXT.index("warnings")
    at = Span(start, start + len("warnings"))
    place = Place(
        0, WordReading(at, 0, 1, start, 2.0, 2.0, {}), [Proposal(at, w, share, share) for w, share in wordings]
    )
    read = FakePass(likes, surprisal)
    rescore(cast(Pass, read), [TEXT], [tokenize(TEXT)], [place], tokenize, weights, SWAPS)
    return place.proposals, read


def test_the_wording_that_suits_the_sentence_better_comes_first():
    proposals, _ = ranked({"alerts": 1.0, "signals": 6.0}, ("alerts", -0.5), ("signals", -1.0))
    assert [(p.text, p.fluency, p.score) for p in proposals] == [
        ("signals", 6.0, pytest.approx(-1.0 + 3.0)),
        ("alerts", 1.0, pytest.approx(-0.5 + 0.5)),
    ]


def test_what_is_read_goes_to_the_end_of_the_sentence():
    _, read = ranked({}, ("alerts", -0.5), ("signals", -1.0))
    assert read.read == ["alerts to traders.", "signals to traders."]


def test_a_wording_gains_what_the_draft_costs_to_the_same_end():
    proposals, _ = ranked({"alerts": -3.0}, ("alerts", -0.5), surprisal=0.25)
    assert proposals[0].fluency == pytest.approx(0.25 * len("warnings to traders.") - 3.0)


def test_what_the_language_model_cannot_read_does_not_decide_alone():
    proposals, _ = ranked({"alerts": 900.0}, ("alerts", -0.5))
    assert proposals[0].fluency == MOST_NATS


def test_a_wording_that_machines_make_this_one_of_is_preferred():
    weights = Logistic(0.0, {"share": 1.0, "swap": 1.0})
    proposals, _ = ranked({}, ("signals", -0.5), ("alarms", -1.0), weights=weights)
    assert [p.text for p in proposals] == ["alarms", "signals"]
    assert proposals[0].swap == pytest.approx(np.log(0.5))
