"""Proposals ranked: how likely the decoder finds a wording, and how likely a machine made of it what stands there.

The decoder that made them knows the draft but sees little of what follows a wording. So where several are about as
likely, each is put in its place, too, and the sentence read on behind it as plain text; what it gains by that counts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from mtcheck.calibration import Logistic
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps

CLOSE = 1.0
"""Log odds by which a proposal may be behind the likeliest and still be weighed against it."""


def rank(texts: Sequence[str], places: Sequence[Place], weights: Logistic, swaps: Swaps) -> None:
    """Give the proposals of all places of some windows their scores and sort them, likeliest first."""
    for place in places:
        scored = []
        for proposal in place.proposals:
            written = texts[place.row][proposal.span.start : proposal.span.end]
            known = replace(proposal, swap=math.log(swaps.chance(written, proposal.text)))
            scored.append(replace(known, score=weights.logit(known.features())))
        place.proposals = _sorted(scored)


def rivals(proposals: Sequence[Proposal]) -> list[Proposal]:
    """The likeliest of ranked proposals and those close behind it, none where it has no rival."""
    close = [proposal for proposal in proposals if proposal.score >= proposals[0].score - CLOSE]
    return close if len(close) > 1 else []


def decide(proposals: Sequence[Proposal], gains: Sequence[float], weights: Logistic) -> list[Proposal]:
    """Ranked proposals once more, their rivals by what each gains (nats); the others stay behind these."""
    weighed = [replace(p, fluency=gain) for p, gain in zip(rivals(proposals), gains, strict=True)]
    first = _sorted([replace(p, score=weights.logit(p.features())) for p in weighed])
    least = first[-1].score if first else math.inf
    return first + [replace(p, score=min(p.score, least)) for p in proposals[len(first) :]]


def _sorted(proposals: Sequence[Proposal]) -> list[Proposal]:
    return sorted(proposals, key=lambda p: (-p.score, p.text))
