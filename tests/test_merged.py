"""The merged network is made once, kept, and made anew where what is kept is not what it should be."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, LlamaForCausalLM

from mtcheck import adapter as adapters
from mtcheck import merged_copies
from mtcheck.base_model import BaseModel
from mtcheck.errors import ModelError
from mtcheck.language_model import kernels, load, merged
from mtcheck.language_model.editing import EditingModel
from mtcheck.ready_copy import ReadyCopy

LAYER = "base_model.model.model.layers.0.self_attn.q_proj"


@pytest.fixture
def tiny_adapter(tmp_path: Path) -> Path:
    torch.manual_seed(2)
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "r": 2, "lora_alpha": 4}))
    lora = {f"{LAYER}.lora_A.weight": torch.randn(2, 16), f"{LAYER}.lora_B.weight": torch.randn(16, 2)}
    save_file(lora, folder / "adapter_model.safetensors")
    save_file({"weight": torch.randn(1, 16), "bias": torch.randn(1)}, folder / "tagger.safetensors")
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MTCHECK_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def loaded(base: Path, adapter: Path, precision: str = "int8") -> EditingModel:
    kept = merged_copies.of(BaseModel("tiny", base, "0" * 64, "here"), adapters.locate(adapter))
    return load(base, adapter, precision, None, kept)


def surprisals(model: EditingModel) -> np.ndarray:
    return model.read([model.tokenize("They are scheduled to satisfy on Monday.").ids]).readings[0].surprisal


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("precision", ["int8", "bf16"])
def test_a_second_start_maps_what_the_first_made(
    tiny_base: Path, tiny_adapter: Path, precision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = surprisals(loaded(tiny_base, tiny_adapter, precision))
    monkeypatch.setattr(merged, "_merge", lambda *_: pytest.fail("made twice"))
    assert np.array_equal(surprisals(loaded(tiny_base, tiny_adapter, precision)), first)


@pytest.mark.skipif(kernels.load() is None, reason="the kernels are not built for this processor")
@pytest.mark.usefixtures("cache")
def test_what_the_kernels_read_is_kept_as_they_read_it(
    tmp_path: Path, tiny_adapter: Path, tiny_base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = wide(tmp_path / "wide", tiny_base)
    save_file({"weight": torch.randn(1, 64), "bias": torch.randn(1)}, tiny_adapter / "tagger.safetensors")
    lora = {f"{LAYER}.lora_A.weight": torch.randn(2, 64), f"{LAYER}.lora_B.weight": torch.randn(64, 2)}
    save_file(lora, tiny_adapter / "adapter_model.safetensors")
    first = surprisals(loaded(base, tiny_adapter))
    assert [copy.folder.name.rpartition("-")[0] for copy in merged_copies.all_kept()] == [merged.PANELS]
    with monkeypatch.context() as patched:
        patched.setattr(merged, "_merge", lambda *_: pytest.fail("made twice"))
        assert np.array_equal(surprisals(loaded(base, tiny_adapter)), first)
    monkeypatch.setattr(kernels, "load", lambda: None)
    assert np.abs(surprisals(loaded(base, tiny_adapter)) - first).max() < 0.05, "and another where there are none"
    assert len(merged_copies.all_kept()) == 2


def wide(folder: Path, tiny_base: Path) -> Path:
    """A base model of widths that the kernels take."""
    torch.manual_seed(4)
    settings = json.loads((tiny_base / "config.json").read_text())
    widths = {"hidden_size": 64, "intermediate_size": 96, "head_dim": 32}
    LlamaForCausalLM(LlamaConfig(**{**settings, **widths})).to(torch.bfloat16).save_pretrained(folder)
    (folder / "tokenizer.json").write_bytes((tiny_base / "tokenizer.json").read_bytes())
    return folder


def test_what_is_kept_is_what_would_be_made(tiny_base: Path, tiny_adapter: Path, cache: Path) -> None:
    in_memory = surprisals(load(tiny_base, tiny_adapter, "int8"))
    assert not cache.exists()
    assert np.array_equal(surprisals(loaded(tiny_base, tiny_adapter)), in_memory)


@pytest.mark.usefixtures("cache")
def test_eight_bits_are_near_full_precision(tiny_base: Path, tiny_adapter: Path) -> None:
    error = surprisals(loaded(tiny_base, tiny_adapter)) - surprisals(load(tiny_base, tiny_adapter, "fp32"))
    assert np.abs(error).max() < 0.05


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize("damage", ["cut short", "not safetensors", "without the tagger", "without a manifest"])
def test_a_damaged_copy_is_made_anew(tiny_base: Path, tiny_adapter: Path, damage: str) -> None:
    wanted = surprisals(loaded(tiny_base, tiny_adapter))
    (copy,) = merged_copies.all_kept()
    file = copy.ready / merged.FILE
    data = file.read_bytes()
    if damage == "cut short":
        file.write_bytes(data[:-1])
    elif damage == "not safetensors":
        file.write_bytes(b"\x80\x04" + data[2:])
    elif damage == "without the tagger":
        file.write_bytes(data.replace(b"tagger.bias", b"tugger.bias"))
    else:
        (copy.ready / "manifest.json").unlink()
    assert np.array_equal(surprisals(loaded(tiny_base, tiny_adapter)), wanted)
    assert file.read_bytes() == data, "and kept"


@pytest.mark.usefixtures("cache")
def test_a_changed_byte_is_found_where_all_is_read(tiny_base: Path, tiny_adapter: Path) -> None:
    loaded(tiny_base, tiny_adapter)
    assert merged_copies.problems() == []
    (copy,) = merged_copies.all_kept()
    file = copy.ready / merged.FILE
    data = file.read_bytes()
    file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (problem,) = merged_copies.problems()
    assert problem.startswith(f"{file} has sha256 ")
    assert problem.endswith(f"Delete {copy.folder}: it is made again.")


def test_a_cache_that_cannot_be_written_to_only_costs_time(tiny_base: Path, tiny_adapter: Path, cache: Path) -> None:
    cache.write_text("no folder")
    assert len(surprisals(loaded(tiny_base, tiny_adapter))) > 5


@pytest.mark.usefixtures("cache")
def test_another_adapter_has_another_copy(tiny_base: Path, tiny_adapter: Path) -> None:
    before = surprisals(loaded(tiny_base, tiny_adapter))
    torch.manual_seed(9)
    lora = {f"{LAYER}.lora_A.weight": torch.randn(2, 16), f"{LAYER}.lora_B.weight": torch.randn(16, 2)}
    save_file(lora, tiny_adapter / "adapter_model.safetensors")
    assert not np.array_equal(surprisals(loaded(tiny_base, tiny_adapter)), before)
    assert len(merged_copies.all_kept()) == 2
    load_fp32 = loaded(tiny_base, tiny_adapter, "fp32")
    assert load_fp32.precision == "fp32"
    assert len(merged_copies.all_kept()) == 2, "what is not kept drives nothing out"


def test_a_tagger_of_another_width_is_refused(tiny_base: Path, tiny_adapter: Path) -> None:
    save_file({"weight": torch.randn(1, 17), "bias": torch.randn(1)}, tiny_adapter / "tagger.safetensors")
    with pytest.raises(ModelError, match="the tagger does not fit the base model"):
        load(tiny_base, tiny_adapter, "int8")


def test_the_copies_made_first_make_room_for_a_new_one(tmp_path: Path) -> None:
    for age in range(merged_copies.MOST + 1):
        (tmp_path / f"int8-{age}").mkdir()
        os.utime(tmp_path / f"int8-{age}", (age, age))
    merged_copies.make_room(tmp_path, "int8-1")
    assert len(list(tmp_path.iterdir())) == merged_copies.MOST + 1, "one that is there needs no room"
    merged_copies.make_room(tmp_path, "bf16-new")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [f"int8-{age}" for age in range(2, merged_copies.MOST + 1)]
    assert ReadyCopy(tmp_path / "bf16-new").load() is None
