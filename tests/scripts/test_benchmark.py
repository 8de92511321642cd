"""The benchmark's texts and table; the timing itself needs no test but its own run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import benchmark
import pytest
import torch
from benchmarking.contestants import operations

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
