"""The benchmark's texts and table; the timing itself needs no test but its own run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import benchmark
import numpy as np
import pytest
import torch
from benchmarking import contestants
from benchmarking.contestants import operations

from mtcheck.language_model import kernels
from mtcheck.language_model.packed import Packed, can_pack


def test_documents_have_the_words_that_were_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "news.txt"
    path.write_text("".join(f"Sentence number {k} has six words.\n" for k in range(300)), encoding="utf-8")
    one = benchmark.news(path, 600, 1)
    many = benchmark.news(path, 600, 10)
    assert len(one) == 1
    assert len(one[0].split()) == 600
    assert len(many) == 10
    assert sum(len(text.split()) for text in many) == 600
    assert " ".join(" ".join(many).split()) == " ".join(one[0].split())


@pytest.mark.parametrize(("warm_up", "counted"), [(0, [1.0, 2.0]), (1, [2.0, 3.0]), (2, [3.0, 4.0])])
def test_runs_to_warm_up_do_not_count(warm_up: int, counted: list[float]) -> None:
    seconds = iter([1.0, 2.0, 3.0, 4.0])
    one = SimpleNamespace(name="mtcheck", run=lambda documents: (next(seconds), 500.0))
    assert benchmark.contest([one], "seed", ["A text."], 2, warm_up).seconds == {"mtcheck": counted}


def test_the_table_sets_each_beside_the_plain_pass() -> None:
    result = benchmark.Contest("seed", 800)
    result.seconds = {"mtcheck": [4.0, 2.0, 3.0], "transformers": [2.0, 1.0, 1.5]}
    result.peak = {"mtcheck": 900.0, "transformers": 700.0}
    lines = benchmark.table([result]).splitlines()
    assert lines[2] == "| seed | mtcheck | 3.00 (2.00 to 4.00) | 267 | 2.00 | 900 |"
    assert lines[3].split(" | ")[4] == "1.00"


def test_a_contestant_that_cannot_start_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="mtcheck ended"):
        benchmark.Contestant("mtcheck", tmp_path / "no-model", "bf16")


def interpreter_of_its_own(folder: Path, seconds: float) -> Path:
    """A program that answers like a contestant, with these seconds, and keeps what it was called with."""
    answers = folder / "answers.py"
    answers.write_text(
        "import json, pathlib, sys\n"
        f"pathlib.Path({str(folder / 'called')!r}).write_text(json.dumps(sys.argv[1:]))\n"
        "print(json.dumps({'loaded': 1}), flush=True)\n"
        "for line in sys.stdin:\n"
        f"    print(json.dumps({{'seconds': {seconds}, 'peak': 5}}), flush=True)\n",
        encoding="utf-8",
    )
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{answers}" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return program


def run(monkeypatch: pytest.MonkeyPatch, base: Path, *arguments: str) -> None:
    """Run the benchmark's command line with this folder for the base model."""
    monkeypatch.setattr(benchmark.base_model, "locate", lambda _: SimpleNamespace(folder=base))
    monkeypatch.setattr(sys, "argv", ["benchmark.py", *arguments])
    benchmark.main()


def test_a_contestant_runs_under_the_interpreter_that_it_was_given(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Two words", encoding="utf-8")
    chosen = []
    for name, seconds in (("lmppl", 7.25), ("llama_cpp", 3.5)):
        (tmp_path / name).mkdir()
        chosen.append(f"--python={name}={interpreter_of_its_own(tmp_path / name, seconds)}")
    run(monkeypatch, tmp_path, str(text), "--runs=1", "--precision=bf16", "--only", "lmppl", "llama_cpp", *chosen)
    rows = [line.split(" | ")[1:3] for line in capsys.readouterr().out.splitlines()[2:4]]
    assert rows == [["lmppl", "7.25 (7.25 to 7.25)"], ["llama_cpp", "3.50 (3.50 to 3.50)"]]
    called = json.loads((tmp_path / "lmppl" / "called").read_text(encoding="utf-8"))
    assert called == ["-m", "benchmarking.contestants", "lmppl", str(tmp_path), "bf16"]


def test_who_has_an_interpreter_takes_part_without_being_installed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark.importlib.util, "find_spec", lambda name: name == "transformers" or None)
    assert benchmark.participants(None, {}) == ["transformers"]
    assert benchmark.participants(None, {"lmppl": "/python"}) == ["transformers", "lmppl"]
    assert benchmark.participants(["surprisal"], {"lmppl": "/python"}) == ["surprisal"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("lmppl", "'lmppl' is not NAME=INTERPRETER"),
        ("lmppl=", "'lmppl=' is not NAME=INTERPRETER"),
        (f"lmpl={sys.executable}", "'lmpl' is no contestant; there are mtcheck, transformers, lmppl"),
        (f"={sys.executable}", "'' is no contestant"),
        ("lmppl=no/such/python", "'no/such/python', for lmppl, is not a program that can be run"),
    ],
)
def test_an_interpreter_that_cannot_be_is_a_usage_error(
    value: str, message: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(monkeypatch, tmp_path, "--python", value)
    assert ended.value.code == 2
    assert f"argument --python: {message}" in capsys.readouterr().err


def test_a_contestants_interpreter_needs_no_package_for_the_others() -> None:
    folder = Path(benchmark.__file__).parent
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(folder)!r})\n"]
    bare[-1] += "from benchmarking.contestants import CONTESTANTS\nprint(*CONTESTANTS)"
    told = subprocess.run(bare, check=True, capture_output=True, text=True).stdout
    assert told.split() == list(contestants.CONTESTANTS)


