"""A rotated network says the same, and no channel of its states stands out."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor
from transformers import LlamaConfig, LlamaForCausalLM

from mtcheck.language_model.eight_bits import rounded
from mtcheck.language_model.llama import Llama, in_eight_bits, parts
from mtcheck.language_model.rotation import cosines, rotate

IDS = torch.arange(3, 40)[None, :]


def config(tied: bool) -> dict[str, Any]:
    found: dict[str, Any] = LlamaConfig(
        vocab_size=64,
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=2,
        num_attention_heads=6,
        num_key_value_heads=2,
        tie_word_embeddings=tied,
    ).to_dict()
    return found


def weights_of(settings: dict[str, Any]) -> dict[str, Tensor]:
    """Random weights, norms among them; one channel is a hundred times as large as the others, as in real models."""
    torch.manual_seed(5)
    model = LlamaForCausalLM(LlamaConfig(**settings))
    weights = {name: tensor.detach().clone() for name, tensor in model.state_dict().items()}
    for name, tensor in weights.items():
        if tensor.dim() == 1:
            weights[name] = 0.5 + torch.rand(len(tensor))
    weights["model.embed_tokens.weight"][:, 7] *= 100.0
    if settings["tie_word_embeddings"]:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    return weights


@pytest.mark.parametrize("width", [2, 9, 48, 64, 576])
def test_the_transform_is_orthonormal(width: int) -> None:
    torch.testing.assert_close(cosines(width) @ cosines(width).T, torch.eye(width), atol=1e-5, rtol=0)


@pytest.mark.parametrize("tied", [True, False])
@torch.inference_mode()
def test_a_rotated_network_gives_the_same_scores_and_readings(tied: bool) -> None:
    settings = config(tied)
    plain = Llama(settings, parts(weights_of(settings), settings))
    readers = torch.randn(2, 48)
    turned = weights_of(settings)
    turned_readers = rotate(turned, settings, readers)
    rotated = Llama(settings, parts(turned, {**settings, "tie_word_embeddings": False}))
    before, after = plain.hidden(IDS)[0], rotated.hidden(IDS)[0]
    torch.testing.assert_close(rotated.scores(after), plain.scores(before), atol=2e-3, rtol=1e-4)
    torch.testing.assert_close(after @ turned_readers.T, before @ readers.T, atol=1e-3, rtol=1e-4)


@torch.inference_mode()
def test_a_rotated_network_loses_less_in_8_bits() -> None:
    settings = {**config(False)}
    exact = Llama(settings, parts(weights_of(settings), settings))
    wanted = exact.scores(exact.hidden(IDS)[0])

    def error(weights: dict[str, Tensor]) -> float:
        network = Llama(settings, in_eight_bits(parts(weights, settings)))
        return float((network.scores(network.hidden(IDS)[0]) - wanted).norm() / wanted.norm())

    turned = weights_of(settings)
    rotate(turned, settings, torch.zeros(1, 48))
    assert error(turned) < 0.7 * error(weights_of(settings))


def test_a_matrix_in_8_bits_is_near_what_it_was() -> None:
    torch.manual_seed(1)
    matrix = torch.randn(6, 40)
    whole, scale = rounded(matrix)
    assert whole.dtype == torch.int8
    assert ((whole * scale[:, None]) - matrix).abs().max() <= 0.51 * scale.max()
