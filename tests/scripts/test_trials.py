"""The trials that compare choices of training."""

from __future__ import annotations

from pathlib import Path

import trials


def row(words: int, family: str) -> dict[str, object]:
    return {"family": family, "pieces": [["x", "word " * words, ""]]}


def test_each_trial_changes_something_else() -> None:
    changes = [(str(t.settings), t.garble, t.keep, t.warm) for t in trials.TRIALS]
    assert len(set(changes)) == len(changes)
    assert len({t.name for t in trials.TRIALS}) == len(changes)


def test_each_changed_setting_is_one_of_training() -> None:
    usual = trials.chosen_settings(trials.Trial("usual"), Path("base"))
    for trial in trials.TRIALS:
        chosen = trials.chosen_settings(trial, Path("base"))
        assert all(getattr(chosen, name) != getattr(usual, name) for name in trial.settings)


def test_the_first_of_a_group_is_the_one_to_compare_with() -> None:
    for warm in (False, True):
        first = next(t for t in trials.TRIALS if t.warm is warm)
        assert not first.settings
        assert not first.garble
        assert first.keep == "all"


def test_selections_go_by_length_and_family() -> None:
    sentence, paragraph = row(12, "clean"), row(60, "spinner")
    assert trials.kept(sentence, "short")
    assert not trials.kept(paragraph, "short")
    assert trials.kept(paragraph, "long")
    assert not trials.kept(sentence, "long")
    assert trials.kept(sentence, "heavy")
    assert trials.kept(paragraph, "heavy")
    assert trials.kept(sentence, "light")
    assert not trials.kept(paragraph, "light")
    assert not trials.kept(sentence, "garbled")
    assert trials.kept(paragraph, "garbled")


def test_the_table_has_a_line_for_each_run() -> None:
    figures = {"copy": 0.1, "changed": 3.0, "right": 0.25, "tag": 0.12, "tagged": 0.5}
    lines = trials.table([{"trial": "rank 4", **figures}, {"trial": "rank 64", **figures}]).splitlines()
    assert lines[0].startswith("| run | copied, nats")
    assert lines[2] == "| rank 4 | 0.100 | 3.000 | 0.250 | 0.120 | 0.500 |"
    assert len(lines) == 4
