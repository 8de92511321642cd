"""Causal attention for short sequences on a CPU, with a memory that continuations share.

torch's fused kernel for CPUs pays off for long sequences only: on windows of 64 to 512 tokens two plain matrix
products take half its time forwards and a fifth of it backwards. Query heads that share a key head are laid out as
rows of one product, so keys and values are never repeated. Continuations (the decoding of suggestions) read the keys
and values of the pass over their window in place: nothing is copied, however many continuations a window has.

Letters in shapes: B windows, R continuations, H heads, G key heads, N = H / G, T positions asked, S positions held, D
width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

NAME = "mtcheck_grouped"
ROUND_TO = 16
"""Positions that are summed over are filled up to a multiple of this, with zeros: how a sum is rounded depends on how
its parts are grouped, and by this they are grouped alike whatever else is in the batch."""

BLOCK = 96
"""Positions that ask at once: they look at what stands before them, and no product is taken of what comes later."""


def rounded_up(length: int) -> int:
    """The next multiple of ``ROUND_TO``."""
    return -(-length // ROUND_TO) * ROUND_TO


class Memory:
    """Keys and values of a batch of windows, layer by layer."""

    def __init__(self) -> None:
        self.keys: list[Tensor] = []  # per layer (B, G, S, D)
        self.values: list[Tensor] = []


class Continuations:
    """Continuations that start inside windows of one or more memories, and are taken on together."""

    def __init__(self, memories: Sequence[Memory], starts: Sequence[tuple[int, int, int]]) -> None:
        """``starts`` are (memory, window, length): each sees the first ``length`` positions of a window.

        They come memory by memory.
        """
        self._parts: list[_Part] = []
        self._sizes: list[int] = []
        for number, memory in enumerate(memories):
            own = [(row, length) for of, row, length in starts if of == number]
            if own:
                self._parts.append(_Part(memory, [row for row, _ in own], [length for _, length in own]))
                self._sizes.append(len(own))

    def keep(self, chosen: Sequence[int]) -> None:
        """Go on with these continuations only; their order stays."""
        parts, sizes, begin = [], [], 0
        for part, size in zip(self._parts, self._sizes, strict=True):
            stay = [number - begin for number in chosen if begin <= number < begin + size]
            begin += size
            if stay:
                if len(stay) < size:
                    part.keep(torch.tensor(stay))
                parts.append(part)
                sizes.append(len(stay))
        self._parts, self._sizes = parts, sizes

    def remembered(self) -> list[Memory]:
        """Memories in which the continuations, as they stand, are windows themselves; their order stays."""
        return [part.remembered() for part in self._parts]

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """T more tokens of each continuation: query (R, G, N * T, D), key, value (R, G, T, D) -> (R, G, N * T, D)."""
        pieces = zip(
            self._parts, query.split(self._sizes), key.split(self._sizes), value.split(self._sizes), strict=True
        )
        found = [part.attend(layer, *piece) for part, *piece in pieces]
        return found[0] if len(found) == 1 else torch.cat(found)


class _Part:
    """The continuations of one memory's windows.

    They are laid out as a grid, a row for each window, so that one product serves all continuations of a window.
    """

    def __init__(self, memory: Memory, rows: Sequence[int], lengths: Sequence[int]) -> None:
        self._memory = memory
        self._own_keys: list[Tensor] = []  # per layer (R, G, t, D), t tokens continued so far
        self._own_values: list[Tensor] = []
        self._lay_out(torch.tensor(rows), torch.tensor(lengths))

    def _lay_out(self, rows: Tensor, lengths: Tensor) -> None:
        self._rows, self._lengths = rows, lengths
        windows, self._row, counts = rows.unique(return_inverse=True, return_counts=True)  # rows come in order
        self._slot = torch.arange(len(rows)) - (counts.cumsum(0) - counts)[self._row]
        self._shape = (len(windows), int(counts.max()))  # windows B', continuations of one window
        span = rounded_up(int(lengths.max()))
        # The B' windows and S' positions that are looked at; a run of windows is not copied for it.
        whole = len(windows) == int(windows[-1] - windows[0]) + 1
        chosen = slice(int(windows[0]), int(windows[-1]) + 1) if whole else windows
        self._seen = (chosen, slice(None), slice(span))
        hidden = torch.arange(span)[None, :] >= lengths[:, None]
        zeros = torch.zeros(hidden.shape, dtype=self._memory.keys[0].dtype)
        # (R, 1, 1, S') -inf where a continuation must not look
        self._hidden = zeros.masked_fill(hidden, float("-inf"))[:, None, None, :]

    def keep(self, index: Tensor) -> None:
        self._lay_out(self._rows[index], self._lengths[index])
        self._own_keys = [tensor[index] for tensor in self._own_keys]
        self._own_values = [tensor[index] for tensor in self._own_values]

    def remembered(self) -> Memory:
        found = Memory()
        for layer in range(len(self._own_keys)):
            found.keys.append(self._joined(self._memory.keys[layer], self._own_keys[layer]))
            found.values.append(self._joined(self._memory.values[layer], self._own_values[layer]))
        return found

    def _joined(self, held: Tensor, own: Tensor) -> Tensor:
        """What is held for each continuation's window (B, G, S, D) with its own (R, G, t, D) behind what it sees."""
        span = rounded_up(int(self._lengths.max()) + own.shape[2])
        whole = held.new_zeros(len(self._rows), own.shape[1], span, own.shape[3])
        whole[:, :, : held.shape[2]] = held[self._rows, :, :span]
        for row, length in enumerate(self._lengths.tolist()):
            whole[row, :, length : length + own.shape[2]] = own[row]
        return whole

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        if len(self._own_keys) == layer:
            self._own_keys.append(key)
            self._own_values.append(value)
        else:
            self._own_keys[layer] = torch.cat([self._own_keys[layer], key], dim=2)
            self._own_values[layer] = torch.cat([self._own_values[layer], value], dim=2)
        held_keys, held_values = self._memory.keys[layer][self._seen], self._memory.values[layer][self._seen]
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
        """Multiply each continuation's rows (R, G, N, X) with its window's matrix (B', G, X, Y) -> (R, G, N, Y)."""
        batch, width = self._shape
        groups, heads, inner = rows.shape[1:]
        grid = rows.new_empty(batch, groups, width, heads, inner)  # what is not filled in is not read
        grid[self._row, :, self._slot] = rows
        product = torch.matmul(grid.view(batch, groups, width * heads, inner), held)
        return product.view(batch, groups, width, heads, -1)[self._row, :, self._slot]


