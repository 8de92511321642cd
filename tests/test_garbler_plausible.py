"""Which of a word's near words a spinner takes."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.attested import Pair
from garbler.lexicon import Lexicon
from garbler.plausible import Chooser, Embeddings, Options, attested_choices, plausible_table
from garbler_data import write_base, write_data


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    return Lexicon(write_data(tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def embeddings(lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> Embeddings:
    return Embeddings(write_base(tmp_path_factory.mktemp("base")), lexicon)


@pytest.fixture(scope="module")
def options(lexicon: Lexicon, embeddings: Embeddings) -> Options:
    return Options(lexicon, {"death": {"toll": 2.0}}, embeddings)


def test_near_words_come_nearest_first(embeddings: Embeddings) -> None:
    assert embeddings.near("death")[0][0] == "dying"
    assert "death" not in dict(embeddings.near("death"))
    assert embeddings.near("unheard-of") == []


def test_options_join_the_sources_in_one_inflection(options: Options) -> None:
    names, rows = options.of("death")
    assert {"dying", "toll"} <= set(names)
    assert len(names) == len(rows)
    assert len(set(names)) == len(names)
    assert "march" not in options.of("marched")[0]


def test_a_word_without_options_has_none(options: Options) -> None:
    names, rows = options.of("zzz")
    assert names == []
    assert rows.shape[0] == 0


def test_the_chooser_prefers_what_was_taken_before() -> None:
    generator = np.random.default_rng(3)
    choices = []
    for _ in range(60):
        rows = generator.normal(size=(5, 2))
        choices.append((rows, int(rows[:, 0].argmax())))
    chooser = Chooser(choices[:40])
    chances = chooser.chances(np.array([[2.0, 0.0], [-2.0, 0.0], [0.0, 0.0]]))
    assert chances.sum() == pytest.approx(1.0)
    assert chances.argmax() == 0
    assert chooser.surprise(choices[40:]) < 0.5 * np.log(5)


def test_attested_swaps_teach_the_table_and_small_words_stay_out(options: Options) -> None:
    pairs = [Pair("death march", "dying march", "spinner"), Pair("meet", "satisfy", "spinner")]
    choices = attested_choices(pairs, options)
    assert len(choices) == 2
    table = plausible_table(["death", "the", "meet"], options, Chooser(choices)).words()
    assert set(table) == {"death", "meet"}
    assert table["death"][0][0] == "dying"
