"""Builds the kernels of 8 bits with the package, where there is a compiler for them."""

from __future__ import annotations

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

FOLDER = Path("mtcheck", "language_model", "kernels")


class Kernels(BuildHookInterface):  # type: ignore[misc]
    """Compiles the kernels into their folder and has the wheel take them along.

    Without a compiler that can, the package is built all the same: torch's own operators do what they do, more slowly.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build them before the package."""
        folder = Path(self.root) / FOLDER
        building = _module(folder / "building.py")
        if not building.can_be_built():
            return
        try:
            building.build(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or error
            self.app.display_warning(f"{FOLDER} could not be compiled, so checks in 8 bits take longer: {said}")
            return
        build_data["artifacts"].append(f"/{FOLDER.as_posix()}/*.so")
        build_data["pure_python"] = False
        # They are no Python extension: any version of Python loads them.
        system = next(tag.platform for tag in sys_tags() if "many" not in tag.platform and "musl" not in tag.platform)
        build_data["tag"] = f"py3-none-{system}"


def _module(path: Path) -> ModuleType:
    """A module of a package that cannot be imported yet."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found
