"""Low-rank adapters for training on a CPU (LoRA: Hu et al. 2021, arXiv 2106.09685), written in peft's format.

peft's own layers cost some six forward passes a step here; these take about three, because the frozen weight's gradient
and the intermediate sums are never built. What is saved is loaded by peft as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.nn import functional

from mtcheck.language_model.lora import PREFIX


class _LowRank(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, down: Tensor, up: Tensor, scale: float) -> Tensor:
        down, up = down.to(x.dtype), up.to(x.dtype)
        rows = x.reshape(-1, x.shape[-1])
        inner = rows @ down.t()
        y = torch.addmm(functional.linear(rows, weight), inner, up.t(), alpha=scale)
        ctx.save_for_backward(rows, weight, down, up, inner)
        ctx.scale = scale
        return y.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Any:
        rows, weight, down, up, inner = ctx.saved_tensors
        dy = grad.reshape(-1, grad.shape[-1])
        d_inner = (dy @ up) * ctx.scale
        dx = torch.addmm(dy @ weight, d_inner, down).view(*grad.shape[:-1], -1) if ctx.needs_input_grad[0] else None
        d_down = (d_inner.t() @ rows).float()
        d_up = (dy.t() @ inner).float() * ctx.scale
        return dx, None, d_down, d_up, None


class LowRankLinear(nn.Module):
    """A frozen linear layer plus ``scale * up @ down``; down is (rank, in), up is (out, rank), both fp32."""

    def __init__(self, linear: nn.Linear, rank: int, alpha: float, generator: torch.Generator) -> None:
        super().__init__()
        self.weight = linear.weight
        bound = linear.in_features**-0.5
        self.down = nn.Parameter((torch.rand(rank, linear.in_features, generator=generator) * 2 - 1) * bound)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))
        self.scale = alpha / rank

    def forward(self, x: Tensor) -> Tensor:
        """(..., in) -> (..., out)."""
        result: Tensor = _LowRank.apply(x, self.weight, self.down, self.up, self.scale)  # type: ignore[no-untyped-call]
        return result


class FastNorm(nn.Module):
    """torch's own RMS norm in place of the model's step-by-step one; the weight is frozen."""

    def __init__(self, norm: Any) -> None:
        super().__init__()
        self.weight = norm.weight
        self.eps = float(norm.variance_epsilon)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)."""
        return functional.rms_norm(x, (x.shape[-1],), self.weight, self.eps)


def attach(model: nn.Module, targets: list[str], rank: int, alpha: float, seed: int, first_layer: int = 0) -> None:
    """Freeze the model and put an adapter on every linear layer named in ``targets``, from block ``first_layer`` on."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for path, parent in list(model.named_modules()):
        numbers = [int(part) for part in path.split(".") if part.isdigit()]
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and name in targets and numbers and numbers[0] >= first_layer:
                if getattr(child, "bias", None) is not None:
                    raise ValueError(f"{path}.{name} has a bias, which this trainer does not support")
                setattr(parent, name, LowRankLinear(child, rank, alpha, generator))
            elif "RMSNorm" in type(child).__name__ and hasattr(child, "variance_epsilon"):
                setattr(parent, name, FastNorm(child))


def layers(model: nn.Module) -> Iterator[tuple[str, LowRankLinear]]:
    """The adapters with the paths of the layers they stand for."""
    for name, module in model.named_modules():
        if isinstance(module, LowRankLinear):
            yield name, module


def save(model: nn.Module, folder: Path, base: str, targets: list[str], rank: int, alpha: float) -> None:
    """Write ``adapter_model.safetensors`` (bf16) and ``adapter_config.json`` as peft lays them out."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {}
    for name, layer in layers(model):
        tensors[f"{PREFIX}{name}.lora_A.weight"] = layer.down.detach().to(torch.bfloat16).contiguous()
        tensors[f"{PREFIX}{name}.lora_B.weight"] = layer.up.detach().to(torch.bfloat16).contiguous()
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "target_modules": sorted(targets),
        "inference_mode": True,
        "fan_in_fan_out": False,
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
