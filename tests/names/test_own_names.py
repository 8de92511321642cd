from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.errors import InputError
from mtcheck.names.own_names import read_names


def test_names_stand_one_a_line_and_comments_do_not_count(tmp_path: Path):
    path = tmp_path / "names.txt"
    path.write_text("# our authors\nOksana Hrytsenko\n\nal-Tamimi  # not Tamimy\n", encoding="utf-8")
    assert read_names(path) == ["Oksana Hrytsenko", "al-Tamimi"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Anna\n1984\n", "line 2: '1984' is no name"),
        (b"Anna, Maria\n", "line 1:"),
        (b"A" * 200 + b"\n", "line 1: longer than"),
        (b"Anna\n\xff\xfe\n", "line 2 is not UTF-8; save"),
    ],
)
def test_a_bad_line_is_named_with_the_remedy(tmp_path: Path, content: bytes, told: str):
    path = tmp_path / "names.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"names\.txt") as error:
        read_names(path)
    assert told in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(InputError, match=r"nowhere\.txt"):
        read_names(tmp_path / "nowhere.txt")
