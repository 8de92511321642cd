"""Proposals ranked with both sides in view: each put in its place and the sentence read on behind it.

The decoder that made them knows the draft but sees little of what follows a wording. So each wording and the draft's
own are read as plain text, from the words on their left to the end of the clause behind them, and what a proposal
gains by that is weighed with its share of the decoder's probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from mtcheck import weighing
from mtcheck.calibration import Logistic
from mtcheck.language_model.editing import Pass, Tokens
from mtcheck.suggester import Place
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question


def rescore(
    read: Pass,
    texts: Sequence[str],
    tokens: Sequence[Tokens],
    places: Sequence[Place],
    tokenize: Callable[[str], Tokens],
    weights: Logistic,
    swaps: Swaps,
) -> None:
    """Give the proposals of all places of a pass their scores and rank them, likeliest first."""
    questions: list[list[Question]] = [[] for _ in texts]
    for place in places:
        questions[place.row] += [Question(proposal.span, proposal.text) for proposal in place.proposals]
    gains = [iter(some) for some in weighing.weigh(read, texts, tokens, questions, tokenize)]
    for place in places:
        scored = []
        for proposal in place.proposals:
            written = texts[place.row][proposal.span.start : proposal.span.end]
            swap = math.log(swaps.chance(written, proposal.text))
            gained = replace(proposal, fluency=next(gains[place.row]), swap=swap)
            scored.append(replace(gained, score=weights.logit(gained.features())))
        place.proposals = sorted(scored, key=lambda p: (-p.score, p.text))
