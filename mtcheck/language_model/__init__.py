"""The language model: all torch code of the package.

Importing this package is cheap; ``load`` imports torch and transformers.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mtcheck.language_model.editing import EditingModel
    from mtcheck.ready_copy import ReadyCopy

__all__ = ["load"]

SHAPES_KEPT = 64
"""Products of matrices whose code is kept."""


def load(
    base: Path,
    adapter: Path,
    precision: str = "auto",
    threads: int | None = None,
    kept: Callable[[str], ReadyCopy] | None = None,
) -> EditingModel:
    """Load a base model with an adapter merged; see :func:`mtcheck.language_model.loading.load`."""
    # oneDNN keeps the code it makes for each shape of a product, by default of the last 1,024. Texts bring ever new
    # shapes, and a pass uses few: what is kept beyond them is memory that grows with the text.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", str(SHAPES_KEPT))
    import torch

    from mtcheck.language_model import heap, loading

    heap.keep()

    if threads is not None:
        torch.set_num_threads(threads)
    return loading.load(base, adapter, precision, kept)
