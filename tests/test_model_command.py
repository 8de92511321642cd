from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mtcheck import adapter as adapters
from mtcheck import base_model as base_models
from mtcheck import merged_copies
from mtcheck.base_model import BaseModel
from mtcheck.cli import cli
from mtcheck.ready_copy import FileSum, Manifest, ReadyCopy


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, ["model", *arguments], env={"MTCHECK_MODEL": "", **environment})


@pytest.fixture
def adapter(tmp_path: Path, base_model: BaseModel) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    about = {
        "name": "mine",
        "base": {"name": base_model.name, "sha256": base_model.sha256},
        "figures": {"seed_precision": 0.91},
    }
    (folder / "mtcheck.json").write_text(json.dumps(about))
    adapters.seal(folder)
    return folder


def test_fetch_says_where_the_model_is(base_model: BaseModel) -> None:
    result = run("fetch")
    assert result.exit_code == 0
    assert result.stdout == f"{base_model.name} is ready in {base_model.folder} (from {base_model.origin})\n"
    assert result.stderr == ""


def test_without_model_and_network_one_line_says_what_to_do(tmp_path: Path) -> None:
    result = run("fetch", MTCHECK_CACHE=str(tmp_path), MTCHECK_OFFLINE="1")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("mtcheck: The base model SmolLM2-135M-Instruct is not in ")
    assert result.stderr.endswith("or pass --model FOLDER.\n")
    assert result.stderr.count("\n") == 1


def test_info_names_both_models_and_their_figures(base_model: BaseModel, adapter: Path) -> None:
    result = run("info", "--adapter", str(adapter))
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert f"origin {base_model.origin}" in lines
    assert f"sha256 {base_model.sha256}" in lines
    assert f"folder {base_model.folder}" in lines
    assert "269.1 MB model.safetensors" in lines
    assert "name mine" in lines
    assert f"sha256 {adapters.locate(adapter).sha256}" in lines
    assert f"trained on {base_model.name}" in lines
    assert "seed precision 0.91" in lines
    assert "another base model" not in result.stdout


def test_info_tells_where_the_base_is_not_there_yet(tmp_path: Path, adapter: Path) -> None:
    result = run("info", "--adapter", str(adapter), MTCHECK_CACHE=str(tmp_path))
    assert result.exit_code == 0
    assert f"not in {tmp_path}; `mtcheck model fetch` gets it" in result.stdout


def test_info_tells_where_the_adapter_belongs_to_another_base(adapter: Path) -> None:
    about = {"base": {"name": "Tiny", "sha256": "0" * 64}}
    (adapter / "mtcheck.json").write_text(json.dumps(about))
    adapters.seal(adapter)
    assert "This adapter was trained on another base model, Tiny." in run("info", "--adapter", str(adapter)).stdout


def test_verify_reads_everything_and_is_content(base_model: BaseModel, adapter: Path) -> None:
    result = run("verify", "--adapter", str(adapter))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "Base model and adapter are complete and unchanged.\n"


def test_verify_names_each_damaged_file_on_a_line(adapter: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base_models, "verify", lambda model, progress: ["one is missing.", "two is damaged."])
    (adapter / "adapter_model.safetensors").write_bytes(b"Weights")
    result = run("verify", "--adapter", str(adapter))
    assert result.exit_code == 2
    assert result.stdout == ""
    one, two, three = result.stderr.splitlines()
    assert (one, two) == ("mtcheck: one is missing.", "mtcheck: two is damaged.")
    assert three.startswith(f"mtcheck: {adapter / 'adapter_model.safetensors'} has sha256 ")


def test_verify_and_info_know_the_merged_network(
    adapter: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    copy = ReadyCopy(tmp_path / "int8-0123")
    copy.ready.mkdir(parents=True)
    (copy.ready / "network.safetensors").write_bytes(b"network")
    wrong = {"network.safetensors": FileSum(7, "0" * 64)}
    Manifest("int8-0123", "", "here", wrong, {}).write(copy.ready)
    monkeypatch.setattr(merged_copies, "all_kept", lambda: [copy])
    assert f"int8-0123  {copy.ready}" in run("info", "--adapter", str(adapter)).stdout
    result = run("verify", "--adapter", str(adapter))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "network.safetensors has sha256 " in result.stderr


def test_a_model_that_is_nowhere_is_an_error() -> None:
    result = run("info", "--model", "/nowhere")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "mtcheck: /nowhere: no such folder or file, and not a hub name like organisation/model.\n"
