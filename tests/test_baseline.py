from __future__ import annotations

import json
from pathlib import Path

import pytest

from mtcheck.baseline import Baseline
from mtcheck.errors import UsageError
from mtcheck.findings import Finding, Severity


def finding(fingerprint: str, text: str = "dying march", rule: str = "MT101") -> Finding:
    return Finding(rule, Severity.ERROR, 0.9, 0, len(text), 1, 1, 1, 1, text, "", fingerprint=fingerprint)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A baseline with one finding in a.txt, two in b.txt and one on all of b.txt."""
    monkeypatch.chdir(tmp_path)
    baseline = Baseline(tmp_path / "known.json", update=True)
    for name, prints in {"a.txt": ["1"], "b.txt": ["2", "3"]}.items():
        (tmp_path / name).write_text("")
        for one in prints:
            assert baseline.knows(name, finding(one))
    assert baseline.knows("b.txt", finding("5", "", "MT501"))
    assert baseline.write() == 4
    return baseline.path


def test_what_was_found_is_known_from_then_on_each_as_often_as_it_was(path: Path) -> None:
    baseline = Baseline.read(path)
    assert baseline.knows("a.txt", finding("1"))
    assert not baseline.knows("a.txt", finding("1"))
    assert not baseline.knows("a.txt", finding("4"))


def test_text_that_moved_to_another_file_is_known_but_a_whole_text_is_itself(path: Path) -> None:
    baseline = Baseline.read(path)
    assert baseline.knows("new.txt", finding("2"))
    assert not baseline.knows("b.txt", finding("2"))
    assert not baseline.knows("new.txt", finding("5", "", "MT501"))
    assert baseline.knows("b.txt", finding("5", "", "MT501"))


def test_what_is_gone_is_told_for_the_files_that_were_checked(path: Path) -> None:
    baseline = Baseline.read(path)
    baseline.checked("b.txt")
    baseline.knows("b.txt", finding("3"))
    assert [(one.path, one.fingerprint) for one in baseline.gone()] == [("b.txt", "2"), ("b.txt", "5")]


def test_an_update_replaces_what_was_checked_and_drops_files_that_are_gone(path: Path) -> None:
    baseline = Baseline.read(path, update=True)
    baseline.knows("a.txt", finding("6"))
    baseline.write()
    assert {(one["path"], one["fingerprint"]) for one in json.loads(path.read_text())["findings"]} == {
        ("a.txt", "6"),
        ("b.txt", "2"),
        ("b.txt", "3"),
        ("b.txt", "5"),
    }
    (path.parent / "b.txt").unlink()
    Baseline.read(path, update=True).write()
    assert [one["path"] for one in json.loads(path.read_text())["findings"]] == ["a.txt"]


def test_paths_are_relative_to_the_baseline(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (path.parent / "inner").mkdir()
    monkeypatch.chdir(path.parent / "inner")
    assert Baseline.read(path).knows("../b.txt", finding("5", "", "MT501"))
    assert len(path.read_text().splitlines()) == 4 + 5


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2, "findings": []}', '{"format": 1, "findings": [1]}'])
def test_what_is_no_baseline_is_an_error_with_a_remedy(tmp_path: Path, text: str) -> None:
    (tmp_path / "known.json").write_text(text)
    for update in (False, True):  # a file of another kind must not be lost by a slip
        with pytest.raises(
            UsageError, match=r"known\.json: no baseline of mtcheck .*delete it and use --update-baseline"
        ):
            Baseline.read(tmp_path / "known.json", update=update)
    with pytest.raises(UsageError, match="no such baseline"):
        Baseline.read(tmp_path / "gone.json")
