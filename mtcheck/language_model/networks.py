"""Networks by what their folder holds: Llama-shaped ones read here, all others by transformers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from mtcheck.errors import ModelError
from mtcheck.language_model.attention import Held, register
from mtcheck.language_model.editing import Network
from mtcheck.language_model.llama import Llama, is_plain, parts
from mtcheck.language_model.lora import first_line, merge
from mtcheck.language_model.vocabulary import logprobs

WEIGHTS = "model.safetensors"


class OfTransformers:
    """A causal model as transformers loads it, with the attention that keeps keys and values."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @property
    def module(self) -> nn.Module:
        """The module that holds all its layers."""
        found: nn.Module = self.model
        return found

    def hidden(
        self,
        ids: Tensor,
        memory: Held | None = None,
        positions: Tensor | None = None,
        lengths: Sequence[int] | None = None,
    ) -> Tensor:
        """Last hidden states (B, T, width) of token ids (B, T), also of those that sequences are filled up with."""
        options: dict[str, Any] = {"memory": memory} if memory is not None else {}
        if positions is not None:
            options["position_ids"] = positions
        states: Tensor = self.model.base_model(input_ids=ids, use_cache=False, **options).last_hidden_state
        return states

    def logprobs(self, states: Tensor, wanted: Tensor, alternatives: int) -> tuple[Tensor, Tensor]:
        """Tokens and their log-probabilities, as :func:`mtcheck.language_model.vocabulary.logprobs` gives them."""
        return logprobs(self.model.get_output_embeddings(), states, wanted, alternatives)


def read_config(folder: Path) -> dict[str, Any]:
    """A model's configuration. Raises ModelError where it cannot be read."""
    try:
        found = json.loads((folder / "config.json").read_bytes())
    except (OSError, ValueError) as error:
        reason = f"config.json: {first_line(error)}"
        raise ModelError(f"{folder}: not a model folder that can be loaded ({reason})") from error
    if not isinstance(found, dict):
        raise ModelError(f"{folder / 'config.json'}: holds no JSON object")
    return found


def read_weights(folder: Path, kind: torch.dtype, changes: Sequence[Path] = ()) -> dict[str, Tensor]:
    """The weights of a plain Llama, named as transformers names them, with the adapters in ``changes`` merged.

    Raises:
        ModelError: The file cannot be read, or an adapter does not fit.
    """
    try:
        weights = {name: tensor.to(kind) for name, tensor in load_file(folder / WEIGHTS).items()}
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{folder}: not a model folder that can be loaded ({first_line(error)})") from error
    for adapter in changes:
        merge(weights, adapter)
    return weights


@contextmanager
def fitting(folder: Path) -> Iterator[None]:
    """Tell of weights that do not fit their configuration by a ModelError that names the folder."""
    try:
        yield
    except (KeyError, RuntimeError, ValueError) as error:
        raise ModelError(f"{folder}: its weights do not fit its config.json ({first_line(error)})") from error


def is_read_here(folder: Path, config: Mapping[str, Any]) -> bool:
    """Whether a folder's model is a plain Llama in one file."""
    return is_plain(config) and (folder / WEIGHTS).is_file()


def load_network(folder: Path, kind: torch.dtype, changes: Sequence[Path] = ()) -> tuple[Network, dict[str, Any]]:
    """The network in a folder with the adapters in ``changes`` merged into it, and its configuration.

    Raises:
        ModelError: The folder does not hold what it should, or an adapter does not fit.
    """
    config = read_config(folder)
    if is_read_here(folder, config):
        weights = read_weights(folder, kind, changes)
        with fitting(folder):
            return Llama(config, parts(weights, config)), config
    model = _by_transformers(folder, kind)
    for adapter in changes:
        merge(dict(model.named_parameters()), adapter)
    return OfTransformers(model), config


def _by_transformers(folder: Path, kind: torch.dtype) -> Any:
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=kind, attn_implementation=register(), local_files_only=True, use_safetensors=True
        )
    except (OSError, ValueError, SafetensorError) as error:
        raise ModelError(f"{folder}: not a model folder that can be loaded ({first_line(error)})") from error
    model.eval()  # type: ignore[no-untyped-call]
    return model
