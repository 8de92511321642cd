"""LoRA adapters (Hu et al. 2021, arXiv 2106.09685) in peft's format, merged into the weights they belong to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from mtcheck.errors import ModelError

PREFIX = "base_model.model."
"""What peft puts before a layer's path in the names of an adapter's tensors."""
UNSUPPORTED = ("use_rslora", "use_dora", "fan_in_fan_out", "rank_pattern", "alpha_pattern")


def merge(weights: Mapping[str, Tensor], adapter: Path) -> None:
    """Add a peft LoRA adapter's products to the weights they belong to: W + alpha / r * B A, summed in fp32."""
    try:
        config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{adapter / 'adapter_config.json'}: cannot be read ({first_line(error)})") from error
    unsupported = [name for name in UNSUPPORTED if config.get(name)]
    if config.get("peft_type") != "LORA" or unsupported:
        kind = ", ".join([str(config.get("peft_type")), *unsupported])
        raise ModelError(f"{adapter}: only plain LoRA adapters can be merged; this one is {kind}")
    if not (isinstance(config.get("lora_alpha"), int | float) and isinstance(config.get("r"), int) and config["r"] > 0):
        raise ModelError(f"{adapter / 'adapter_config.json'}: gives no rank (r) and lora_alpha")
    scale = config["lora_alpha"] / config["r"]
    tensors = read_tensors(adapter / "adapter_model.safetensors")
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


def read_tensors(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file. Raises ModelError where it cannot be read as one."""
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path}: cannot be read as safetensors ({first_line(error)})") from error


def first_line(error: Exception) -> str:
    """The first line of an error's text, or its name."""
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
