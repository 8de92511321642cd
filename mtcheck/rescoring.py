"""Proposals ranked with both sides in view: each put in its place and the sentence read on behind it.

The decoder that made them knows the draft but sees little of what follows a wording. So each wording and the draft's
own are read as plain text, from the words on their left to the end of the clause behind them, and what a proposal
gains by that is weighed with its share of the decoder's probability.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from mtcheck.calibration import Logistic
from mtcheck.language_model.editing import Pass, Tokens, Variant
from mtcheck.suggester import Place, Proposal

BEHIND = 8
"""Words behind a wording that are read again."""
MOST_NATS = 15.0
"""Features are cut off here: what is beyond is the language model's noise."""

_BEHIND = re.compile(rf"(?:\s*[^\s.!?…\n]+(?:\.(?=\S)[^\s.!?…\n]+)*){{0,{BEHIND}}}[.!?…]?")


def rescore(
    read: Pass,
    texts: Sequence[str],
    tokens: Sequence[Tokens],
    places: Sequence[Place],
    tokenize: Callable[[str], Tokens],
    weights: Logistic,
) -> None:
    """Give the proposals of all places of a pass their scores and rank them, likeliest first."""
    mended, stands = [], []
    for place in places:
        for proposal in place.proposals:
            variant, behind = _mended(place, proposal, texts[place.row], tokens[place.row], tokenize)
            mended.append(variant)
            stands.append(-float(read.readings[place.row].plain[variant.at : behind].sum()))
    scores = read.score(mended)
    gains = iter([with_it - without for with_it, without in zip(scores, stands, strict=True)])
    for place in places:
        scored = []
        for proposal, gain in zip(place.proposals, gains, strict=False):
            gained = replace(proposal, fluency=max(-MOST_NATS, min(MOST_NATS, gain)))
            scored.append(replace(gained, score=weights.logit(gained.features())))
        place.proposals = sorted(scored, key=lambda p: (-p.score, p.text))


def _mended(
    place: Place, proposal: Proposal, text: str, tokens: Tokens, tokenize: Callable[[str], Tokens]
) -> tuple[Variant, int]:
    """What is read for a proposal, and the draft's token behind the last that it stands for."""
    start, end = proposal.span.start, proposal.span.end
    behind = _BEHIND.match(text, end)
    rest = behind.end() if behind else end
    at = next(i for i, (_, last) in enumerate(tokens.offsets) if last > start)
    after = next((i for i in range(at, len(tokens.offsets)) if tokens.offsets[i][1] >= rest), len(tokens.offsets) - 1)
    wording = text[tokens.offsets[at][0] : start] + proposal.text + text[end : tokens.offsets[after][1]]
    return Variant(place.row, at, tuple(tokenize(wording).ids)), after + 1
