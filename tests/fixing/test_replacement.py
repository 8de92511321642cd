from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from mtcheck.errors import InputError
from mtcheck.fixing.replacement import replace_file

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs the permissions and links of POSIX")


def test_the_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")
    replace_file(str(file), b"old", b"new")
    assert file.read_bytes() == b"new"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("now", [b"other", b"old and more", b""])
def test_a_file_that_has_changed_is_left_alone(tmp_path: Path, now: bytes) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(now)
    with pytest.raises(InputError, match="changed while it was checked"):
        replace_file(str(file), b"old", b"new")
    assert file.read_bytes() == now
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone"):
        replace_file(str(tmp_path / "a.txt"), b"old", b"new")


@posix
def test_a_link_stays_one_and_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file, link = tmp_path / "folder" / "a.txt", tmp_path / "link.txt"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    replace_file(str(link), b"old", b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o7777 == 0o640
    assert os.listdir(tmp_path / "folder") == ["a.txt"]


@posix
def test_what_is_no_regular_file_is_refused() -> None:
    with pytest.raises(InputError, match="not a regular file"):
        replace_file(os.devnull, b"", b"new")


@posix
def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everything
    with pytest.raises(InputError, match="may not be written"):
        replace_file(str(file), b"old", b"new")
    assert file.read_bytes() == b"old"
