"""Load a base model, merge an adapter into it, and choose the arithmetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from mtcheck.errors import ModelError
from mtcheck.language_model.attention import register
from mtcheck.language_model.editing import EditingModel

PREFIX = "base_model.model."
"""What peft puts before a layer's path in the names of an adapter's tensors."""
UNSUPPORTED = ("use_rslora", "use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern")


def fastest_precision() -> str:
    """The arithmetic that this processor does fast: ``bf16``, ``int8`` or ``fp32``."""
    if torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported():
        return "bf16"
    if torch.cpu._is_vnni_supported():
        return "int8"
    return "fp32"


def load(base: Path, adapter: Path, precision: str = "auto") -> EditingModel:
    """Load the base model's folder with the adapter's merged.

    ``precision`` is ``bf16``, ``int8`` (weights of 8 bits, activations scaled per batch), ``fp32`` or ``auto``. Raises
    ModelError where a folder does not hold what it should.
    """
    from tokenizers import Tokenizer
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    chosen = fastest_precision() if precision == "auto" else precision
    kind = torch.bfloat16 if chosen == "bf16" else torch.float32
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        network = AutoModelForCausalLM.from_pretrained(
            base, dtype=kind, attn_implementation=register(), local_files_only=True, use_safetensors=True
        )
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{base}: not a model folder that can be loaded ({_first_line(error)})") from error
    try:
        tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    except Exception as error:  # the library raises plain exceptions
        raise ModelError(f"{base / 'tokenizer.json'}: cannot be read ({_first_line(error)})") from error
    # A draft that holds the name of a control token must not be read as the token.
    tokenizer.encode_special_tokens = True
    bos, sep = separators(network.config)
    merge(network, adapter)
    network.eval()  # type: ignore[no-untyped-call]
    if chosen == "int8":
        body = torch.ao.quantization.quantize_dynamic(network.base_model, {nn.Linear}, dtype=torch.qint8, inplace=True)
        network.base_model.layers = body.layers
    tagger = _tagger(adapter, network)
    return EditingModel(network, tokenizer, tagger, bos, sep, chosen)


def separators(config: Any) -> tuple[int, int]:
    """The tokens before the first copy and between the copies, from a model's configuration."""
    bos, sep = _token(config, "bos_token_id"), _token(config, "eos_token_id")
    if sep is None:
        raise ModelError("config.json names no end-of-text token (eos_token_id), which separates the copies")
    return (sep if bos is None else bos), sep


def merge(network: Any, adapter: Path) -> None:
    """Add a peft LoRA adapter's products to the weights they belong to: W + alpha / r * B A, summed in fp32."""
    try:
        config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{adapter / 'adapter_config.json'}: cannot be read ({_first_line(error)})") from error
    unsupported = [
        name
        for name in ("use_rslora", "use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern")
        if config.get(name)
    ]
    if config.get("peft_type") != "LORA" or unsupported:
        kind = ", ".join([str(config.get("peft_type")), *unsupported])
        raise ModelError(f"{adapter}: only plain LoRA adapters can be merged; this one is {kind}")
    if not (isinstance(config.get("lora_alpha"), int | float) and isinstance(config.get("r"), int) and config["r"] > 0):
        raise ModelError(f"{adapter / 'adapter_config.json'}: gives no rank (r) and lora_alpha")
    scale = config["lora_alpha"] / config["r"]
    tensors = _tensors(adapter / "adapter_model.safetensors")
    weights: dict[str, Tensor] = dict(network.named_parameters())
    with torch.no_grad():
        for name, down in tensors.items():
            if not name.endswith(".lora_A.weight"):
                continue
            target = name.removeprefix(PREFIX).removesuffix(".lora_A.weight") + ".weight"
            up = tensors.get(name.replace(".lora_A.", ".lora_B."))
            weight = weights.get(target)
            if up is None or weight is None or weight.shape != (up.shape[0], down.shape[1]):
                raise ModelError(f"{adapter}: does not fit the base model at {target}; it was made for another one")
            weight.copy_(weight.float() + scale * (up.float() @ down.float()))


def _token(config: Any, name: str) -> int | None:
    """A token's id in a model's configuration, which may give several."""
    value = getattr(config, name, None)
    return value[0] if isinstance(value, list) else value


def _tagger(adapter: Path, network: Any) -> tuple[Tensor, Tensor]:
    tensors = _tensors(adapter / "tagger.safetensors")
    if not {"weight", "bias"} <= tensors.keys():
        raise ModelError(f"{adapter / 'tagger.safetensors'}: holds no weight and bias")
    weight, bias = tensors["weight"].float(), tensors["bias"].float()
    if weight.shape != (1, network.config.hidden_size):
        raise ModelError(f"{adapter}: the tagger does not fit the base model; it was made for another one")
    return weight, bias


def _tensors(path: Path) -> dict[str, Tensor]:
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: cannot be read as safetensors ({_first_line(error)})") from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
