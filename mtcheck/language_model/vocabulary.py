"""Probabilities over the vocabulary, only where they are asked for, by torch's operators."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

HEAD_ROWS = 128
"""Positions whose scores over the vocabulary are computed at once: 128 x 49,152 in bf16 are 13 MB."""
SOFTMAX_ROWS = 8
"""Positions whose scores are made probabilities at once: so few that they are in the processor's cache meanwhile."""


def logprobs(
    scores: Callable[[Tensor], Tensor], states: Tensor, wanted: Tensor, alternatives: int
) -> tuple[Tensor, Tensor]:
    """Tokens after hidden states (rows, C), and their log-probabilities, fp32 nats, (rows, w + alternatives) each.

    Args:
        scores: gives scores (rows, V) of states (rows, C).
        states: hidden states.
        wanted: tokens (rows, w), which come first.
        alternatives: how many of the likeliest tokens come behind them.
    """
    tokens, found = (
        [wanted[:0].new_empty(0, wanted.shape[1] + alternatives)],
        [torch.empty(0, wanted.shape[1] + alternatives)],
    )
    for part, asked in zip(states.split(HEAD_ROWS), wanted.split(HEAD_ROWS), strict=True):
        here = scores(part)
        places = torch.cat([asked, here.topk(alternatives, dim=-1).indices], dim=1)
        tokens.append(places)
        for row, place in zip(here.split(SOFTMAX_ROWS), places.split(SOFTMAX_ROWS), strict=True):
            found.append(torch.log_softmax(row, dim=-1, dtype=torch.float32).gather(1, place))
    return torch.cat(tokens), torch.cat(found)
