"""The ready copy of a model: a folder that loads at once, made once, complete or not there at all.

A folder ``NAME`` in the cache holds ``ready/`` with the model's files and ``manifest.json``. Work goes on in a folder
beside it, ``NAME.tmp-*``, and is moved into place by one rename. ``NAME.lock`` lets one process at a time do so.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mtcheck._version import __version__
from mtcheck.base_source import file_sha256
from mtcheck.errors import ModelError
from mtcheck.progress import Progress

_MANIFEST = "manifest.json"
_FORMAT = 1
_LIBRARIES = ("transformers", "torch", "gguf", "safetensors", "tokenizers")


@dataclass(frozen=True)
class FileSum:
    """The size in bytes and the sha256 of a file."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a ready copy is made of. ``sha256`` is that of the weights as they came, before any conversion."""

    name: str
    sha256: str
    origin: str
    files: Mapping[str, FileSum]
    versions: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """The manifest of ``folder``, ``None`` where there is none that this version understands."""
        try:
            data: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
            if data.pop("format") != _FORMAT:
                return None
            files = {str(name): FileSum(**entry) for name, entry in data.pop("files").items()}
            return cls(files=files, **data)
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return None

    def write(self, folder: Path) -> None:
        """Write it into ``folder``."""
        text = json.dumps({"format": _FORMAT, **asdict(self)}, indent=2)
        (folder / _MANIFEST).write_text(text + "\n", encoding="utf-8")

    def problems(self, folder: Path, *, thorough: bool) -> list[str]:
        """Sentences on files of ``folder`` that are missing or changed; contents count only where ``thorough``."""
        found = []
        for name, expected in self.files.items():
            path = folder / name
            try:
                size = path.stat().st_size
                if size != expected.size:
                    found.append(f"{path} has {size} bytes, not {expected.size}.")
                elif thorough and (sha256 := file_sha256(path)) != expected.sha256:
                    found.append(f"{path} has sha256 {sha256}, not {expected.sha256}.")
            except OSError as error:
                found.append(f"{path} cannot be read: {error.strerror or error}.")
        return found


@dataclass(frozen=True)
class ReadyCopy:
    """A place in the cache for one model; nothing need be there yet."""

    folder: Path

    @property
    def ready(self) -> Path:
        """The folder to load the model from."""
        return self.folder / "ready"

    def load(self) -> Manifest | None:
        """The manifest if the copy is there with all its files in their sizes; contents are not read."""
        manifest = Manifest.read(self.ready)
        return None if manifest is None or manifest.problems(self.ready, thorough=False) else manifest

    @contextmanager
    def work(self, progress: Progress, wait_seconds: float) -> Iterator[Path]:
        """Hold the lock and give an empty folder for the work, which goes when the block ends.

        What processes that were killed have left behind goes first.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(f"{self.folder}.lock")
        try:
            self.folder.parent.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                progress("Waiting for another mtcheck that prepares the model", 0, 0)
                lock.acquire(timeout=wait_seconds)
        except Timeout:
            raise ModelError(
                f"Another process has been preparing the model for {wait_seconds:.0f} s; try again when it is done, "
                f"or end it. It holds {self.folder}.lock."
            ) from None
        except OSError as error:
            raise ModelError(
                f"{self.folder.parent} cannot be written to ({error.strerror or error}); set MTCHECK_CACHE to a folder "
                "that can, or pass --model FOLDER."
            ) from error
        try:
            for stale in self.folder.parent.glob(f"{self.folder.name}.tmp-*"):
                shutil.rmtree(stale, ignore_errors=True)
            work = self.folder.with_name(f"{self.folder.name}.tmp-{uuid.uuid4().hex[:12]}")
            work.mkdir()
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
        except OSError as error:
            raise ModelError(f"The model could not be prepared in {self.folder.parent}: {error}.") from error
        finally:
            lock.release()

    def install(self, made: Path, *, name: str, sha256: str, origin: str, work: Path) -> Manifest:
        """Describe the model files in ``made`` and move the folder into place, instead of a copy that is there.

        ``work`` is the folder from :meth:`work`, and ``made`` lies in it.
        """
        files = {path.name: FileSum(path.stat().st_size, file_sha256(path)) for path in sorted(made.iterdir())}
        manifest = Manifest(name=name, sha256=sha256, origin=origin, files=files, versions=_versions())
        manifest.write(made)
        # The libraries make their files private; a cache may be prepared by one user for others, as the umask allows.
        mode = (made / _MANIFEST).stat().st_mode
        for path in made.iterdir():
            path.chmod(mode)
        self.folder.mkdir(exist_ok=True)
        if self.ready.exists():
            os.replace(self.ready, work / "replaced")
        os.replace(made, self.ready)
        return manifest


def _versions() -> dict[str, str]:
    versions = {"mtcheck": __version__}
    for library in _LIBRARIES:
        try:
            versions[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return versions
