"""Packed layers give the same products as those they are made of."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from mtcheck.language_model.llama import Gated
from mtcheck.language_model.packed import Packed, PackedGated, can_pack, pack

pytestmark = pytest.mark.skipif(not can_pack(torch.float32), reason="this torch has no packed products")


@torch.inference_mode()
@pytest.mark.parametrize("kind", [torch.float32, torch.bfloat16])
def test_products_are_those_of_the_layer(kind: torch.dtype) -> None:
    if not can_pack(kind):
        pytest.skip("this processor has no such products")
    torch.manual_seed(3)
    layer = nn.Linear(48, 32).to(kind)
    states = torch.randn(2, 5, 48).to(kind)
    torch.testing.assert_close(Packed(layer.weight, layer.bias)(states), layer(states))


@torch.inference_mode()
def test_a_gated_layer_gives_the_same_in_its_halves() -> None:
    torch.manual_seed(3)
    inner, outer = nn.Linear(48, 64, bias=False), nn.Linear(32, 48, bias=False)
    states = torch.randn(7, 48)
    torch.testing.assert_close(PackedGated(inner, outer)(states), Gated(inner, outer)(states))


@torch.inference_mode()
def test_all_layers_of_a_network_are_packed() -> None:
    torch.manual_seed(3)
    inner = Gated(nn.Linear(48, 64, bias=False), nn.Linear(32, 48, bias=False))
    network = nn.Sequential(nn.Linear(8, 48), nn.ModuleDict({"inner": inner, "out": nn.Linear(48, 4)}))
    pack(network)
    assert not any(isinstance(module, (nn.Linear, Gated)) for module in network.modules())
