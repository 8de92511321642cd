from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcheck import adapter as adapters
from mtcheck.errors import ModelError

ABOUT: dict[str, Any] = {
    "name": "mine",
    "version": "3",
    "created": "2026-11-23",
    "base": {"name": "Tiny", "sha256": "ab" * 32},
    "calibration": "calibration.json",
    "figures": {"precision": 0.9},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sealed adapter."""
    folder = tmp_path / "mine-1"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 16}))
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "calibration.json").write_text("{}")
    (folder / "mtcheck.json").write_text(json.dumps(ABOUT))
    (folder / "README.md").write_text("# The model card\n")
    adapters.seal(folder)
    return folder


def test_an_adapter_says_what_it_is(folder: Path) -> None:
    adapter = adapters.locate(folder)
    assert adapter.name == "mine"
    assert (adapter.version, adapter.created) == ("3", "2026-11-23")
    assert (adapter.base_name, adapter.base_sha256) == ("Tiny", "ab" * 32)
    assert adapter.config["r"] == 16
    assert (adapter.folder / "adapter_model.safetensors").read_bytes() == b"weights"
    assert adapter.calibration == folder / "calibration.json"
    assert adapter.figures == {"precision": 0.9}


def test_the_sums_can_be_checked_with_sha256sum(folder: Path) -> None:
    import hashlib

    lines = (folder / "SHA256SUMS").read_text().splitlines()
    names = ["adapter_config.json", "adapter_model.safetensors", "calibration.json", "mtcheck.json"]
    digests = [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names]
    assert sorted(lines) == sorted(f"{digest}  {name}" for digest, name in zip(digests, names, strict=True))


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "calibration.json", "adapter_config.json"])
def test_the_name_of_an_adapter_changes_with_all_that_results_depend_on(folder: Path, name: str) -> None:
    before = adapters.locate(folder).sha256
    (folder / name).write_text('{"other": 1}')
    adapters.seal(folder)
    assert adapters.locate(folder).sha256 != before


def test_the_model_card_may_change(folder: Path) -> None:
    before = adapters.locate(folder)
    (folder / "README.md").write_text("# Better words\n")
    assert adapters.locate(folder) == before


def test_a_changed_file_is_refused(folder: Path) -> None:
    (folder / "adapter_model.safetensors").write_bytes(b"Weights")
    with pytest.raises(
        ModelError, match=r"adapter_model\.safetensors has sha256 .{64}, not .{64}; get the adapter again"
    ):
        adapters.locate(folder)


def test_all_that_differs_from_the_sums_is_named(folder: Path) -> None:
    (folder / "calibration.json").unlink()
    (folder / "extra.safetensors").write_bytes(b"")
    assert adapters.verify(folder) == [
        f"{folder / 'calibration.json'} is missing.",
        f"{folder / 'extra.safetensors'} is not in SHA256SUMS.",
    ]


def test_sums_name_no_file_outside(folder: Path) -> None:
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  ../secret\n")
    with pytest.raises(ModelError) as caught:
        adapters.locate(folder)
    assert "secret has sha256" not in str(caught.value)


def test_a_folder_as_peft_leaves_it_is_an_adapter(folder: Path) -> None:
    for name in ("mtcheck.json", "calibration.json", "SHA256SUMS"):
        (folder / name).unlink()
    adapter = adapters.locate(str(folder))
    assert (adapter.name, adapter.base_name, adapter.calibration, adapter.figures) == ("mine-1", "", None, {})
    assert len(adapter.sha256) == 64


def test_pickled_weights_are_refused(folder: Path) -> None:
    (folder / "adapter_model.safetensors").rename(folder / "adapter_model.bin")
    with pytest.raises(ModelError, match="other formats of weights can run code"):
        adapters.locate(folder)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("adapter_config.json", None, r"no adapter_config\.json in this folder, so it is not an adapter"),
        ("adapter_config.json", "{", r"adapter_config\.json cannot be read"),
        ("adapter_config.json", "[]", r"adapter_config\.json holds no JSON object"),
        ("adapter_model.safetensors", None, r"no adapter_model\.safetensors in this folder, so it is not a complete"),
        ("mtcheck.json", "\xff", r"mtcheck\.json cannot be read"),
        ("mtcheck.json", '{"base": "Tiny"}', r"mtcheck\.json: 'base' is no JSON object"),
        ("mtcheck.json", '{"calibration": "../calibration.json"}', "names the calibration .* not in the folder"),
        ("mtcheck.json", '{"calibration": "nowhere.json"}', "names the calibration .* not in the folder"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(folder: Path, name: str, content: str | None, complaint: str) -> None:
    (folder / "SHA256SUMS").unlink()
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, encoding="latin-1")
    with pytest.raises(ModelError, match=complaint) as caught:
        adapters.locate(folder)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["no-such-adapter", "../models", "/nowhere", "."])
def test_what_is_nowhere_is_an_error(name: str) -> None:
    with pytest.raises(ModelError, match=r"no such adapter folder|so it is not an adapter"):
        adapters.locate(name)


def test_the_default_adapter_comes_with_the_package() -> None:
    adapter = adapters.locate()
    assert adapter.name == adapters.DEFAULT
    assert adapter == adapters.locate(adapters.DEFAULT)
    assert (adapter.folder / adapters.SUMS).exists()
