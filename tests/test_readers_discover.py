from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from mtcheck.errors import InputError
from mtcheck.findings import Failure
from mtcheck.readers import Source, discover, read

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
needs_permissions = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(*paths: str, data: bytes = b"Some words.\n") -> None:
    for path in paths:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_bytes(data)


def found(*paths: str) -> list[str]:
    """The paths that are to be read; nothing may have failed."""
    inputs = list(discover(paths))
    assert all(isinstance(item, Source) for item in inputs), inputs
    return [item.path for item in inputs]


def refusal(path: str, limit: int = 1000) -> str:
    with pytest.raises(InputError) as caught:
        read(Source(path), limit=limit)
    assert caught.value.path == path
    return caught.value.message


def test_a_folder_gives_its_text_files_by_name_files_before_subfolders(folder: Path) -> None:
    write("news/b.txt", "news/a.text", "news/C.TXT", "news/a/z.txt", "news/a/deep/y.txt", "news/0/x.txt")
    assert found("news") == [
        str(Path(path))
        for path in ("news/C.TXT", "news/a.text", "news/b.txt", "news/0/x.txt", "news/a/z.txt", "news/a/deep/y.txt")
    ]


def test_in_a_folder_other_kinds_hidden_and_binary_files_are_passed_over(folder: Path) -> None:
    write("a.txt", "notes.md", "README", ".hidden.txt", ".git/info.txt")
    write("dump.txt", data=b"\x7fELF\x01\0\0\0\x02\0")
    assert found(".") == ["a.txt"]


def test_a_named_file_is_read_whatever_it_is_called(folder: Path) -> None:
    write(".hidden.txt", ".git/info.txt", "notes.md", "dump.txt")
    assert found(".hidden.txt", "notes.md", ".git") == [".hidden.txt", "notes.md", str(Path(".git/info.txt"))]


def test_utf16_without_a_mark_is_no_binary_file(folder: Path) -> None:
    write("a.txt", data="A draft saved by an old editor.".encode("utf-16-le"))
    assert found(".") == ["a.txt"]


def test_paths_have_one_spelling(folder: Path) -> None:
    write("news/a.txt")
    assert found("./news//a.txt") == found("news/") == found("./news") == [str(Path("news/a.txt"))]


def test_a_file_is_read_once_however_often_it_is_named(folder: Path) -> None:
    write("a.txt", "news/b.txt")
    assert found("news", "a.txt", "./a.txt", ".", str(folder / "a.txt")) == [str(Path("news/b.txt")), "a.txt"]


def test_standard_input_is_read_once_and_a_file_called_dash_is_a_file(folder: Path) -> None:
    write("-")
    assert found("-", "./-", "-") == ["-", "./-"]
    assert read(Source("-"), stdin=io.BytesIO(b"From a pipe.")).text == "From a pipe."
    assert read(Source("./-")).text == "Some words.\n"


def test_a_folder_without_text_is_a_failure_that_says_so(folder: Path) -> None:
    write("photos/a.jpg", "a.txt")
    failure, source = discover(["photos", "a.txt"])
    assert failure == Failure("photos", "no text files (.txt, .text) in this folder")
    assert source == Source("a.txt")


def test_an_empty_path_does_not_mean_the_current_folder(folder: Path) -> None:
    write("a.txt")
    (failure,) = discover([""])
    assert isinstance(failure, Failure)
    assert "empty path" in failure.message


def test_the_file_of_the_report_is_no_input(folder: Path) -> None:
    write("a.txt", "report.txt")
    assert list(discover(["."], leave_out=["report.txt"])) == [Source("a.txt")]


def test_very_deep_folders_are_walked(folder: Path) -> None:
    deep = Path(*["d"] * 400)
    write(str(deep / "a.txt"))
    assert found("d") == [str(deep / "a.txt")]


@needs_links
def test_links_to_files_are_followed_and_links_to_folders_make_no_circles(folder: Path) -> None:
    write("news/a.txt", "elsewhere/b.txt", "elsewhere/c.txt")
    Path("news/circle").symlink_to("..")
    Path("news/folder.txt").symlink_to("../elsewhere")
    Path("news/b.txt").symlink_to("../elsewhere/b.txt")
    assert found("news") == ["news/a.txt", "news/b.txt"]
    Path("link").symlink_to("elsewhere")
    assert found("link") == ["link/b.txt", "link/c.txt"]


@needs_links
def test_a_broken_link_is_an_error_that_says_where_it_leads(folder: Path) -> None:
    Path("a.txt").symlink_to("gone.txt")
    Path("self.txt").symlink_to("self.txt")
    assert found(".") == ["a.txt", "self.txt"]
    assert refusal("a.txt") == "broken symbolic link, to gone.txt"
    assert "symbolic links" in refusal("self.txt")


def test_a_file_that_vanished_is_an_error(folder: Path) -> None:
    write("a.txt")
    (source,) = discover(["a.txt"])
    Path("a.txt").unlink()
    assert isinstance(source, Source)
    assert refusal(source.path) == "no such file or folder"


def test_a_file_that_became_a_folder_is_an_error(folder: Path) -> None:
    Path("a.txt").mkdir()
    assert "directory" in refusal("a.txt") or "denied" in refusal("a.txt")


def test_a_name_that_no_file_can_have_is_an_error(folder: Path) -> None:
    assert "null" in refusal("a\0.txt")
    assert "too long" in refusal("a" * 5000)


@needs_permissions
def test_what_may_not_be_read_is_an_error(folder: Path) -> None:
    write("a.txt", "closed/b.txt")
    Path("a.txt").chmod(0)
    Path("closed").chmod(0)
    source, failure = discover(["."])
    assert source == Source("a.txt")
    assert failure == Failure("closed", "permission denied")
    assert refusal("a.txt") == "permission denied"
    Path("closed").chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_named_pipe_is_read_when_named_and_passed_over_in_a_folder(folder: Path) -> None:
    os.mkfifo("pipe.txt")
    write("a.txt")
    assert found(".") == ["a.txt"]
    # Opened for both, so that opening does not wait for the other end; the limit ends the reading.
    keeper = os.open("pipe.txt", os.O_RDWR)
    os.write(keeper, b"From a named pipe.")
    assert "larger than" in refusal("pipe.txt", limit=10)
    os.close(keeper)


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no devices")
def test_a_device_does_not_fill_the_memory() -> None:
    assert "larger than" in refusal("/dev/zero")
    assert read(Source("/dev/null")).text == ""


def test_the_limit_is_named_in_the_error(folder: Path) -> None:
    write("a.txt", data=b"x" * (2**21 + 1))
    assert "larger than 2 MB" in refusal("a.txt", limit=2**21)
    assert len(read(Source("a.txt"), limit=2**21 + 1).text) == 2**21 + 1


def test_closed_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "closed" in refusal("-")


def test_the_encoding_reaches_the_file(folder: Path) -> None:
    write("a.txt", data="café".encode("cp1252"))
    assert read(Source("a.txt"), encoding="windows-1252").text == "café"
