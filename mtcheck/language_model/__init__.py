"""The language model: all torch code of the package.

Importing this package is cheap; ``load`` imports torch and transformers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtcheck.language_model.editing import EditingModel

__all__ = ["load"]


def load(base: Path, adapter: Path, precision: str = "auto", threads: int | None = None) -> EditingModel:
    """Load a base model with an adapter merged; see :func:`mtcheck.language_model.loading.load`."""
    import torch

    from mtcheck.language_model import loading

    if threads is not None:
        torch.set_num_threads(threads)
    return loading.load(base, adapter, precision)
