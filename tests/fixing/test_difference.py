from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.fixing.difference import in_utf8, unified_diff
from mtcheck.fixing.fixes import ByteEdit, splice

LINES = st.lists(st.sampled_from([b"a", b"b\r", b"", b"-- x", b"\xe9", b"caf\xc3\xa9"]), max_size=30).map(b"\n".join)
PATCH = ["patch", "-p0", "--binary", "--quiet", "--input", "change.diff"]
GIT = ["git", "apply", "-p0", "--whitespace=nowarn", "change.diff"]


@st.composite
def changes(draw: st.DrawFn) -> tuple[bytes, list[ByteEdit]]:
    """Some bytes and edits of them that do not overlap."""
    data = draw(LINES.filter(len))
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return data, [ByteEdit(*pair, draw(st.sampled_from([b"", b"new", b"one\ntwo", b"\n"]))) for pair in pairs]


def diff(path: str, data: bytes, *edits: ByteEdit) -> bytes:
    return b"".join(unified_diff(path, data, edits))


def test_changed_lines_stand_between_three_that_stay() -> None:
    data = b"".join(b"%d\n" % number for number in range(1, 10))
    assert diff("a b.txt", data, ByteEdit(10, 11, b"six")) == (
        b"--- a b.txt\t\n+++ a b.txt\t\n@@ -3,7 +3,7 @@\n 3\n 4\n 5\n-6\n+six\n 7\n 8\n 9\n"
    )


def test_changes_close_together_share_a_hunk_and_far_ones_do_not() -> None:
    data = b"".join(b"%d\n" % number for number in range(1, 10)) + b"x\n" * 9
    near = diff("a", data, ByteEdit(0, 1, b"one"), ByteEdit(12, 13, b"seven"))
    assert near.count(b"@@ -") == 1
    far = diff("a", data, ByteEdit(0, 1, b"one"), ByteEdit(20, 21, b"y"))
    assert far.count(b"@@ -") == 2


def test_nothing_changed_is_no_diff() -> None:
    assert diff("a", b"a\nb\n") == b""
    assert diff("a", b"a\nb\n", ByteEdit(0, 1, b"a")) == b""


def test_a_last_line_without_end_is_marked() -> None:
    assert diff("a", b"x", ByteEdit(0, 1, b"y")) == (
        b"--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
    )


def test_odd_file_names_are_quoted() -> None:
    header = diff('a"\n.txt', b"x\n", ByteEdit(0, 1, b"y")).split(b"@@")[0]
    assert header == b'--- "a\\042\\012.txt"\n+++ "a\\042\\012.txt"\n'


def test_a_diff_of_utf16_is_made_in_utf8_for_reading() -> None:
    data = "é\nold\n".encode("utf-16-le")
    edit = ByteEdit(4, 10, "neu".encode("utf-16-le"))
    assert in_utf8(data, [edit], "utf-16-le") == ("é\nold\n".encode(), (ByteEdit(3, 6, b"neu"),))


@pytest.mark.parametrize("tool", [PATCH, GIT], ids=["patch", "git"])
@settings(max_examples=40)
@given(changes())
def test_patching_gives_the_fixed_file(
    tmp_path_factory: pytest.TempPathFactory, tool: list[str], change: tuple[bytes, list[ByteEdit]]
) -> None:
    if shutil.which(tool[0]) is None:
        pytest.skip(f"no {tool[0]} here")
    data, edits = change
    folder = Path(tmp_path_factory.mktemp("diff"))
    (folder / "a file.txt").write_bytes(data)
    patch = diff("a file.txt", data, *edits)
    if not patch:
        assert splice(data, edits) == data
        return
    (folder / "change.diff").write_bytes(patch)
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    done = subprocess.run(tool, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout, done.stderr, patch)
    left = (folder / "a file.txt").read_bytes() if (folder / "a file.txt").exists() else b""
    assert left == splice(data, edits)
