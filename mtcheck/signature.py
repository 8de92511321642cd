"""The signature: all that a result depends on, in one line. It is made of the files' sums, without loading a model."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mtcheck import adapter as adapters
from mtcheck import base_model
from mtcheck._version import __version__
from mtcheck.adapter import Adapter
from mtcheck.base_model import BaseModel
from mtcheck.names import judging, list_file
from mtcheck.progress import Progress, silent

_LIBRARIES = ("torch", "transformers", "tokenizers", "numpy")
"""Libraries whose versions can change the last digits."""

_CODE = {".py", ".c", ".h", ".so"}
"""Endings of files that results depend on; libraries are what was compiled of the sources, if anything was."""


def compose(base: BaseModel, adapter: Adapter, names: str, precision: str) -> str:
    """The signature of a checker; ``names`` is the digest of all that findings on names depend on."""
    return "|".join(
        [
            f"mtcheck:{__version__}",
            f"base:{base.name}@{base.sha256[:12]}",
            f"adapter:{adapter.name}@{adapter.sha256[:12]}",
            f"names:{names[:12]}",
            f"precision:{precision}",
        ]
    )


def of_files(
    model: str | None,
    adapter: str | None,
    precision: str,
    names: Sequence[str | Path],
    progress: Progress = silent,
) -> str:
    """The signature that a checker made with these options will have; the base model is fetched where need be.

    ``precision`` is one that is computed in, not ``auto``.

    Raises:
        ModelError: no usable base model, adapter or name list.
        InputError: a file of names cannot be read.
    """
    folder = list_file.default_folder()
    listed = list_file.load(folder, [Path(path) for path in names])
    found = adapters.locate(adapter)
    base = base_model.locate(model, progress=progress)
    return compose(base, found, judging.digest(listed, judging.load(folder)), precision)


def surroundings() -> str:
    """What results depend on beside the signature: libraries and, in a checkout, the state of the code."""
    package = Path(__file__).parent
    files = sorted(path for path in package.rglob("*") if path.suffix in _CODE)
    states = [(path.relative_to(package).as_posix(), path.stat()) for path in files]
    stamp = "\n".join(f"{name} {state.st_size} {state.st_mtime_ns}" for name, state in states)
    return "|".join([*map(_library, _LIBRARIES), f"code:{hashlib.sha256(stamp.encode()).hexdigest()[:12]}"])


def fastest_precision(remembered: Callable[[str, Callable[[], str]], str]) -> str:
    """What this processor computes fast. torch knows; its answer is ``remembered`` under the processor's name."""

    def ask() -> str:
        from mtcheck.language_model.loading import fastest_precision as ask_torch

        return ask_torch()

    return remembered(f"precision|{_library('torch')}|{_processor()}", ask)


def _library(name: str) -> str:
    try:
        return f"{name}:{version(name)}"
    except PackageNotFoundError:
        return f"{name}:-"


def _processor() -> str:
    """A name for the processor and all that it can do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = [platform.node(), platform.processor(), platform.version()]
    told = sorted({line for line in lines if line.startswith(("model name", "flags", "Features", "CPU part"))} or lines)
    return hashlib.sha256("\n".join([platform.machine(), *told]).encode()).hexdigest()[:16]
