"""Rotates the inner axes of a Llama-shaped network so that no channel stands out, for little is lost then in 8 bits.

A few channels of a language model's hidden states are many times as large as the others, and by them all would be
scaled. What it computes stays the same if its states are rotated and every matrix that reads or writes them is rotated
back; no step of a pass is added. After QuaRot (Ashkboos et al. 2024, arXiv 2404.00456), with cosines for Hadamard's
matrices: they are there for every width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, MutableMapping
from typing import Any

import torch
from torch import Tensor


def cosines(width: int) -> Tensor:
    """The orthonormal cosine transform (width, width), fp32; each of its rows spreads one channel over all others."""
    numbers = torch.arange(width, dtype=torch.float64)
    found = torch.cos(math.pi / width * (numbers[None, :] + 0.5) * numbers[:, None]) * math.sqrt(2.0 / width)
    found[0] *= math.sqrt(0.5)
    return found.float()


def rotate(weights: MutableMapping[str, Tensor], config: Mapping[str, Any], readers: Tensor) -> Tensor:
    """Rotate weights, named as transformers names them; what they are multiplied by in norms goes into matrices.

    Args:
        weights: changed in place; fp32.
        config: that of a plain Llama (:func:`mtcheck.language_model.llama.is_plain`).
        readers: rows (n, C) that read the last hidden states.

    Returns:
        The same readers of the rotated states.
    """
    heads = int(config["num_attention_heads"])
    head_width = int(config.get("head_dim") or config["hidden_size"] // heads)
    turn, turn_head = cosines(int(config["hidden_size"])), cosines(head_width)
    last = weights["model.norm.weight"]
    head = weights.get("lm_head.weight")
    tied = head is None or bool(config.get("tie_word_embeddings"))
    head = weights["model.embed_tokens.weight"] if head is None or tied else head
    weights["lm_head.weight"] = (head * last) @ turn
    weights["model.embed_tokens.weight"] = weights["model.embed_tokens.weight"] @ turn
    weights["model.norm.weight"] = torch.ones_like(last)
    for number in range(int(config["num_hidden_layers"])):
        layer = f"model.layers.{number}."
        for norm, names in (
            ("input_layernorm", ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj")),
            ("post_attention_layernorm", ("mlp.gate_proj", "mlp.up_proj")),
        ):
            by = weights[f"{layer}{norm}.weight"]
            for name in names:
                weights[f"{layer}{name}.weight"] = (weights[f"{layer}{name}.weight"] * by) @ turn
            weights[f"{layer}{norm}.weight"] = torch.ones_like(by)
        value = weights[f"{layer}self_attn.v_proj.weight"]  # (G D, C)
        weights[f"{layer}self_attn.v_proj.weight"] = (turn_head @ value.unflatten(0, (-1, head_width))).flatten(0, 1)
        mixed = weights[f"{layer}self_attn.o_proj.weight"].unflatten(1, (heads, head_width))  # (C, H, D)
        weights[f"{layer}self_attn.o_proj.weight"] = turn.T @ (mixed @ turn_head.T).flatten(1)
        weights[f"{layer}mlp.down_proj.weight"] = turn.T @ weights[f"{layer}mlp.down_proj.weight"]
    return (readers * last) @ turn
