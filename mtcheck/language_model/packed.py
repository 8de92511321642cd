"""Linear layers whose weights are laid out once as oneDNN's kernels want them, not anew for each product.

The products are the same to the bit. torch's compiler does this to the models it freezes, by these same operators.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from mtcheck.language_model.llama import Gated


def can_pack(kind: torch.dtype) -> bool:
    """Whether this torch has the operators, and this processor multiplies such numbers by oneDNN."""
    there = torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    return bool(there and (kind == torch.float32 or torch.ops.mkldnn._is_mkldnn_bf16_supported()))


class Packed(nn.Module):
    """A linear layer with packed weights."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        super().__init__()
        self.weight = torch.ops.mkldnn._reorder_linear_weight(weight.detach().contiguous(), None)  # (out, in)
        self.bias = bias

    def forward(self, states: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        found: Tensor = torch.ops.mkldnn._linear_pointwise(states, self.weight, self.bias, "none", [], "")
        return found

    def times(self, states: Tensor, other: Tensor) -> Tensor:
        """(..., in) -> (..., out), multiplied by ``other`` (..., out) before it is rounded."""
        found: Tensor = torch.ops.mkldnn._linear_pointwise.binary(states, other, self.weight, self.bias, "mul")
        return found


class PackedGated(nn.Module):
    """The inner layer, packed: its two halves are multiplied where the second is computed."""

    def __init__(self, inner: nn.Linear, outer: nn.Linear) -> None:
        super().__init__()
        gate, up = inner.weight.detach().chunk(2)
        self.gate, self.up, self.outer = Packed(gate), Packed(up), Packed(outer.weight)

    def forward(self, states: Tensor) -> Tensor:
        """(rows, C) -> (rows, C)."""
        gate = nn.functional.silu(self.gate(states), inplace=True)
        found: Tensor = self.outer(self.up.times(states, gate))
        return found


def pack(network: nn.Module) -> None:
    """Pack all linear layers of a network."""
    for module in list(network.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, Gated):
                inner, outer = child.inner, child.outer
                if isinstance(inner, nn.Linear) and isinstance(outer, nn.Linear):
                    setattr(module, name, PackedGated(inner, outer))
            elif isinstance(child, nn.Linear) and not isinstance(module, Gated):
                setattr(module, name, Packed(child.weight, child.bias))
