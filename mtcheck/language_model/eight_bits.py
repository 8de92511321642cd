"""Products of matrices in 8 bits: twice as fast as in bf16 where the processor sums products of bytes (VNNI, AMX).

Weights are scaled row by row, their inputs token by token, each to its largest magnitude: the vector-wise scheme of
Dettmers et al. 2022, LLM.int8(), arXiv 2208.07339, without its exceptions. The sums are of whole numbers and exact, so
a token's products do not depend on what else is in the batch.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

LARGEST = 127.0
LEAST = 1e-12
"""What nothing is scaled below, so that rows of zeros stay such."""
ROWS = 128
"""Rows that are multiplied at once: their products are still in the processor's cache when they are scaled back."""


class EightBits(nn.Module):
    """A linear layer whose weights are held in 8 bits."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        wide = layer.weight.detach().float()  # (out, in)
        self.scale = wide.abs().amax(dim=1).clamp_min(LEAST) / LARGEST  # (out,)
        self.weight = (wide / self.scale[:, None]).round().to(torch.int8).t()  # (in, out)
        self.bias = layer.bias

    def forward(self, states: Tensor) -> Tensor:
        """(..., in) -> (..., out), of the same kind."""
        rows = states.reshape(-1, states.shape[-1])
        found = rows.new_empty(rows.shape[0], len(self.scale))
        for part, place in zip(rows.split(ROWS), found.split(ROWS), strict=True):
            scale = part.abs().amax(dim=1, keepdim=True).float().clamp_min(LEAST) / LARGEST
            product = torch._int_mm((part / scale).round_().to(torch.int8), self.weight)
            place.copy_((product * scale).mul_(self.scale))
        if self.bias is not None:
            found += self.bias
        return found.view(*states.shape[:-1], -1)


def quantise(network: nn.Module) -> None:
    """Hold all linear layers of a network in 8 bits."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, EightBits(child))
