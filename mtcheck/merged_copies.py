"""Where merged networks are kept: in the user's cache, each named by all that it is made of."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from mtcheck.adapter import Adapter
from mtcheck.base_model import BaseModel, cache_folder
from mtcheck.ready_copy import ReadyCopy

FORMAT = 1
"""Changes with whatever changes in how a network is merged, rotated or rounded."""
MOST = 2
"""Networks that are kept; a new one takes the place of the one that was made first."""


def folder() -> Path:
    """The folder of all merged networks."""
    return cache_folder() / "networks"


def of(base: BaseModel, adapter: Adapter) -> Callable[[str], ReadyCopy]:
    """Where the network of a base model and an adapter is kept, by precision."""

    def place(precision: str) -> ReadyCopy:
        made_of = "\n".join([str(FORMAT), base.sha256, adapter.sha256, precision])
        name = f"{precision}-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}"
        return ReadyCopy(folder() / name)

    return place


def all_kept() -> list[ReadyCopy]:
    """The copies that are there, by name."""
    return [ReadyCopy(path) for path in sorted(_folders(folder()))]


def problems() -> list[str]:
    """Read all copies whole; a sentence for each file that is damaged. One that is not whole is made again unasked."""
    return [
        f"{problem} Delete {copy.folder}: it is made again."
        for copy in all_kept()
        if (manifest := copy.load()) is not None
        for problem in manifest.problems(copy.ready, thorough=True)
    ]


def make_room(where: Path, wanted: str) -> None:
    """Have room for a copy of this name: those that were made first go, where there are as many as may be."""
    others = [path for path in _folders(where) if path.name != wanted]
    if (where / wanted).is_dir() or len(others) < MOST:
        return
    others.sort(key=lambda path: path.stat().st_mtime)
    for path in others[: len(others) - MOST + 1]:
        shutil.rmtree(path, ignore_errors=True)


def _folders(where: Path) -> list[Path]:
    try:
        return [path for path in where.iterdir() if path.is_dir() and ".tmp-" not in path.name]
    except OSError:
        return []
