"""The network of ``llama.py`` in 8 bits, compiled (``kernels``): three calls a layer.

States are fp32 and changed in place; what goes into a product is rounded where it is made. Sums of whole numbers are
exact and each row is computed by itself, so a token's states do not depend on what else is in the batch.

Letters in shapes as there: N tokens of B sequences, T positions, C width, H heads, G key heads, D width of a head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from mtcheck.language_model.attention import Continuations, Continued, Held, Memory, rounded_up
from mtcheck.language_model.kernels import Asking, Kernels, Matrix, Pair, Places, Rounded, in_panels
from mtcheck.language_model.llama import Rotary, normalised


def laid_out(found: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A network's tensors, as ``llama.in_eight_bits`` gives them, its matrices laid out as the kernels read them."""
    return {name: in_panels(tensor) if tensor.dtype == torch.int8 else tensor for name, tensor in found.items()}


@dataclass(frozen=True, slots=True)
class Stretch:
    """The rows ``some`` of a pass that are read from the start, or go on in one memory's windows."""

    some: slice
    places: Places
    asking: Asking
    continued: Continued | None

    def own(self, layer: int, groups: int, width: int) -> Pair:
        """Where its rows' keys and values go."""
        if self.continued is not None:
            return self.continued.room(layer, groups, width, torch.float32)
        count, span = self.asking.count, self.asking.span
        return torch.empty(count, groups, width, span), torch.empty(count, groups, span, width)


class FusedLayer(nn.Module):
    """One layer; it leaves its states behind as the next one's products take them."""

    def __init__(self, found: Mapping[str, Tensor], number: int, groups: int, epsilon: float, kernels: Kernels) -> None:
        super().__init__()
        self.number, self.groups, self.epsilon, self.kernels = number, groups, epsilon, kernels
        names = ("asked", "mixed", "inner", "outer")
        matrices = [Matrix(found[f"{number}.{name}"], found[f"{number}.{name}.scale"]) for name in names]
        self.asked, self.matrices = matrices[0], (matrices[1], matrices[2], matrices[3])

    def forward(
        self, states: Tensor, rounded: Rounded, stretches: Sequence[Stretch], angles: Pair, memory: Held | None
    ) -> Rounded:
        """Change states (N, C) in place; they come normalised and rounded, too, and are given back so."""
        found = []
        for stretch in stretches:
            own = keys, values = stretch.own(self.number, self.groups, angles[0].shape[1])
            rows = Rounded(rounded.whole[stretch.some], rounded.scale[stretch.some])
            query = self.kernels.ask(rows, self.asked, stretch.places, angles, keys, values)
            if stretch.continued is not None:
                held = stretch.continued.memory.keys[self.number], stretch.continued.memory.values[self.number]
                found.append(self.kernels.attend(query, stretch.asking, held, own))
                continue
            found.append(self.kernels.attend(query, stretch.asking, own))
            if isinstance(memory, Memory):
                memory.keys.append(keys)
                memory.values.append(values)
        mixed = found[0] if len(found) == 1 else torch.cat(found)  # (N, H, D)
        return self.kernels.go_on(states, mixed.flatten(1), self.matrices, self.epsilon)


class FusedLlama(nn.Module):
    """All layers, between the tokens' embeddings and the probabilities over the vocabulary."""

    def __init__(self, config: Mapping[str, Any], found: Mapping[str, Tensor], kernels: Kernels) -> None:
        """``found`` are tensors as :func:`laid_out` gives them, those of norms ones (``rotation.py``).

        Raises:
            KeyError: One that the configuration asks for is missing.
        """
        super().__init__()
        heads, epsilon = int(config["num_attention_heads"]), float(config["rms_norm_eps"])
        groups = int(config.get("num_key_value_heads") or heads)
        self.epsilon, self.kernels = epsilon, kernels
        self.embeddings, self.last = found["embeddings"], found["last"].float()
        self.head = Matrix(found["head"], found["head.scale"])
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
        sizes = torch.tensor(lengths or [length] * batch)
        real = torch.arange(length) < sizes[:, None]  # (B, T)
        rows, at = real.nonzero().t().contiguous()  # (N,) each
        turns = at if positions is None else positions[real]
        angles = self.rotary.turns(torch.arange(int(turns.max()) + 1))
        stretches = _stretches(memory, length, rows, at, turns, len(angles[0]), sizes)
        states = functional.embedding(ids[real], self.embeddings).float()
        rounded = self.kernels.normalise(states, self.epsilon)
        for layer in self.layers:
            rounded = layer(states, rounded, stretches, angles, memory)
        found = states.new_zeros(batch, length, states.shape[1])
        found[real] = normalised(states, self.last, self.epsilon)
        return found

    def logprobs(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens and their log-probabilities, as :func:`mtcheck.language_model.vocabulary.logprobs` gives them."""
        return self.kernels.judge(self.kernels.round_rows(states), self.head, wanted, alternatives)


def _stretches(
    memory: Held | None, length: int, rows: Tensor, at: Tensor, turns: Tensor, angles: int, sizes: Tensor
) -> list[Stretch]:
    """The stretches of a pass: N rows at positions ``at`` of sequences ``rows``, which have ``sizes`` (B,) of them."""
    firsts = sizes.cumsum(0) - sizes
    if not isinstance(memory, Continuations):
        batch, span = len(sizes), rounded_up(length)
        places = Places(rows * span + at, batch * span, turns, angles)
        nothing = torch.zeros_like(sizes)
        asking = Asking(len(rows), length, firsts, sizes, batch, span, torch.arange(batch), nothing)
        return [Stretch(slice(None), places, asking, None)]
    found, begin = [], 0
    for part in memory.parts:
        end = begin + len(part.rows)
        first, last = int(firsts[begin]), int(firsts[end - 1] + sizes[end - 1])
        count, room = part.extent
        places = Places(
            part.own_rows[rows[first:last] - begin] * room + part.before + at[first:last],
            count * room,
            turns[first:last],
            angles,
        )
        windows, _, span, _ = part.memory.values[0].shape
        asking = Asking(
            *(last - first, length, firsts[begin:end] - first, sizes[begin:end]),
            *(windows, span, part.rows, part.lengths),
            *(part.own_rows, count, room, part.before),
        )
        found.append(Stretch(slice(first, last), places, asking, part))
        begin = end
    return found
