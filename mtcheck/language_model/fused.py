"""The network of ``llama.py`` in 8 bits, with its steps between the products compiled (``fused.c``).

States are fp32 and stay in place; what goes into a product is rounded where it is made. Sums of whole numbers are exact
and each row is computed by itself, so a token's states do not depend on what else is in the batch.

Letters in shapes as there: N tokens of B sequences, T positions, C width, H heads, G key heads, D width of a head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from mtcheck.language_model.attention import Continuations, Held, rounded_up
from mtcheck.language_model.eight_bits import EightBits
from mtcheck.language_model.kernels import Kernels
from mtcheck.language_model.llama import Rotary, normalised
from mtcheck.language_model.vocabulary import HEAD_ROWS

ROWS = 256
"""Tokens that go through the steps behind attention at once: they are still in the processor's cache."""

Rounded = tuple[Tensor, Tensor]
"""Rows of whole numbers (N, C) and their scales (N,)."""


@dataclass(frozen=True, slots=True)
class Sequences:
    """Where N tokens are in B sequences of T positions.

    ``places`` (N,) are their positions, counted through all sequences, ``angles`` cosines and sines, (T, D) or (B T, D)
    each; ``firsts`` and ``lengths`` (B,) say which tokens are whose.
    """

    shape: tuple[int, int]
    places: Tensor
    angles: tuple[Tensor, Tensor]
    firsts: Tensor
    lengths: Tensor


class FusedLayer(nn.Module):
    """One layer; it leaves its states behind as the next one's products take them."""

    def __init__(self, found: Mapping[str, Tensor], number: int, groups: int, epsilon: float, kernels: Kernels) -> None:
        super().__init__()
        self.number, self.groups, self.epsilon, self.kernels = number, groups, epsilon, kernels
        names = ("asked", "mixed", "inner", "outer")
        matrices = (EightBits(found[f"{number}.{name}"], found[f"{number}.{name}.scale"]) for name in names)
        self.asked, self.mixed, self.inner, self.outer = matrices

    def forward(self, states: Tensor, rounded: Rounded, sequences: Sequences, memory: Held | None) -> Rounded:
        """Change states (N, C) in place; they come normalised and rounded, too, and are given back so."""
        kernels = self.kernels
        product, rows = self._product(self.asked, rounded)
        query, keys, values = kernels.heads(
            product, rows, self.asked.scale, sequences.places, sequences.shape, sequences.angles, self.groups
        )
        mixed = self._attend(query, keys, values, sequences, memory).flatten(1)  # (N, H D)
        left: list[Rounded] = []
        for part, change in zip(states.split(ROWS), mixed.split(ROWS), strict=True):
            product, rows = self._product(self.mixed, kernels.round_rows(change))
            ready = kernels.add_and_normalise(part, product, rows, self.mixed.scale, self.epsilon)
            product, rows = self._product(self.inner, ready)
            product, rows = self._product(self.outer, kernels.open_and_round(product, rows, self.inner.scale))
            left.append(kernels.add_and_normalise(part, product, rows, self.outer.scale, self.epsilon))
        return torch.cat([whole for whole, _ in left]), torch.cat([scale for _, scale in left])

    def _product(self, matrix: EightBits, rounded: Rounded) -> Rounded:
        """Sums of whole numbers (N, X), and the scales of their rows."""
        whole, scale = rounded
        return torch._int_mm(whole, matrix.weight), scale

    def _attend(self, query: Tensor, keys: Tensor, values: Tensor, sequences: Sequences, memory: Held | None) -> Tensor:
        """(N, H, D) -> (N, H, D); keys (B, G, D, T), values (B, G, T, D)."""
        batch, length = sequences.shape
        if not isinstance(memory, Continuations):
            if memory is not None:
                memory.keys.append(keys)
                memory.values.append(values)
            whose = (sequences.firsts, sequences.lengths, torch.arange(batch), torch.zeros(batch, dtype=torch.int64))
            return self.kernels.attend(query, whose, length, (keys, values))
        found, begin = [], 0
        for part, size in zip(memory.parts, memory.sizes, strict=True):
            own = part.extend(self.number, keys[begin : begin + size], values[begin : begin + size])
            held = part.memory.keys[self.number], part.memory.values[self.number]
            firsts, lengths = sequences.firsts[begin : begin + size], sequences.lengths[begin : begin + size]
            first, last = int(firsts[0]), int(firsts[-1] + lengths[-1])
            whose = (firsts - first, lengths, part.rows, part.lengths)
            found.append(self.kernels.attend(query[first:last], whose, length, held, own))
            begin += size
        return torch.cat(found)


class FusedLlama(nn.Module):
    """All layers, between the tokens' embeddings and the scores over the vocabulary."""

    def __init__(self, config: Mapping[str, Any], found: Mapping[str, Tensor], kernels: Kernels) -> None:
        """``found`` are tensors as ``llama.in_eight_bits`` gives them, those of norms ones (``rotation.py``).

        Raises:
            KeyError: One that the configuration asks for is missing.
        """
        super().__init__()
        heads, epsilon = int(config["num_attention_heads"]), float(config["rms_norm_eps"])
        groups = int(config.get("num_key_value_heads") or heads)
        self.epsilon, self.kernels = epsilon, kernels
        self.embeddings, self.last = found["embeddings"], found["last"].float()
        self.head = EightBits(found["head"], found["head.scale"])
        self.layers = nn.ModuleList(
            FusedLayer(found, number, groups, epsilon, kernels) for number in range(int(config["num_hidden_layers"]))
        )
        self.rotary = Rotary.of(config)

    @property
    def module(self) -> nn.Module:
        """The module that holds all its layers."""
        return self

    def hidden(
        self,
        ids: Tensor,
        memory: Held | None = None,
        positions: Tensor | None = None,
        lengths: Sequence[int] | None = None,
    ) -> Tensor:
        """Last hidden states (B, T, C) of token ids (B, T); ``positions`` (B, T) count from 0 where none are given.

        Sequences are as long as ``lengths`` say, and what they are filled up with is not computed.
        """
        batch, length = ids.shape
        span = length if isinstance(memory, Continuations) else rounded_up(length)
        sizes = torch.tensor(lengths or [length] * batch)
        real = torch.arange(span) < sizes[:, None]  # (B, span)
        cosine, sine = self.rotary.turns(torch.arange(span) if positions is None else positions.flatten())
        sequences = Sequences(
            (batch, span), real.flatten().nonzero()[:, 0], (cosine, sine), sizes.cumsum(0) - sizes, sizes
        )
        states = functional.embedding(ids[real[:, :length]], self.embeddings).float()
        rounded = self.kernels.normalise(states, self.epsilon)
        for layer in self.layers:
            rounded = layer(states, rounded, sequences, memory)
        found = states.new_zeros(batch, length, states.shape[1])
        found[real[:, :length]] = normalised(states, self.last, self.epsilon)
        return found

    def logprobs(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens and their log-probabilities, as :func:`mtcheck.language_model.vocabulary.logprobs` gives them."""
        found = []
        for part, asked in zip(states.split(HEAD_ROWS), wanted.split(HEAD_ROWS), strict=True):
            whole, rows = self.kernels.round_rows(part.contiguous())
            product = torch._int_mm(whole, self.head.weight)
            found.append(self.kernels.logprobs(product, rows, self.head.scale, asked.contiguous(), alternatives))
        return torch.cat([tokens for tokens, _ in found]), torch.cat([logprobs for _, logprobs in found])
