"""Whole examples: what every line of the training file must be."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.build import KINDS, build_composer, build_dictionary
from garbler.composer import Composer, Example
from garbler.dictionary import Dictionary
from garbler.habits import DRAWN, FAMILIES, PAIRING, SHARES, draw_habit
from garbler.mechanism import Habit
from garbler.passage import Passage
from garbler.pieces import apply_edits
from garbler_data import write_base, write_data

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
    assert 0.3 < families.count("clean") / len(families) < 0.6
    assert set(families) == set(SHARES)


def test_sparse_garbles_lie_in_paragraphs_a_few_to_the_hundred_words(examples: list[Example]) -> None:
    for example in examples:
        if example.family == "sparse":
            original = "".join(o for _, o, _ in example.pieces)
            assert original.count(".") >= 2
            assert sum(bool(kind) for *_, kind in example.pieces) <= max(4, 0.15 * len(original.split()))


def test_every_family_has_its_weights() -> None:
    assert set(SHARES) == {"clean", "mt", *FAMILIES, *DRAWN}
    assert sum(SHARES.values()) == pytest.approx(1.0)
    assert set(PAIRING) == {*FAMILIES, *DRAWN}
    for weights in (*FAMILIES.values(), *DRAWN.values()):
        assert set(weights) <= set(KINDS)


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


@pytest.mark.parametrize("kind", list(KINDS))
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
    subprocess.run([*command, "--split", "held-out", "--without", "name", "plausible"], check=True, capture_output=True)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 30
    assert all(set(row) == {"pieces", "source", "family"} for row in rows)
    assert not (tmp_path / "examples.jsonl.part").exists()


def repeats(composer: Composer, text: str, habit: Habit, draws: int = 60) -> list[list[str]]:
    """For each draw, the garbles made of the repeated word of `text`."""
    out = []
    for seed in range(draws):
        passage = Passage(text)
        fresh = Habit(habit.family, seed, habit.weights, {}, habit.table, habit.sparing, habit.pairing)
        pieces = apply_edits(passage, composer.garble(passage, fresh, 2, random.Random(seed)))
        out.append([garbled for garbled, original, kind in pieces if kind and original == "game"])
    return out


def test_a_garbler_keeps_to_its_swaps_through_a_text(data: Path) -> None:
    composer = build_composer(data, "train", ["attested"])
    text = "It lost the game, and the game, said he, was the game of the year."
    garbles = repeats(composer, text, Habit("spinner", 1, {"attested": 1.0}, table="spinner"))
    several = [made for made in garbles if len(made) > 1]
    assert several
    assert sum(len(set(made)) == 1 for made in several) > 0.8 * len(several)


def test_a_swapped_word_may_take_its_neighbour_with_it(data: Path) -> None:
    composer = build_composer(data, "train", ["neighbour"])
    passage = Passage("It was a slow walk.")
    habit = Habit("spinner", 1, {"neighbour": 1.0}, pairing=1.0)
    made = {
        garbled
        for seed in range(60)
        for garbled, _, kind in apply_edits(passage, composer.garble(passage, habit, 1, random.Random(seed)))
        if kind
    }
    assert "gradual stroll" in made


def test_a_habit_is_drawn_for_each_text() -> None:
    first, second = (draw_habit("spinner", ["attested", "name"], random.Random(seed)) for seed in (1, 2))
    assert first.weights != second.weights
    assert first.table == "spinner"
    assert draw_habit("sparse", [], random.Random(1)).table == "translation"


def test_the_dictionary_is_written_read_and_garbles_as_its_sources_do(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "dictionary.tsv.gz"
    built = build_dictionary(data)
    assert built.write(path) == len(list(built.rows()))
    read = Dictionary.read(path)
    assert list(read.rows()) == list(built.rows())
    assert ("attested", "spinner", "last week", "final week") in {row[:4] for row in read.rows()}
    assert ("neighbour", "", "games", "recreations") in {row[:4] for row in read.rows()}
    with_it = list(build_composer(data, "train", KINDS, dictionary=read).examples(60, seed=4))
    assert with_it == list(build_composer(data, "train", KINDS).examples(60, seed=4))


def run(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / "garble.py"), "--data", str(data), *options]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_program_builds_the_dictionary_and_uses_it(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "dictionary.tsv.gz"
    assert run(data, "--write-dictionary", str(path)).returncode == 2  # the plausible swaps need a base
    assert run(data, "--write-dictionary", str(path), "--base", str(write_base(tmp_path))).returncode == 0
    shown = run(data, "--dictionary", str(path), "--only", "attested", "plausible", "--show", "3")
    assert shown.returncode == 0
    assert shown.stdout.count("\n\n") == 3


def test_the_program_says_what_a_mechanism_no_longer_makes(data: Path, tmp_path: Path) -> None:
    assert run(data, "--check", "--without", "plausible").returncode == 0
    poor = write_data(tmp_path / "poor")
    (poor / "tortured" / "pps_tortured_phrases.jsonl").write_text("", encoding="utf-8")
    checked = run(poor, "--check", "--only", "tortured")
    assert checked.returncode == 1
    assert "tortured: never makes 'They trust counterfeit consciousness.'" in checked.stdout
