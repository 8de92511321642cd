"""Products of matrices in 8 bits: several times as fast as in fp32 where the processor sums products of bytes (VNNI).

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


class EightBits(nn.Module):
    """A linear layer whose weights are held in 8 bits."""

    def __init__(self, weight: Tensor, scale: Tensor, bias: Tensor | None = None) -> None:
        """``weight`` (out, in) are whole numbers, ``scale`` (out,) fp32 is what their rows are multiplied by."""
        super().__init__()
        self.weight, self.scale, self.bias = weight.t(), scale, bias

    @classmethod
    def of(cls, layer: nn.Linear) -> EightBits:
        """A linear layer, its weights rounded to 8 bits."""
        return cls(*rounded(layer.weight), layer.bias)

    def forward(self, states: Tensor) -> Tensor:
        """(..., in) -> (..., out), of the same kind."""
        rows = states.reshape(-1, states.shape[-1])
        scale = rows.abs().amax(dim=1, keepdim=True).float().clamp_min_(LEAST).div_(LARGEST)
        # Whole numbers are made fp32 before they are scaled: torch does both at once in a slower way.
        found = torch._int_mm((rows / scale).round_().to(torch.int8), self.weight).float()
        found.mul_(scale).mul_(self.scale)
        if self.bias is not None:
            found += self.bias
        return found.to(states.dtype).view(*states.shape[:-1], -1)


def rounded(weight: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix (out, in) as whole numbers of 8 bits, and what its rows are multiplied by (out,) to give it again."""
    wide = weight.detach().float()
    scale = wide.abs().amax(dim=1).clamp_min(LEAST) / LARGEST
    return (wide / scale[:, None]).round().to(torch.int8), scale


def quantise(network: nn.Module) -> None:
    """Hold all linear layers of a network in 8 bits."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear):
                setattr(module, name, EightBits.of(child))
