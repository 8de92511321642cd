from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from calibrating.fitting import calibration_error, fit_curve, fit_logistic
from calibrating.gold import Gold, documents, read_gold

from mtcheck.segments import Span

TEXT = "They are scheduled to satisfy final week."
GOLD = Gold(TEXT, [(22, 29, "meet"), (30, 35, "last")], "spinner")


def example(*pieces: list[str], source: str = "bbc_2004", family: str = "spinner") -> str:
    return json.dumps({"pieces": pieces, "source": source, "family": family}) + "\n"


def test_an_example_of_the_garbler_becomes_a_text_with_its_garbles(tmp_path: Path):
    path = tmp_path / "held-out.jsonl"
    pieces = [["They\nwill ", "They\nwill ", ""], ["satisfy", "meet", "attested"], [".", ".", ""]]
    path.write_text(example(*pieces) + example(["a", "a", ""], family="clean"))
    first, second = read_gold(path, 10)
    assert first == Gold("They will satisfy.", [(10, 17, "meet")], "spinner")
    assert first.original == "They will meet."
    assert second.spans == []
    assert len(read_gold(path, 1)) == 1


def test_badly_edited_news_and_most_lightly_garbled_texts_are_left_out(tmp_path: Path):
    path = tmp_path / "held-out.jsonl"
    lines = [example([str(i), "", "name"], family="light") for i in range(9)]
    path.write_text("".join(lines) + example(["b", "b", ""], source="fnc1_2014_2016"))
    assert [gold.text for gold in read_gold(path, 99)] == ["2", "5", "8"]


def test_a_wording_restores_where_it_gives_the_original_of_its_stretch():
    assert GOLD.restores(Span(22, 29), "meet")
    assert GOLD.restores(Span(22, 35), "MEET last")
    assert not GOLD.restores(Span(22, 35), "meet final")
    assert not GOLD.restores(Span(22, 29), "see")


def test_a_finding_holds_garbles_that_it_has_as_a_whole():
    assert GOLD.holds(Span(22, 29))
    assert GOLD.holds(Span(19, 40))
    assert not GOLD.holds(Span(25, 40))
    assert not GOLD.holds(Span(0, 4))


def test_a_garble_that_lacks_a_word_is_also_touched_at_the_word_behind_it():
    lacking = Gold("They went the station.", [(5, 9, "went to")])
    assert lacking.touches(Span(10, 13))
    assert not GOLD.touches(Span(36, 40))


def test_documents_are_either_clean_or_garbled_throughout_and_hold_every_window_once():
    windows = [Gold(f"clean {i}", []) for i in range(30)]
    windows += [Gold("x" * 100, [(0, 1 + i, "y")], "light" if i % 2 else "spinner") for i in range(40)]
    golds = documents(windows, seed=3)
    assert sorted(map(id, (w for d in golds for w in d))) == sorted(map(id, windows))
    assert all(len({bool(window.spans) for window in document}) == 1 for document in golds)
    assert any(len(document) > 1 for document in golds)
    assert documents(windows, seed=3) == golds


def test_a_fitted_logistic_tells_apart_what_differs():
    chance = random.Random(5)
    rows = [{"margin": chance.gauss(3.0 * (i % 2), 1.0), "noise": chance.gauss(0.0, 9.0)} for i in range(400)]
    fitted = fit_logistic(rows, [bool(i % 2) for i in range(400)])
    assert (
        fitted.probability({"margin": 4.0, "noise": 0.0}) > 0.9 > 0.1 > fitted.probability({"margin": -1.0, "noise": 0})
    )
    assert abs(fitted.weights["noise"]) < 0.1


def test_a_fitted_curve_rises_and_is_never_quite_sure():
    xs = [i / 100 for i in range(1000)]
    curve = fit_curve(xs, [x > 5 for x in xs], 10)
    assert list(curve.ys) == sorted(curve.ys)
    assert 0.0 < curve.ys[0] < 0.05 < 0.95 < curve.ys[-1] < 1.0


def test_the_calibration_error_is_the_distance_of_confidence_and_truth():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert calibration_error([0.95] * 2 + [0.15] * 2, [True, False, False, False]) == pytest.approx(
        0.5 * 0.45 + 0.5 * 0.15
    )
    assert calibration_error([], []) == 0.0


def test_what_counts_twice_is_likelier_in_a_regression():
    right = [number % 4 == 0 for number in range(100)]
    assert fit_logistic([{"x": 0.0}] * 100, right, 2.0).probability({"x": 0.0}) == pytest.approx(0.4, abs=0.01)
