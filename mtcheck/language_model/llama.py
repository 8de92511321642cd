"""A Llama-shaped model, read forwards only, with no more around it than that takes.

The same sums as transformers' LlamaForCausalLM, which takes longer to import than a short draft takes to check.
Matrices that read the same input are one, so that a layer has four products.

Letters in shapes: N tokens of B sequences, T positions, C width, H heads, G key heads, D width of a head, F inner
width, V tokens.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from mtcheck.language_model.attention import Held, attend
from mtcheck.language_model.eight_bits import EightBits, rounded
from mtcheck.language_model.vocabulary import logprobs

_PLAIN = {"model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False, "pretraining_tp": 1}
_WIDTH_OF_ANGLES = torch.float32
_MATRICES = ("head", "asked", "mixed", "inner", "outer")
ROWS = 512
"""Tokens that go through an inner layer at once: what it computes is still in the processor's cache when it is read."""


def rotary_base(config: Mapping[str, Any]) -> float | None:
    """The base of the rotary angles, where positions are not scaled in some way; else None."""
    rotary = config.get("rope_parameters") or {}
    if config.get("rope_scaling") or rotary.get("rope_type", "default") != "default":
        return None
    return float(rotary.get("rope_theta") or config.get("rope_theta") or 10000.0)


def is_plain(config: Mapping[str, Any]) -> bool:
    """Whether a model's configuration asks for nothing that :class:`Llama` does not do."""
    usual = all(config.get(name, value) == value for name, value in _PLAIN.items())
    return usual and config.get("model_type") == "llama" and rotary_base(config) is not None


