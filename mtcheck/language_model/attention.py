"""Causal attention for short sequences on a CPU, with a memory that continuations share.

torch's fused kernel for CPUs pays off for long sequences only: on windows of 64 to 512 tokens two plain matrix
products take half its time forwards and a fifth of it backwards. Query heads that share a key head are laid out as
rows of one product, so keys and values are never repeated. Continuations (the decoding of suggestions) read the keys
and values of the pass over their window in place: nothing is copied, however many continuations a window has.

Letters in shapes: B windows, R continuations, H heads, G key heads, N = H / G, T positions asked, S positions held, D
width.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

NAME = "mtcheck_grouped"
ROUND_TO = 16
"""Positions that are summed over are filled up to a multiple of this, with zeros: how a sum is rounded depends on how
its parts are grouped, and by this they are grouped alike whatever else is in the batch."""


def rounded_up(length: int) -> int:
    """The next multiple of ``ROUND_TO``."""
    return -(-length // ROUND_TO) * ROUND_TO


class Memory:
    """Keys and values of one pass, layer by layer, and of the continuations that start inside it."""

    def __init__(self) -> None:
        self.keys: list[Tensor] = []  # per layer (B, G, S, D)
        self.values: list[Tensor] = []
        self._own_keys: list[Tensor] = []  # per layer (R, G, t, D), t tokens continued so far
        self._own_values: list[Tensor] = []
        self._cell = torch.empty(0, dtype=torch.long)  # (R,) place of a continuation in the grid of B' * width cells
        self._hidden = torch.empty(0)  # (R, 1, 1, S') -inf where a continuation must not look
        self._width = 0
        self._seen = (slice(None), slice(None), slice(None))  # the B' windows and S' positions that are looked at
        self.continuing = False

    def start(self, rows: list[int], lengths: list[int]) -> None:
        """Begin continuations: the i-th sees the first ``lengths[i]`` positions of window ``rows[i]``."""
        used: dict[int, int] = {}
        first, span = min(rows), rounded_up(max(lengths))
        slots = []
        for row in rows:
            slots.append(used.get(row, 0))
            used[row] = slots[-1] + 1
        self._width = max(used.values())
        self._cell = torch.tensor([(row - first) * self._width + slot for row, slot in zip(rows, slots, strict=True)])
        self._seen = (slice(first, max(rows) + 1), slice(None), slice(span))
        hidden = torch.arange(span)[None, :] >= torch.tensor(lengths)[:, None]
        zeros = torch.zeros(hidden.shape, dtype=self.keys[0].dtype)
        self._hidden = zeros.masked_fill(hidden, float("-inf"))[:, None, None, :]
        self._own_keys, self._own_values = [], []
        self.continuing = True

    def keep(self, chosen: list[int]) -> None:
        """Go on with these continuations only."""
        index = torch.tensor(chosen)
        self._cell = self._cell[index]
        self._hidden = self._hidden[index]
        self._own_keys = [tensor[index] for tensor in self._own_keys]
        self._own_values = [tensor[index] for tensor in self._own_values]

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """T more tokens of each continuation: query (R, G, N * T, D), key, value (R, G, T, D) -> (R, G, N * T, D)."""
        if len(self._own_keys) == layer:
            self._own_keys.append(key)
            self._own_values.append(value)
        else:
            self._own_keys[layer] = torch.cat([self._own_keys[layer], key], dim=2)
            self._own_values[layer] = torch.cat([self._own_values[layer], value], dim=2)
        held_keys, held_values = self.keys[layer][self._seen], self.values[layer][self._seen]
        own_keys, own_values = self._own_keys[layer], self._own_values[layer]
        shared = self._by_window(query, held_keys.transpose(-1, -2)) + self._hidden
        own = torch.matmul(query, own_keys.transpose(-1, -2))
        asked, held = key.shape[2], own_keys.shape[2]
        if asked > 1:
            later = torch.full((asked, held), float("-inf"), dtype=own.dtype).triu(held - asked + 1)
            own = (own.view(*own.shape[:2], -1, asked, held) + later).view(own.shape)
        weights = torch.softmax(torch.cat([shared, own], dim=-1), dim=-1)
        span = held_keys.shape[2]
        return self._by_window(weights[..., :span], held_values) + torch.matmul(weights[..., span:], own_values)

    def _by_window(self, rows: Tensor, held: Tensor) -> Tensor:
        """Multiply each continuation's rows (R, G, N, X) with its window's matrix (B, G, X, Y) -> (R, G, N, Y)."""
        batch, groups = held.shape[:2]
        heads, inner = rows.shape[2], rows.shape[3]
        grid = rows.new_zeros(batch * self._width, groups, heads, inner)
        grid[self._cell] = rows
        grid = grid.view(batch, self._width, groups, heads, inner).transpose(1, 2)
        product = torch.matmul(grid.reshape(batch, groups, self._width * heads, inner), held)
        product = product.view(batch, groups, self._width, heads, -1).transpose(1, 2)
        return product.reshape(batch * self._width, groups, heads, -1)[self._cell]


def attend(
    layer: int, query: Tensor, key: Tensor, value: Tensor, memory: Memory | None = None, scaling: float | None = None
) -> Tensor:
    """Attend causally: query (B, H, T, D), key and value (B, G, T, D) -> (B, T, H, D).

    Sequences are padded on the right, where the causal mask hides the padding from all real tokens, so no other mask is
    needed. With a ``memory`` the keys and values are kept in it or, once continuations have begun, read from it.
    """
    batch, heads, length, width = query.shape
    groups = key.shape[1]
    rows = heads // groups
    query = query * (width**-0.5 if scaling is None else scaling)
    if memory is not None and memory.continuing:
        mixed = memory.attend(layer, query.reshape(batch, groups, rows * length, width), key, value)
        return mixed.reshape(batch, heads, length, width).transpose(1, 2).contiguous()
    if memory is not None:
        memory.keys.append(key)
        memory.values.append(value)
    scores = torch.matmul(query.reshape(batch, groups, rows * length, width), key.transpose(-1, -2))
    hidden = torch.full((length, length), float("-inf"), dtype=scores.dtype).triu(1)
    scores = scores.view(batch, groups, rows, length, length) + hidden
    weights = torch.softmax(scores, dim=-1).view(batch, groups, rows * length, length)
    mixed = torch.matmul(weights, value).view(batch, heads, length, width)
    return mixed.transpose(1, 2).contiguous()


def grouped_causal_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    memory: Memory | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """The same as transformers calls it."""
    return attend(int(getattr(module, "layer_idx", 0)), query, key, value, memory, scaling), None


def register() -> str:
    """Make the attention known to transformers; return the name to pass as ``attn_implementation``."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, grouped_causal_attention)
    return NAME
