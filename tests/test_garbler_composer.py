"""Whole examples: what every line of the training file must be."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.build import KINDS, build_composer
from garbler.composer import Example
from garbler_data import write_data

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def examples(data: Path) -> list[Example]:
    return list(build_composer(data, "train", KINDS).examples(600, seed=5))


def test_both_sides_are_well_spaced(examples: list[Example]) -> None:
    for example in examples:
        for side in (0, 1):
            text = "".join(piece[side] for piece in example.pieces)
            assert "  " not in text
            assert text == text.strip()


def test_changed_pieces_are_whole_words_with_two_sides(examples: list[Example]) -> None:
    for example in examples:
        for k, (garbled, original, kind) in enumerate(example.pieces):
            assert (garbled != original) == bool(kind)
            if kind:
                assert garbled
                assert original
                assert garbled == garbled.strip()
                assert original == original.strip()
                before = example.pieces[k - 1][0] if k else ""
                assert not (before[-1:].isalnum() and garbled[0].isalnum())


def test_a_good_share_is_clean_and_every_family_occurs(examples: list[Example]) -> None:
    families = [example.family for example in examples]
    assert 0.2 < families.count("clean") / len(families) < 0.6
    assert {"spinner", "thesaurus", "translation", "light", "mt"} <= set(families)


def test_numbers_stay(examples: list[Example]) -> None:
    for example in examples:
        for garbled, original, kind in example.pieces:
            if kind and kind not in ("spelling", "residue"):
                assert [c for c in garbled if c.isdigit()] == [c for c in original if c.isdigit()]


def test_quotes_are_of_one_style_on_both_sides(examples: list[Example]) -> None:
    for example in examples:
        text = "".join(g + o for g, o, _ in example.pieces)
        assert not ("’" in text and "'" in text)


def test_the_same_seed_gives_the_same_examples(data: Path, examples: list[Example]) -> None:
    again = list(build_composer(data, "train", KINDS).examples(50, seed=5))
    assert again == examples[:50]


@pytest.mark.parametrize("kind", [k for k in KINDS if k != "mt"])
def test_a_mechanism_can_be_had_alone(data: Path, kind: str) -> None:
    kinds = {k for e in build_composer(data, "train", [kind]).examples(80, seed=2) for _, _, k in e.pieces if k}
    assert kinds <= {kind}


def test_the_program_writes_the_lines_it_promises(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "examples.jsonl"
    command = [
        sys.executable,
        str(SCRIPTS / "garble.py"),
        "--data",
        str(data),
        "--out",
        str(out),
        "--count",
        "30",
        "--seed",
        "3",
    ]
    subprocess.run([*command, "--split", "held-out", "--without", "name"], check=True, capture_output=True)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 30
    assert all(set(row) == {"pieces", "source", "family"} for row in rows)
    assert not (tmp_path / "examples.jsonl.part").exists()