def parts(weights: MutableMapping[str, Tensor], config: Mapping[str, Any]) -> dict[str, Tensor]:
    """A network's tensors as :class:`Llama` takes them, out of those that transformers names; these are used up.

    They are ``embeddings``, ``last``, ``head`` unless it is the embeddings, and of each layer, behind its number,
    ``before_attention``, ``asked``, ``mixed``, ``before_inner``, ``inner`` and ``outer``.

    Raises:
        KeyError: One that the configuration asks for is missing.
    """
    found = {"embeddings": weights.pop("model.embed_tokens.weight"), "last": weights.pop("model.norm.weight")}
    head = weights.pop("lm_head.weight", None)
    if head is not None and not config.get("tie_word_embeddings"):
        found["head"] = head
    for number in range(int(config["num_hidden_layers"])):
        for name, sources in (
            ("before_attention", ("input_layernorm",)),
            ("asked", ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")),
            ("mixed", ("self_attn.o_proj",)),
            ("before_inner", ("post_attention_layernorm",)),
            ("inner", ("mlp.gate_proj", "mlp.up_proj")),
            ("outer", ("mlp.down_proj",)),
        ):
            tensors = [weights.pop(f"model.layers.{number}.{source}.weight") for source in sources]
            found[f"{number}.{name}"] = tensors[0] if len(tensors) == 1 else torch.cat(tensors)
    return found


def in_eight_bits(found: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A network's tensors with its matrices rounded to 8 bits, each with its ``.scale`` beside it."""
    result: dict[str, Tensor] = {}
    for name, tensor in found.items():
        if name.rpartition(".")[2] in _MATRICES:
            result[name], result[f"{name}.scale"] = rounded(tensor)
        else:
            result[name] = tensor
    return result


class Gated(nn.Module):
    """The inner layer: half of what it computes opens or shuts the other half."""

    def __init__(self, inner: nn.Module, outer: nn.Module) -> None:
        super().__init__()
        self.inner, self.outer = inner, outer

    def forward(self, states: Tensor) -> Tensor:
        """(rows, C) -> (rows, C)."""
        gate, up = self.inner(states).chunk(2, dim=-1)  # (rows, F) each
        found: Tensor = self.outer(functional.silu(gate).mul_(up))
        return found


@dataclass(frozen=True, slots=True)
class Rotary:
    """The angles by which positions turn queries and keys; ``frequencies`` (D / 2,) in radians a position."""

    frequencies: Tensor

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Rotary:
        """Those of a plain Llama's configuration."""
        width = int(config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"])
        powers = torch.arange(0, width, 2, dtype=torch.int64).to(_WIDTH_OF_ANGLES) / width
        return cls(1.0 / (float(rotary_base(config) or 0.0) ** powers))

    def turns(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Cosines and sines (..., D) of positions (...), each angle for both halves of a head."""
        angles = positions[..., None].to(_WIDTH_OF_ANGLES) * self.frequencies
        angles = torch.cat([angles, angles], dim=-1)
        return angles.cos(), angles.sin()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where N tokens are in B sequences of T positions, some of which are filled up: attention alone sees the filling.

    ``places`` (N,) are their positions, counted through all sequences; cosine and sine are (B or 1, T, 1, D).
    """

    shape: tuple[int, int]
    places: Tensor
    cosine: Tensor
    sine: Tensor

    def spread(self, rows: Tensor) -> Tensor:
        """(N, X) -> (B, T, X), zeros where no token is."""
        batch, length = self.shape
        if len(rows) == batch * length:
            return rows.view(batch, length, -1)
        return rows.new_zeros(batch * length, rows.shape[1]).index_copy_(0, self.places, rows).view(batch, length, -1)

    def gather(self, grid: Tensor) -> Tensor:
        """(B, T, X) -> (N, X)."""
        rows = grid.flatten(0, 1)
        return rows if len(self.places) == len(rows) else rows[self.places]


class Layer(nn.Module):
    """One layer: attention and a gated inner layer, each on the normalised input and added to it."""

    def __init__(self, found: Mapping[str, Tensor], number: int, heads: int, groups: int, epsilon: float) -> None:
        super().__init__()
        self.number, self.heads, self.groups, self.epsilon = number, heads, groups, epsilon
        self.before_attention = found[f"{number}.before_attention"]
        self.before_inner = found[f"{number}.before_inner"]
        self.asked = _linear(found, f"{number}.asked")
        self.mixed = _linear(found, f"{number}.mixed")
        self.gated = Gated(_linear(found, f"{number}.inner"), _linear(found, f"{number}.outer"))

    def forward(self, states: Tensor, frame: Frame, memory: Held | None) -> Tensor:
        """(N, C) -> (N, C)."""
        asked = [self.asked(normalised(rows, self.before_attention, self.epsilon)) for rows in states.split(ROWS)]
        parts = frame.spread(torch.cat(asked)).unflatten(2, (self.heads + 2 * self.groups, -1))  # (B, T, H + 2 G, D)
        turned = rotated(parts[:, :, : -self.groups], frame.cosine, frame.sine)
        query = turned[:, :, : self.heads].transpose(1, 2)  # (B, H, T, D)
        key = turned[:, :, self.heads :].permute(0, 2, 3, 1).contiguous()  # (B, G, D, T)
        value = parts[:, :, -self.groups :].transpose(1, 2).contiguous()  # (B, G, T, D)
        mixed = frame.gather(attend(self.number, query, key, value, memory).flatten(2))
        found = []
        for rows, change in zip(states.split(ROWS), mixed.split(ROWS), strict=True):
            changed = rows + self.mixed(change)
            found.append(changed + self.gated(normalised(changed, self.before_inner, self.epsilon)))
        return torch.cat(found)


class Llama(nn.Module):
    """All layers, between the tokens' embeddings and the scores over the vocabulary."""

    def __init__(self, config: Mapping[str, Any], found: Mapping[str, Tensor]) -> None:
        """``found`` are tensors as :func:`parts` or :func:`in_eight_bits` gives them; states are as wide as ``last``.

        Raises:
            KeyError: One that the configuration asks for is missing.
        """
        super().__init__()
        heads = int(config["num_attention_heads"])
        groups, epsilon = int(config.get("num_key_value_heads") or heads), float(config["rms_norm_eps"])
        self.epsilon = epsilon
        self.embeddings = found["embeddings"]  # (V, C)
        self.head = _linear(found, "head" if "head" in found else "embeddings")
        self.last = found["last"]
        self.layers = nn.ModuleList(
            Layer(found, number, heads, groups, epsilon) for number in range(int(config["num_hidden_layers"]))
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
        numbers = torch.arange(length)[None, :] if positions is None else positions
        kind = self.last.dtype
        cosine, sine = (turn[:, :, None].to(kind) for turn in self.rotary.turns(numbers))
        real = torch.arange(length) < torch.tensor(lengths or [length] * batch)[:, None]
        frame = Frame((batch, length), real.flatten().nonzero()[:, 0], cosine, sine)
        states = functional.embedding(frame.gather(ids[..., None])[:, 0], self.embeddings).to(kind)
        for layer in self.layers:
            states = layer(states, frame, memory)
        return frame.spread(normalised(states, self.last, self.epsilon))

    def scores(self, states: Tensor) -> Tensor:
        """Scores (rows, V) of hidden states (rows, C)."""
        found: Tensor = self.head(states)
        return found

    def logprobs(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens and their log-probabilities, as :func:`mtcheck.language_model.vocabulary.logprobs` gives them."""
        return logprobs(self.scores, states, wanted, alternatives)


def normalised(states: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Root mean square normalisation, its sums in fp32: Zhang and Sennrich 2019, arXiv 1910.07467."""
    wide = states.float()
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)
    return weight * wide.to(states.dtype)


def rotated(states: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary position embedding (B, T, H, D): Su et al. 2021, arXiv 2104.09864, the halves of a head as its pairs."""
    left, right = states.chunk(2, dim=-1)
    found = states * cosine
    halves = found.chunk(2, dim=-1)
    halves[0].addcmul_(right, sine[..., : right.shape[-1]], value=-1.0)
    halves[1].addcmul_(left, sine[..., right.shape[-1] :])
    return found


def _linear(found: Mapping[str, Tensor], name: str) -> nn.Module:
    weight, scale = found[name], found.get(f"{name}.scale")
    if scale is not None:
        return EightBits(weight, scale)
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    layer.weight = nn.Parameter(weight, requires_grad=False)
    return layer
