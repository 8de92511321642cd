"""What a text gains by a wording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from mtcheck.language_model.editing import Tokens
from mtcheck.language_model.passes import Pass, Reading, Variant
from mtcheck.segments import Span
from mtcheck.weighing import MOST_NATS, Question, weigh

TEXT = "They will satisfy in Rome. It rained all day long there."


def tokenize(text: str) -> Tokens:
    """One token a code point."""
    return Tokens([ord(letter) for letter in text], [(i, i + 1) for i in range(len(text))])


class FakePass:
    """Finds every letter of the draft surprising by half a nat, and each variant as likely as it was told."""

    def __init__(self, scores: Sequence[float]) -> None:
        none = np.zeros(0, dtype=np.float32)
        plain = np.full(len(TEXT), 0.5, dtype=np.float32)
        self.readings = [Reading(none, none.astype(np.int64), none, none, plain)]
        self.scores = scores
        self.read: list[Variant] = []

    def score(self, variants: Sequence[Variant]) -> list[float]:
        self.read = list(variants)
        return list(self.scores)


def gains(scores: Sequence[float], *questions: Question) -> tuple[list[float], FakePass]:
    read = FakePass(scores)
    (found,) = weigh(cast(Pass, read), [TEXT], [tokenize(TEXT)], [questions], tokenize)
    return found, read


def question(written: str, wording: str) -> Question:
    start = TEXT.index(written)
    return Question(Span(start, start + len(written)), wording)


def test_a_wording_is_read_to_the_end_of_its_clause_and_compared_with_the_draft() -> None:
    (gained,), read = gains([-3.0], question("satisfy", "meet"))
    (variant,) = read.read
    assert "".join(map(chr, variant.tokens)) == "meet in Rome."
    assert gained == -3.0 + 0.5 * len("satisfy in Rome.")


def test_gains_are_cut_off_both_ways() -> None:
    found, _ = gains([-100.0, 100.0], question("satisfy", "meet"), question("day", "night"))
    assert found == [-MOST_NATS, MOST_NATS]


def test_a_few_words_behind_a_wording_are_read_and_no_more() -> None:
    _, read = gains([0.0], question("It", "She"))
    assert "".join(map(chr, read.read[0].tokens)) == "She rained all day"


def test_no_questions_cost_nothing() -> None:
    found, read = gains([])
    assert found == []
    assert read.read == []
