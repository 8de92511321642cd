"""Products in 8 bits are near those in full, and a token's do not depend on its neighbours."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mtcheck.language_model.eight_bits import EightBits, quantise

MANY = 133


@pytest.fixture
def layer() -> nn.Linear:
    torch.manual_seed(3)
    return nn.Linear(48, 32)


@torch.inference_mode()
def test_products_are_within_two_per_cent_of_the_exact_ones(layer: nn.Linear) -> None:
    states = torch.randn(MANY, 48)
    error = EightBits.of(layer)(states) - layer(states)
    assert error.norm() < 0.02 * layer(states).norm()


@torch.inference_mode()
def test_a_tokens_product_is_the_same_to_the_bit_whatever_stands_beside_it(layer: nn.Linear) -> None:
    states = torch.randn(2 * MANY + 1, 48).bfloat16()
    eight = EightBits.of(layer.bfloat16())
    together = eight(states)
    for row in (0, MANY - 1, MANY, 2 * MANY):
        assert torch.equal(eight(states[row : row + 1])[0], together[row])


@torch.inference_mode()
def test_the_shape_and_kind_of_the_input_are_kept(layer: nn.Linear) -> None:
    found = EightBits.of(layer)(torch.randn(2, 3, 48).bfloat16())
    assert found.shape == (2, 3, 32)
    assert found.dtype == torch.bfloat16


@torch.inference_mode()
def test_a_token_of_zeros_gives_the_bias(layer: nn.Linear) -> None:
    assert torch.equal(EightBits.of(layer)(torch.zeros(1, 48))[0], layer.bias)


@torch.inference_mode()
def test_one_large_token_does_not_blur_the_others(layer: nn.Linear) -> None:
    states = torch.cat([torch.randn(1, 48), 1e4 * torch.ones(1, 48)])
    error = (EightBits.of(layer)(states) - layer(states))[0]
    assert error.norm() < 0.02 * layer(states)[0].norm()


def test_all_linear_layers_of_a_network_are_held_in_8_bits(layer: nn.Linear) -> None:
    network = nn.Sequential(layer, nn.ReLU(), nn.Sequential(nn.Linear(32, 8, bias=False)))
    quantise(network)
    assert not any(isinstance(module, nn.Linear) for module in network.modules())
    assert sum(isinstance(module, EightBits) for module in network.modules()) == 2
