"""Load a base model, merge an adapter into it, and choose the arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from mtcheck.errors import ModelError
from mtcheck.language_model import kernels
from mtcheck.language_model.editing import EditingModel, Network
from mtcheck.language_model.eight_bits import quantise
from mtcheck.language_model.fused import FusedLlama
from mtcheck.language_model.llama import Llama
from mtcheck.language_model.lora import first_line
from mtcheck.language_model.merged import PANELS, fitting_tagger, merged_network
from mtcheck.language_model.networks import fitting, is_read_here, load_network, read_config
from mtcheck.language_model.packed import can_pack, pack
from mtcheck.ready_copy import ReadyCopy


def fastest_precision() -> str:
    """The arithmetic that this processor does fast: ``bf16``, ``int8`` or ``fp32``.

    8 bits are faster than bf16, but rank suggestions a little worse, so they are taken only where that is not there.
    """
    if _fast_bf16():
        return "bf16"
    return "int8" if torch.cpu._is_vnni_supported() else "fp32"


def _fast_bf16() -> bool:
    return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()


def load(
    base: Path, adapter: Path, precision: str = "auto", kept: Callable[[str], ReadyCopy] | None = None
) -> EditingModel:
    """Load the base model's folder with the adapter's merged.

    Args:
        base: the base model's folder.
        adapter: the adapter's folder.
        precision: ``int8`` (matrices of 8 bits, the rest as this processor does it fast), ``bf16``, ``fp32`` or
            ``auto``.
        kept: where the merged network is kept, by its precision; it is made there where it is not. By default it is
            made in memory.

    Raises:
        ModelError: A folder does not hold what it should.
    """
    chosen = fastest_precision() if precision == "auto" else precision
    kind = torch.bfloat16 if chosen == "bf16" or (chosen == "int8" and _fast_bf16()) else torch.float32
    config = read_config(base)
    network: Network
    if is_read_here(base, config):
        compiled = kernels.load() if chosen == "int8" and kernels.fit(config) else None
        layout = chosen if compiled is None else PANELS
        merged = merged_network(base, adapter, config, layout, kept(layout) if kept else None)
        tagger = merged.tagger
        with fitting(base):
            if compiled is not None:
                network = FusedLlama(config, merged.parts, compiled)
            else:
                network = Llama(config, _of_kind(merged.parts, kind))
    else:
        network, config = load_network(base, kind, [adapter])
        tagger = fitting_tagger(adapter, config)
        if chosen == "int8":
            quantise(network.module)
    if chosen != "int8" and can_pack(kind):
        pack(network.module)
    bos, sep = separators(config)
    return EditingModel(network, load_tokenizer(base), tagger, bos, sep, chosen)


def load_tokenizer(base: Path) -> Any:
    """The tokenizer of a model's folder, which reads the names of control tokens in a text as their letters.

    Raises:
        ModelError: It cannot be read.
    """
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    except Exception as error:  # the library raises plain exceptions
        raise ModelError(f"{base / 'tokenizer.json'}: cannot be read ({first_line(error)})") from error
    tokenizer.encode_special_tokens = True
    return tokenizer


def separators(config: Mapping[str, Any]) -> tuple[int, int]:
    """The tokens before the first copy and between the copies, from a model's configuration."""
    bos, sep = _token(config, "bos_token_id"), _token(config, "eos_token_id")
    if sep is None:
        raise ModelError("config.json names no end-of-text token (eos_token_id), which separates the copies")
    return (sep if bos is None else bos), sep


def _token(config: Mapping[str, Any], name: str) -> int | None:
    """A token's id in a model's configuration, which may give several."""
    value = config.get(name)
    return value[0] if isinstance(value, list) else value


def _of_kind(parts: Mapping[str, Tensor], kind: torch.dtype) -> dict[str, Tensor]:
    """A network's tensors, those that states are multiplied by one by one of their kind."""
    return {
        name: tensor.to(kind) if tensor.dim() == 1 and not name.endswith(".scale") else tensor
        for name, tensor in parts.items()
    }
