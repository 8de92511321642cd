"""Training end to end on a tiny model; peft's layout is checked by merging what was saved."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch.nn import functional
from training.lora import LowRankLinear

from mtcheck.language_model.loading import load

SCRIPTS = Path(__file__).parent.parent / "scripts"


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "train.jsonl"
    chance = random.Random(5)
    words = "talks resumed on Monday in the capital after a long pause said the minister".split()
    with path.open("w", encoding="utf-8") as stream:
        for _ in range(1100):
            right = chance.choice(words)
            pieces = [["He said ", "He said ", ""], ["satisfy", right, "attested"], [" again.", " again.", ""]]
            stream.write(json.dumps({"pieces": pieces}) + "\n")
    return path


def train(base: Path, data: Path, out: Path, steps: int, *more: str) -> subprocess.CompletedProcess[str]:
    options = [
        "--base",
        base,
        "--data",
        data,
        "--out",
        out,
        "--steps",
        steps,
        "--decay",
        0,
        "--rank",
        2,
        "--threads",
        1,
    ]
    command = [sys.executable, SCRIPTS / "train.py", *options, "--batch-tokens", 512, "--save-every", 2, *more]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)


def test_a_resumed_run_ends_where_an_unbroken_one_does(tiny_base: Path, examples: Path, tmp_path: Path):
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    assert train(tiny_base, examples, whole, 4).returncode == 0
    assert train(tiny_base, examples, parts, 2).returncode == 0
    assert train(tiny_base, examples, parts, 4).returncode == 0
    for name in ("adapter_model.safetensors", "tagger.safetensors"):
        assert (whole / name).read_bytes() == (parts / name).read_bytes()
    assert (whole / "loss.png").exists()
    other = train(tiny_base, examples, parts, 6, "--learning-rate", "0.5")
    assert other.returncode != 0
    assert "learning_rate" in other.stderr
    model = load(tiny_base, whole, "bf16")
    assert len(model.read([model.tokenize("He said it again.").ids]).readings) == 1


def test_the_low_rank_layer_has_the_gradients_of_its_formula():
    torch.manual_seed(2)
    layer = LowRankLinear(torch.nn.Linear(7, 5, bias=False).requires_grad_(False), 3, 6.0, torch.Generator())
    torch.nn.init.normal_(layer.up)
    x = torch.randn(4, 7, requires_grad=True)
    grad = torch.randn(4, 5)
    layer(x).backward(grad)
    found = [x.grad.clone(), layer.down.grad.clone(), layer.up.grad.clone()]
    x.grad = layer.down.grad = layer.up.grad = None
    (functional.linear(x, layer.weight) + 2.0 * functional.linear(functional.linear(x, layer.down), layer.up)).backward(
        grad
    )
    for ours, expected in zip(found, [x.grad, layer.down.grad, layer.up.grad], strict=True):
        torch.testing.assert_close(ours, expected)