def test_transformers_4_finds_the_tokenizer_and_the_rotary_embedding_of_5(tmp_path: Path) -> None:
    base, folder = tmp_path / "base", tmp_path / "folder"
    base.mkdir()
    folder.mkdir()
    rotary = {"rope_theta": 100000.0, "rope_type": "default"}
    written = {
        "tokenizer_config.json": {"tokenizer_class": "TokenizersBackend", "bos_token": "<s>"},
        "config.json": {"model_type": "llama", "rope_parameters": rotary},
        "tokenizer.json": {"version": "1.0"},
    }
    for name, content in written.items():
        (base / name).write_text(json.dumps(content), encoding="utf-8")
    contestants.for_transformers_4(base, folder)
    read = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}
    assert read == {
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>"},
        "config.json": {"model_type": "llama", "rope_theta": 100000.0, "rope_scaling": None},
        "tokenizer.json": {"version": "1.0"},
    }
    assert {path.name: json.loads(path.read_text(encoding="utf-8")) for path in base.iterdir()} == written


class FakeLlama:
    """A model of llama_cpp for which a character is a token, and after each token the next number is likeliest."""

    def __init__(self, model_path: str, n_ctx: int, logits_all: bool, **_: object) -> None:
        assert logits_all
        self.path, self.read = model_path, [0]
        self.scores = np.zeros((n_ctx, 128), dtype=np.single)
        type(self).made = self

    made: FakeLlama

    def tokenize(self, text: bytes, add_bos: bool) -> list[int]:
        assert not add_bos
        return list(text)

    def reset(self) -> None:
        self.read.append(0)

    def eval(self, ids: Sequence[int]) -> None:
        for token in ids:
            self.scores[self.read[-1]] = np.where(np.arange(128) == token + 1, 1.0, 0.0)
            self.read[-1] += 1

    @staticmethod
    def logits_to_logprobs(logits: np.ndarray) -> np.ndarray:
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def test_llama_cpp_scores_the_file_beside_the_base_in_sequences_that_begin_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "llama_cpp", SimpleNamespace(Llama=FakeLlama))
    score = contestants.llama_cpp(tmp_path / "ready", "fp32")
    assert FakeLlama.made.path == str(tmp_path / contestants.GGUF)
    expected, other = (np.log(np.e + 127) - hit for hit in (1, 0))
    assert score(["abcd"]) == pytest.approx(expected)
    assert score(["aaaa", "ab"]) == pytest.approx(other + expected)
    FakeLlama.made.read.clear()
    assert score(["a" * (2 * contestants.PLAIN_LONGEST + 1)]) == pytest.approx(2 * other)
    assert FakeLlama.made.read == [contestants.PLAIN_LONGEST] * 2


def test_the_share_of_the_machines_speed_is_told() -> None:
    told = benchmark.reached("mtcheck", "int8", 4e12, 10.0, 800.0)
    assert told.startswith("mtcheck, first text: 4000 GFLOP in products of matrices, 400 a second, 50% of the 800")


def test_products_of_bytes_are_counted_like_others() -> None:
    def scorer(documents: Sequence[str]) -> None:
        torch.mm(torch.ones(2, 3), torch.ones(3, 5))
        torch._int_mm(torch.ones(20, 32, dtype=torch.int8), torch.ones(32, 16, dtype=torch.int8))

    assert operations(scorer, []) == 2 * 2 * 3 * 5 + 2 * 20 * 32 * 16


@pytest.mark.skipif(not can_pack(torch.float32), reason="this torch has no packed products")
def test_packed_products_are_counted_like_others() -> None:
    layer = Packed(torch.ones(5, 3))

    def scorer(documents: Sequence[str]) -> None:
        layer.times(torch.ones(4, 2, 3), layer(torch.ones(4, 2, 3)))

    assert operations(scorer, []) == 2 * (2 * 8 * 3 * 5)


@pytest.mark.skipif(kernels.load() is None, reason="the kernels are not built for this processor")
def test_compiled_products_are_counted_like_others() -> None:
    def scorer(documents: Sequence[str]) -> None:
        compiled = kernels.load()
        assert compiled is not None
        head = kernels.Matrix(kernels.in_panels(torch.ones(64, 32, dtype=torch.int8)), torch.ones(64))
        compiled.judge(compiled.round_rows(torch.ones(5, 32)), head, torch.zeros(5, 1, dtype=torch.int64), 1)
        one, nothing = torch.ones(1, dtype=torch.int64), torch.zeros(1, dtype=torch.int64)
        asking = kernels.Asking(3, 3, nothing, 3 * one, 1, 16, nothing, nothing)
        compiled.attend(torch.ones(3, 2, 32), asking, (torch.ones(1, 1, 32, 16), torch.ones(1, 1, 16, 32)))

    assert operations(scorer, []) == 2 * 5 * 32 * 64 + 2 * 2 * (1 + 2 + 3) * 2 * 32
