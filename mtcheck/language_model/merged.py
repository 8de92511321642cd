"""The merged network: base model and adapter in one, kept in the user's cache in the precision in which it computes.

A start maps its file and is done. The file is one of safetensors, and holds the tagger too.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from mtcheck.errors import ModelError
from mtcheck.language_model.fused import laid_out
from mtcheck.language_model.llama import in_eight_bits, parts
from mtcheck.language_model.lora import read_tensors
from mtcheck.language_model.networks import fitting, read_weights
from mtcheck.language_model.rotation import rotate
from mtcheck.merged_copies import make_room
from mtcheck.progress import silent
from mtcheck.ready_copy import ReadyCopy

FILE = "network.safetensors"
PANELS = "int8-panels"
KEPT = (PANELS, "int8", "bf16")
"""Precisions whose networks are kept; in fp32 they take half a gigabyte and are seldom asked for."""
MOST_SECONDS = 600.0
"""How long another process may take to make a network that this one needs, too."""
_TAGGER = "tagger."


@dataclass(frozen=True, slots=True)
class Merged:
    """A network's tensors as ``Llama`` takes them, and weight (1, C) and bias (1,) of its tagger."""

    parts: Mapping[str, Tensor]
    tagger: tuple[Tensor, Tensor]


def merged_network(
    base: Path, adapter: Path, config: Mapping[str, Any], precision: str, copy: ReadyCopy | None
) -> Merged:
    """The network of a plain Llama and an adapter: the copy where there is one, else made, and kept if it can be.

    ``precision`` may be ``PANELS``, too: 8 bits, with matrices laid out for the compiled kernels.

    Raises:
        ModelError: Base and adapter do not fit each other, or hold not what they should.
    """
    if copy is None or precision not in KEPT:
        return _merge(base, adapter, config, precision)
    if (found := _kept(copy)) is not None:
        return found
    made: Merged | None = None
    # A cache that cannot be written to costs time only, and what does not fit is told when it is merged once more.
    with contextlib.suppress(ModelError), copy.work(silent, MOST_SECONDS) as work:
        if _kept(copy) is None:  # no other process was quicker
            made = _merge(base, adapter, config, precision)
            _keep(copy, work, made, f"{base.name} with {adapter.name}, {precision}")
    return _kept(copy) or made or _merge(base, adapter, config, precision)


def fitting_tagger(adapter: Path, config: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    """Weight (1, C) and bias (1,) of an adapter's tagger, fp32.

    Raises:
        ModelError: They cannot be read, or are of another width than the network.
    """
    tensors = read_tensors(adapter / "tagger.safetensors")
    if not {"weight", "bias"} <= tensors.keys():
        raise ModelError(f"{adapter / 'tagger.safetensors'}: holds no weight and bias")
    if tensors["weight"].shape != (1, int(config["hidden_size"])):
        raise ModelError(f"{adapter}: the tagger does not fit the base model; it was made for another one")
    return tensors["weight"].float(), tensors["bias"].float()


@torch.inference_mode()
def _merge(base: Path, adapter: Path, config: Mapping[str, Any], precision: str) -> Merged:
    weight, bias = fitting_tagger(adapter, config)
    if precision not in ("int8", PANELS):
        weights = read_weights(base, torch.bfloat16 if precision == "bf16" else torch.float32, [adapter])
        with fitting(base):
            return Merged(parts(weights, config), (weight, bias))
    weights = read_weights(base, torch.float32, [adapter])
    with fitting(base):
        weight = rotate(weights, config, weight)
        found = in_eight_bits(parts(weights, {**config, "tie_word_embeddings": False}))
    found["embeddings"] = found["embeddings"].bfloat16()
    return Merged(laid_out(found) if precision == PANELS else found, (weight, bias))


def _kept(copy: ReadyCopy) -> Merged | None:
    """What a copy holds; None where it is not there, not whole or cannot be read."""
    if copy.load() is None:
        return None
    try:
        tensors = read_tensors(copy.ready / FILE)
        tagger = tensors.pop(f"{_TAGGER}weight"), tensors.pop(f"{_TAGGER}bias")
    except (ModelError, KeyError):
        return None
    return Merged(tensors, tagger)


def _keep(copy: ReadyCopy, work: Path, made: Merged, origin: str) -> None:
    folder = work / "ready"
    folder.mkdir()
    tagger = {f"{_TAGGER}weight": made.tagger[0], f"{_TAGGER}bias": made.tagger[1]}
    save_file({name: tensor.contiguous() for name, tensor in {**made.parts, **tagger}.items()}, folder / FILE)
    make_room(copy.folder.parent, copy.folder.name)
    copy.install(folder, name=copy.folder.name, sha256="", origin=origin, work=work)