Held = Memory | Continuations
"""What a pass keeps its keys and values in, or reads on from."""


def attend(
    layer: int, query: Tensor, key: Tensor, value: Tensor, memory: Held | None = None, scaling: float | None = None
) -> Tensor:
    """Attend causally: query (B, H, T, D), key and value (B, G, T, D) -> (B, T, H, D).

    Sequences are padded on the right, where the causal mask hides the padding from all real tokens, so no other mask is
    needed. Keys and values are kept in a memory; continuations read on from theirs.
    """
    batch, heads, length, width = query.shape
    groups = key.shape[1]
    rows = heads // groups
    query = query * (width**-0.5 if scaling is None else scaling)
    if isinstance(memory, Continuations):
        mixed = memory.attend(layer, query.reshape(batch, groups, rows * length, width), key, value)
        return mixed.reshape(batch, heads, length, width).transpose(1, 2).contiguous()
    if memory is not None:
        memory.keys.append(key)
        memory.values.append(value)
    hidden = torch.full((BLOCK, BLOCK), float("-inf"), dtype=query.dtype).triu(1)
    found = []
    for begin in range(0, length, BLOCK):
        end = min(begin + BLOCK, length)
        asked, held = end - begin, key[:, :, :end].transpose(-1, -2)
        scores = torch.matmul(query[:, :, begin:end].reshape(batch, groups, rows * asked, width), held)
        scores = scores.view(batch, groups, rows, asked, end)
        scores[..., begin:] += hidden[:asked, :asked]
        weights = torch.softmax(scores, dim=-1).view(batch, groups, rows * asked, end)
        found.append(torch.matmul(weights, value[:, :, :end]).view(batch, heads, asked, width).transpose(1, 2))
    return torch.cat(found, dim=1)


def grouped_causal_attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    memory: Held | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """The same as transformers calls it."""
    return attend(int(getattr(module, "layer_idx", 0)), query, key, value, memory, scaling), None


def register() -> str:
    """Make the attention known to transformers; return the name to pass as ``attn_implementation``."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, grouped_causal_attention)
    return NAME
