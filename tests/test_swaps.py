"""The table of swaps that machines make."""

from __future__ import annotations

import gzip
import math
from pathlib import Path

import pytest

from mtcheck.errors import ModelError
from mtcheck.swaps import FILE, LEAST, NONE, Swaps, load

TABLE = Swaps(["satisfy\tmeet\t0.3\tplease\t0.2", "allegedly\treportedly\t0.5"])


def test_a_word_is_looked_up_whatever_its_case() -> None:
    assert TABLE.chance("Satisfy", "Meet") == 0.3
    assert TABLE.chance("satisfy", "walk") == LEAST
    assert TABLE.chance("walk", "meet") == LEAST


def test_evidence_sums_over_what_should_stand_there() -> None:
    alone = TABLE.evidence("satisfy", [("meet", math.log(0.5))])
    both = TABLE.evidence("satisfy", [("meet", math.log(0.5)), ("please", math.log(0.5))])
    assert alone == pytest.approx(math.log(0.15), abs=1e-4)
    assert both == pytest.approx(math.log(0.25), abs=1e-4)
    assert TABLE.evidence("walk", [("meet", 0.0)]) == NONE


def test_a_words_first_letters_stand_for_it_but_not_one_or_two() -> None:
    assert TABLE.evidence("allegedly", [("report", 0.0)]) == pytest.approx(math.log(0.5), abs=1e-4)
    assert TABLE.evidence("allegedly", [("re", 0.0)]) == NONE


def test_a_folder_without_a_table_has_an_empty_one(tmp_path: Path) -> None:
    assert load(tmp_path).originals("satisfy") == {}


def test_a_written_table_is_read_and_a_damaged_one_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(gzip.compress(b"satisfy\tmeet\t0.3\n"))
    assert load(tmp_path).originals("satisfy") == {"meet": 0.3}
    (tmp_path / FILE).write_bytes(b"no gzip")
    with pytest.raises(ModelError, match=FILE):
        load(tmp_path)
