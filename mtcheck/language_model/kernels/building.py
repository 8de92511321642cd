"""Compiles the kernels. What installs the package loads this file by itself (``hatch_build.py``): it imports little."""

from __future__ import annotations

import hashlib
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = ("-O3", "-march=x86-64-v4", "-mavx512vnni", "-fopenmp", "-shared", "-fPIC")
"""The processors that they are built for have AVX-512 and its sums of products of bytes (VNNI)."""


def can_be_built() -> bool:
    """Whether they are meant for this system."""
    return sys.platform.startswith("linux") and platform.machine() == "x86_64"


def library_name(folder: Path) -> str:
    """The name of what is built of a folder's sources: so what was built of another state of them is not taken."""
    digest = hashlib.sha256(" ".join(FLAGS).encode())
    for source in sorted([*folder.glob("*.c"), *folder.glob("*.h")]):
        digest.update(source.read_bytes())
    return f"kernels-{digest.hexdigest()[:16]}.so"


def build(folder: Path) -> Path:
    """Compile a folder's ``kernels.c`` by ``$CC`` or the system's compiler; what was built before goes.

    Raises:
        OSError: There is no compiler, or the folder cannot be written to.
        subprocess.CalledProcessError: It could not be compiled; what the compiler said is in ``stderr``.
    """
    compiler = shlex.split(os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or "cc")
    path = folder / library_name(folder)
    fresh = path.with_suffix(f".{os.getpid()}")
    try:
        command = [*compiler, *FLAGS, str(folder / "kernels.c"), "-lm", "-o", str(fresh)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    for old in set(folder.glob("*.so")) - {path}:
        old.unlink()
    return path
