from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
from measuring.data import finish, markdown, read_lines, read_rows, share

from mtcheck.errors import InputError


def test_reads_plain_and_gzipped_lines(tmp_path: Path) -> None:
    plain, zipped = tmp_path / "a.jsonl", tmp_path / "a.jsonl.gz"
    plain.write_text('{"a": 1}\n\n{"a": 2}\n', encoding="utf-8")
    with gzip.open(zipped, "wt", encoding="utf-8") as stream:
        stream.write('{"a": "é"}\n')
    assert [row["a"] for row in read_rows(plain, ["a"])] == [1, 2]
    assert [row["a"] for row in read_rows(zipped)] == ["é"]


@pytest.mark.parametrize(
    ("text", "said"), [("{", "line 1 is not JSON"), ('{"b": 1}', "with a, b"), ("[1]", "no JSON object")]
)
def test_says_which_line_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        list(read_rows(path, ["a", "b"]))


def test_a_file_that_is_not_there_or_not_gzipped_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        list(read_lines(tmp_path / "none.txt"))
    path = tmp_path / "plain.gz"
    path.write_text("no gzip", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        list(read_lines(path))


def test_a_markdown_table() -> None:
    assert markdown(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.5, ".50"), (-0.125, "-.12"), (0.999, "1.00"), (1.0, "1.00"), (0.0, ".00"), (-0.001, ".00"), (-1.0, "-1.00")],
)
def test_shares_have_two_digits(value: float, text: str) -> None:
    assert share(value) == text


def test_a_foreseen_failure_ends_with_its_text_and_2(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["scripts/demetr.py"])

    def fail() -> None:
        raise InputError("data.jsonl", "holds no pairs")

    assert finish(fail) == 2
    assert capsys.readouterr().err == "demetr.py: data.jsonl: holds no pairs\n"
    assert finish(lambda: None) == 0
