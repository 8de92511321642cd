from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcheck.base_source import BaseSource
from mtcheck.errors import ModelError
from mtcheck.hub import from_hub, snapshot
from mtcheck.progress import silent

FILES = {"config.json": b"{}", "model.safetensors": b"weights"}
SOURCE = BaseSource(
    name="Tiny",
    requirement="tiny-base==1.0",
    member="tiny_base/tiny.gguf",
    size=0,
    sha256="",
    repository="someone/tiny",
    revision="0" * 40,
    hub_files={name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()},
)


def answering(files: dict[str, bytes]) -> Callable[..., str]:
    def download(repository: str, name: str, *, revision: str, local_dir: Path) -> str:
        assert (repository, revision) == (SOURCE.repository, SOURCE.revision)
        (local_dir / ".cache").mkdir(exist_ok=True)
        (local_dir / name).write_bytes(files[name])
        return str(local_dir / name)

    return download


@pytest.fixture
def reachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.get_hf_file_metadata", lambda url, timeout: None)


@pytest.mark.usefixtures("reachable")
class TestTheFilesOfTheDefaultModel:
    def test_come_with_the_known_sums_and_nothing_else(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("huggingface_hub.hf_hub_download", answering(FILES))
        assert from_hub(SOURCE, tmp_path, silent) == tmp_path
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == FILES

    def test_are_refused_if_one_is_another(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("huggingface_hub.hf_hub_download", answering(FILES | {"model.safetensors": b"Weights"}))
        with pytest.raises(ModelError, match=r"model\.safetensors of someone/tiny has sha256 .{64}, not .{64}"):
            from_hub(SOURCE, tmp_path, silent)

    def test_that_do_not_come_are_an_error_of_one_line_with_no_chatter(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def download(*args: object, **kwargs: object) -> str:
            logging.getLogger("huggingface_hub.utils").warning("Retrying")
            raise ConnectionError("We cannot reach the hub.\nCheck your connection.\n")

        monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
        with pytest.raises(ModelError) as caught:
            from_hub(SOURCE, tmp_path, silent)
        assert str(caught.value) == "We cannot reach the hub. Check your connection."
        assert capfd.readouterr().err == ""


def test_a_hub_that_cannot_be_reached_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def probe(url: str, timeout: float) -> None:
        raise ConnectionError("Name or service not known")

    def download(*args: object, **kwargs: object) -> str:
        raise AssertionError

    monkeypatch.setattr("huggingface_hub.get_hf_file_metadata", probe)
    monkeypatch.setattr("huggingface_hub.hf_hub_download", download)
    with pytest.raises(ModelError, match=r"^Name or service not known$"):
        from_hub(SOURCE, tmp_path, silent)


@pytest.mark.usefixtures("reachable")
def test_a_chosen_model_is_looked_for_on_this_machine_before_the_hub_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub.errors import LocalEntryNotFoundError

    asked: list[bool] = []

    def download(name: str, *, allow_patterns: list[str], local_files_only: bool = False) -> str:
        asked.append(local_files_only)
        assert not any(pattern.endswith((".bin", "*", ".py")) for pattern in allow_patterns)
        if local_files_only:
            raise LocalEntryNotFoundError("not here")
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    assert snapshot("someone/small", offline=False, progress=silent) == tmp_path
    assert asked == [True, False]
    with pytest.raises(ModelError, match="MTCHECK_OFFLINE forbids fetching"):
        snapshot("someone/small", offline=True, progress=silent)
    assert asked == [True, False, True]
