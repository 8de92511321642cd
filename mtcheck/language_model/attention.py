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
from functools import cached_property
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
        self.keys: list[Tensor] = []  # per layer (B, G, D, S)
        self.values: list[Tensor] = []  # per layer (B, G, S, D)


class Continuations:
    """Continuations that start inside windows of one or more memories, and are taken on together."""

    def __init__(self, memories: Sequence[Memory], starts: Sequence[tuple[int, int, int]]) -> None:
        """``starts`` are (memory, window, length): each sees the first ``length`` positions of a window.

        They come memory by memory.
        """
        self.parts: list[Continued] = []
        for number, memory in enumerate(memories):
            own = [(row, length) for of, row, length in starts if of == number]
            if own:
                rows, lengths = (torch.tensor(numbers) for numbers in zip(*own, strict=True))
                self.parts.append(Continued(memory, rows, lengths))

    @property
    def sizes(self) -> list[int]:
        """How many continuations the windows of each memory have."""
        return [len(part.rows) for part in self.parts]

    def begin(self, asked: int) -> None:
        """Have room for a pass over as many tokens of each; those of the pass before are known from now on."""
        for part in self.parts:
            part.begin(asked)

    def keep(self, chosen: Sequence[int]) -> None:
        """Go on with these continuations only; their order stays."""
        parts, begin = [], 0
        for part in self.parts:
            size = len(part.rows)
            stay = [number - begin for number in chosen if begin <= number < begin + size]
            begin += size
            if stay:
                parts.append(part if len(stay) == size else part.kept(torch.tensor(stay)))
        self.parts = parts

    def remembered(self) -> list[Memory]:
        """Memories in which the continuations, as they stand, are windows themselves; their order stays."""
        return [part.remembered() for part in self.parts]

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """T more tokens of each: query (R, G, N * T, D), key (R, G, D, T), value (R, G, T, D) -> (R, G, N * T, D)."""
        sizes = self.sizes
        pieces = zip(self.parts, query.split(sizes), key.split(sizes), value.split(sizes), strict=True)
        found = [part.attend(layer, *piece) for part, *piece in pieces]
        return found[0] if len(found) == 1 else torch.cat(found)


class Continued:
    """The R continuations of one memory's windows: ``rows`` (R,) are their windows, ``lengths`` (R,) what they see.

    Their own keys and values lie in ``own``, at ``own_rows`` (R,) there: of ``before`` tokens that are known, and
    behind these those of a pass under way. What is given up stays there until there is no more room.
    """

    def __init__(self, memory: Memory, rows: Tensor, lengths: Tensor) -> None:
        self.memory, self.rows, self.lengths = memory, rows, lengths
        self.own, self.own_rows, self.before = Memory(), torch.arange(len(rows)), 0
        self._asked = 0

    def kept(self, index: Tensor) -> Continued:
        """These of the continuations."""
        found = Continued(self.memory, self.rows[index], self.lengths[index])
        found.own, found.own_rows, found.before, found._asked = self.own, self.own_rows[index], self.before, self._asked
        return found

    def begin(self, asked: int) -> None:
        """Have room for a pass over as many tokens of each; those of the pass before are known."""
        self.before += self._asked
        self._asked = asked
        if self.own.values and self.before + asked > self.own.values[0].shape[2]:
            room, fresh = max(2 * self.before, self.before + asked), Memory()
            for keys, values in zip(self.own.keys, self.own.values, strict=True):
                fresh.keys.append(_with_room(keys, self.own_rows, 3, self.before, room))
                fresh.values.append(_with_room(values, self.own_rows, 2, self.before, room))
            self.own, self.own_rows = fresh, torch.arange(len(self.rows))

    @property
    def extent(self) -> tuple[int, int]:
        """How many rows, and positions of each, there are in ``own``."""
        if self.own.values:
            return self.own.values[0].shape[0], self.own.values[0].shape[2]
        return len(self.rows), self.before + self._asked

    def room(self, layer: int, groups: int, width: int, kind: torch.dtype) -> tuple[Tensor, Tensor]:
        """Keys (.., G, D, t) and values (.., G, t, D) of a layer, of which ``own_rows`` are these continuations'."""
        if len(self.own.keys) == layer:
            rows, room = self.extent
            self.own.keys.append(torch.empty(rows, groups, width, room, dtype=kind))
            self.own.values.append(torch.empty(rows, groups, room, width, dtype=kind))
        return self.own.keys[layer], self.own.values[layer]

    def remembered(self) -> Memory:
        """A memory in which they are windows themselves."""
        found, known = Memory(), self.before + self._asked
        for layer in range(len(self.own.keys)):
            keys, values = self.own.keys[layer][self.own_rows], self.own.values[layer][self.own_rows]
            found.keys.append(self._joined(self.memory.keys[layer], keys[..., :known], 3))
            found.values.append(self._joined(self.memory.values[layer], values[:, :, :known], 2))
        return found

    def _joined(self, held: Tensor, own: Tensor, along: int) -> Tensor:
        """What is held for each continuation's window with its own behind what it sees; positions lie ``along``."""
        shape = list(own.shape)
        shape[along] = rounded_up(int(self.lengths.max()) + own.shape[along])
        whole = held.new_zeros(shape)
        seen = min(shape[along], held.shape[along])
        whole.narrow(along, 0, seen).copy_(held.narrow(along, 0, seen)[self.rows])
        for row, length in enumerate(self.lengths.tolist()):
            whole[row].narrow(along - 1, length, own.shape[along]).copy_(own[row])
        return whole

    @cached_property
    def _grid(self) -> _Grid:
        return _Grid(self.rows, self.lengths, self.memory.values[0].dtype)

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """T more tokens of each, as :meth:`Continuations.attend` says."""
        keys, values = self.room(layer, key.shape[1], key.shape[2], key.dtype)
        known = self.before + self._asked
        keys[self.own_rows, :, :, self.before : known] = key
        values[self.own_rows, :, self.before : known] = value
        own_keys, own_values = keys[self.own_rows][..., :known], values[self.own_rows][:, :, :known]
        grid = self._grid
        held_keys = self.memory.keys[layer][grid.windows][..., : grid.span]
        held_values = self.memory.values[layer][grid.windows][:, :, : grid.span]
        shared = grid.times(query, held_keys) + grid.hidden
        own = torch.matmul(query, own_keys)
        asked, held = key.shape[3], own_keys.shape[3]
        if asked > 1:
            later = torch.full((asked, held), float("-inf"), dtype=own.dtype).triu(held - asked + 1)
            own = (own.view(*own.shape[:2], -1, asked, held) + later).view(own.shape)
        weights = torch.softmax(torch.cat([shared, own], dim=-1), dim=-1)
        return grid.times(weights[..., : grid.span], held_values) + torch.matmul(weights[..., grid.span :], own_values)


