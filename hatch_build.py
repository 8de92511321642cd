"""Builds the compiled steps of the network with the package, where there is a compiler for them."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.tags import sys_tags

SOURCE = Path("mtcheck", "language_model", "fused.c")
GENERATION = "x86-64-v4"
FLAGS = ("-O3", f"-march={GENERATION}", "-mavx512vnni", "-fopenmp", "-shared", "-fPIC", "-Wno-psabi")


class Kernels(BuildHookInterface):  # type: ignore[misc]
    """Compiles ``fused.c`` on Linux, for x86 with AVX-512 and VNNI; a processor without them does not load it.

    Without a compiler that can, the package is built all the same: torch's own operators do what these do, more slowly.
    """

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into the package's folder and have the wheel take it along."""
        if not sys.platform.startswith("linux") or platform.machine() != "x86_64":
            return
        try:
            self._compile()
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", None) or error
            self.app.display_warning(f"built without {SOURCE}, so checks in 8 bits will take longer: {said}")
            return
        build_data["artifacts"].append(f"/{SOURCE.with_name('*.so').as_posix()}")
        build_data["pure_python"] = False
        # It is no Python extension: any version of Python loads it.
        system = next(tag.platform for tag in sys_tags() if "many" not in tag.platform and "musl" not in tag.platform)
        build_data["tag"] = f"py3-none-{system}"

    def _compile(self) -> None:
        compiler = shlex.split(os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or "cc")
        source = Path(self.root) / SOURCE
        # Named by its source, a library of an earlier state is not taken for this one's (kernels.py).
        digest = hashlib.sha256(source.read_bytes()).hexdigest()[:16]
        path = source.with_name(f"fused-{digest}-{GENERATION}.so")
        fresh = path.with_suffix(f".{os.getpid()}")
        try:
            command = [*compiler, *FLAGS, str(source), "-lm", "-o", str(fresh)]
            subprocess.run(command, check=True, capture_output=True, text=True)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        for old in set(source.parent.glob("fused-*.so")) - {path}:
            old.unlink()
