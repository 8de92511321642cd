from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from mtcheck.changed_lines import ChangedLines
from mtcheck.errors import UsageError


def git(*arguments: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose last commit has five lines in ``é [a].txt`` and in same.txt."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    for name in ("é [a].txt", "same.txt"):
        Path(name).write_text("one\ntwo\nthree\nfour\nfive\n")
    git("add", ".")
    git("commit", "-qm", "first")
    return tmp_path


def changed(lines: ChangedLines, path: str, count: int = 6) -> list[int]:
    return [number for number in range(1, count + 1) if lines.touch(path, number, number)]


def test_lines_that_were_added_or_rewritten_are_changed(repository: Path) -> None:
    path = repository / "é [a].txt"
    path.write_text("one\n2\nthree\nfour\nfive\nsix\n")
    lines = ChangedLines("HEAD")
    assert changed(lines, "é [a].txt") == [2, 6]
    assert changed(lines, str(path)) == [2, 6]
    assert lines.touch("é [a].txt", 1, 3)
    assert not lines.touch("é [a].txt", 3, 5)
    git("commit", "-qam", "second")
    assert changed(ChangedLines("HEAD~1"), "é [a].txt") == [2, 6]
    assert changed(ChangedLines("HEAD"), "é [a].txt") == []


def test_lines_between_changes_are_unchanged_whatever_git_is_set_to_show(repository: Path) -> None:
    git("config", "diff.interHunkContext", "9")
    (repository / "same.txt").write_text("1\ntwo\nthree\nfour\n5\n")
    assert changed(ChangedLines("HEAD"), "same.txt") == [1, 5]


def test_files_without_new_lines_are_unchanged_and_untracked_ones_are_new(repository: Path) -> None:
    (repository / "é [a].txt").write_text("one\nfour\nfive\n")
    (repository / "new.txt").write_text("one\n")
    lines = ChangedLines("HEAD")
    assert [lines.is_changed(name) for name in ("same.txt", "é [a].txt", "new.txt", "-")] == [False, False, True, True]
    assert changed(lines, "new.txt", 1) == [1]


def test_what_others_changed_since_the_history_parted_does_not_count(repository: Path) -> None:
    git("checkout", "-qb", "topic")
    (repository / "same.txt").write_text("one\ntwo\nthree\nfour\n5\n")
    git("commit", "-qam", "ours")
    git("checkout", "-q", "main")
    (repository / "same.txt").write_text("1\ntwo\nthree\nfour\nfive\n")
    git("commit", "-qam", "theirs")
    git("checkout", "-q", "topic")
    assert changed(ChangedLines("main"), "same.txt") == [5]


@pytest.mark.parametrize("revision", ["no-such-revision", "--output=x", ""])
def test_an_unknown_revision_is_an_error(repository: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="--changed-since"):
        ChangedLines(revision).is_changed("same.txt")
    assert not (repository / "x").exists()


def test_a_file_outside_any_repository_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    with pytest.raises(UsageError, match="not a git repository"):
        ChangedLines("HEAD").is_changed(str(tmp_path / "a.txt"))