def _with_room(own: Tensor, rows: Tensor, along: int, known: int, room: int) -> Tensor:
    """Some rows of a tensor, so far as they are known, with room for more positions, which lie ``along``."""
    shape = [len(rows), *own.shape[1:]]
    shape[along] = room
    found = own.new_empty(shape)
    found.narrow(along, 0, known).copy_(own.narrow(along, 0, known)[rows])
    return found


class _Grid:
    """Continuations laid out as a grid, a row for each window, so that one product serves all of a window."""

    def __init__(self, rows: Tensor, lengths: Tensor, kind: torch.dtype) -> None:
        windows, self._row, counts = rows.unique(return_inverse=True, return_counts=True)  # rows come in order
        self._slot = torch.arange(len(rows)) - (counts.cumsum(0) - counts)[self._row]
        self._shape = (len(windows), int(counts.max()))  # windows B', continuations of one window
        self.span = rounded_up(int(lengths.max()))  # positions S' that are looked at
        # A run of windows is not copied to be looked at.
        whole = len(windows) == int(windows[-1] - windows[0]) + 1
        self.windows = slice(int(windows[0]), int(windows[-1]) + 1) if whole else windows
        unseen = torch.arange(self.span)[None, :] >= lengths[:, None]
        zeros = torch.zeros(unseen.shape, dtype=kind)
        # (R, 1, 1, S') -inf where a continuation must not look
        self.hidden = zeros.masked_fill(unseen, float("-inf"))[:, None, None, :]

    def times(self, rows: Tensor, held: Tensor) -> Tensor:
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
    """Attend causally: query (B, H, T, D), key (B, G, D, T), value (B, G, T, D) -> (B, T, H, D).

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
        asked = end - begin
        scores = torch.matmul(query[:, :, begin:end].reshape(batch, groups, rows * asked, width), key[..., :end])
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
    """The same as transformers calls it, with keys (B, G, T, D)."""
    turned = key.transpose(-1, -2).contiguous()
    return attend(int(getattr(module, "layer_idx", 0)), query, turned, value, memory, scaling), None


def register() -> str:
    """Make the attention known to transformers; return the name to pass as ``attn_implementation``."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, grouped_causal_attention)
    return NAME
