"""A Llama-shaped model, read forwards only, with no more around it than that takes.

The same sums as transformers' LlamaForCausalLM, which takes longer to import than a short draft takes to check.
Matrices that read the same input are one, so that a layer has four products.

Letters in shapes: B sequences, T positions, C width, H heads, G key heads, D width of a head, F inner width, V tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from mtcheck.language_model.attention import Memory, attend

_PLAIN = {"model_type": "llama", "hidden_act": "silu", "attention_bias": False, "mlp_bias": False, "pretraining_tp": 1}
_WIDTH_OF_ANGLES = torch.float32


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


class Layer(nn.Module):
    """One layer: attention and a gated inner layer, each on the normalised input and added to it."""

    def __init__(self, weights: Mapping[str, Tensor], number: int, heads: int, groups: int, epsilon: float) -> None:
        super().__init__()

        def matrix(*names: str) -> nn.Linear:
            return _linear(torch.cat([weights[f"model.layers.{number}.{name}_proj.weight"] for name in names]))

        self.number, self.heads, self.groups, self.epsilon = number, heads, groups, epsilon
        self.before_attention = weights[f"model.layers.{number}.input_layernorm.weight"]
        self.before_inner = weights[f"model.layers.{number}.post_attention_layernorm.weight"]
        self.asked = matrix("self_attn.q", "self_attn.k", "self_attn.v")
        self.mixed = matrix("self_attn.o")
        self.inner = matrix("mlp.gate", "mlp.up")
        self.outer = matrix("mlp.down")

    def forward(self, states: Tensor, cosine: Tensor, sine: Tensor, memory: Memory | None) -> Tensor:
        """(B, T, C) -> (B, T, C); cosine and sine are (B or 1, 1, T, D)."""
        batch, length, _ = states.shape
        asked = self.asked(normalised(states, self.before_attention, self.epsilon))
        parts = asked.view(batch, length, self.heads + 2 * self.groups, -1).transpose(1, 2)
        query, key, value = parts.split([self.heads, self.groups, self.groups], dim=1)  # (B, H or G, T, D)
        query, key = rotated(query, cosine, sine), rotated(key, cosine, sine)
        mixed = attend(self.number, query, key, value, memory)  # (B, T, H, D)
        states = states + self.mixed(mixed.reshape(batch, length, -1))
        gate, up = self.inner(normalised(states, self.before_inner, self.epsilon)).chunk(2, dim=-1)  # (B, T, F) each
        found: Tensor = states + self.outer(functional.silu(gate) * up)
        return found


class Llama(nn.Module):
    """All layers, between the tokens' embeddings and the scores over the vocabulary."""

    def __init__(self, config: Mapping[str, Any], weights: Mapping[str, Tensor]) -> None:
        """``weights`` are named as transformers names them.

        Raises:
            KeyError: One that the configuration asks for is missing.
        """
        super().__init__()
        heads = int(config["num_attention_heads"])
        groups, epsilon = int(config.get("num_key_value_heads") or heads), float(config["rms_norm_eps"])
        width = int(config.get("head_dim") or config["hidden_size"] // heads)
        self.epsilon = epsilon
        self.embeddings = weights["model.embed_tokens.weight"]  # (V, C)
        tied = bool(config.get("tie_word_embeddings")) or "lm_head.weight" not in weights
        self.head = _linear(self.embeddings if tied else weights["lm_head.weight"])
        self.last = weights["model.norm.weight"]
        self.layers = nn.ModuleList(
            Layer(weights, number, heads, groups, epsilon) for number in range(int(config["num_hidden_layers"]))
        )
        powers = torch.arange(0, width, 2, dtype=torch.int64).to(_WIDTH_OF_ANGLES) / width
        self.frequencies = 1.0 / (float(rotary_base(config) or 0.0) ** powers)  # (D / 2,)

    @property
    def module(self) -> nn.Module:
        """The module that holds all its layers."""
        return self

    def hidden(self, ids: Tensor, memory: Memory | None = None, positions: Tensor | None = None) -> Tensor:
        """Last hidden states (B, T, C) of token ids (B, T); ``positions`` (B, T) count from 0 where none are given."""
        places = torch.arange(ids.shape[1])[None, :] if positions is None else positions
        angles = places[:, None, :, None].to(_WIDTH_OF_ANGLES) * self.frequencies
        angles = torch.cat([angles, angles], dim=-1)
        states = functional.embedding(ids, self.embeddings)
        cosine, sine = angles.cos().to(states.dtype), angles.sin().to(states.dtype)
        for layer in self.layers:
            states = layer(states, cosine, sine, memory)
        return normalised(states, self.last, self.epsilon)

    def scores(self, states: Tensor) -> Tensor:
        """Scores (rows, V) of hidden states (rows, C)."""
        found: Tensor = self.head(states)
        return found


def normalised(states: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """Root mean square normalisation, its sums in fp32: Zhang and Sennrich 2019, arXiv 1910.07467."""
    wide = states.float()
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)
    return weight * wide.to(states.dtype)


def rotated(states: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary position embedding (B, H, T, D): Su et al. 2021, arXiv 2104.09864, the halves of a head as its pairs."""
    left, right = states.chunk(2, dim=-1)
    return states * cosine + torch.cat([-right, left], dim=-1) * sine


def _linear(weight: Tensor) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0], bias=False, device="meta")
    layer.weight = nn.Parameter(weight, requires_grad=False)
    return layer
