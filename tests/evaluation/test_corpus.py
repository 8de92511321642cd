from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.errors import InputError
from mtcheck.evaluation.corpus import read_clean, read_parallel
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.spans import GoldSpan


def write(path: Path, text: str, encoding: str = "utf-8") -> str:
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_each_line_is_a_document_and_differences_are_its_spans(tmp_path: Path) -> None:
    garbled = write(tmp_path / "garbled.txt", "They met.\r\n\r\nIt was final week.\r\n")
    original = write(tmp_path / "original.txt", "They met.\n\nIt was last week.")
    assert read_parallel(garbled, original) == [
        GoldDocument(f"{garbled}:1", "They met."),
        GoldDocument(f"{garbled}:3", "It was final week.", (GoldSpan(7, 12, ("last",), "substitution"),)),
    ]


def test_unequal_numbers_of_lines_are_an_error_that_names_both_files(tmp_path: Path) -> None:
    garbled = write(tmp_path / "garbled.txt", "One.\nTwo.\nThree.\n")
    original = write(tmp_path / "original.txt", "One.\nTwo.\n")
    with pytest.raises(InputError) as caught:
        read_parallel(garbled, original)
    assert str(caught.value).startswith(f"{garbled}: 3 lines, but 2 in {original};")


def test_the_encoding_of_plain_text_can_be_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "café", "cp1252")
    assert read_parallel(path, path, "cp1252") == [GoldDocument(f"{path}:1", "café")]
    assert read_clean([path], "cp1252") == [GoldDocument(path, "café")]
    with pytest.raises(InputError, match="--encoding"):
        read_clean([path])


def test_clean_text_is_annotated_text_plain_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    first, second = write(folder / "a.txt", "One.\nTwo."), write(folder / "b.txt", "Three.")
    lines = write(tmp_path / "clean.jsonl", '{"id": "c1", "text": "Four."}\n')
    assert read_clean([str(folder), lines]) == [
        GoldDocument(first, "One.\nTwo."),
        GoldDocument(second, "Three."),
        GoldDocument("c1", "Four."),
    ]


def test_clean_text_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_clean([str(tmp_path / "gone.txt")])
    with pytest.raises(InputError, match="no text files"):
        read_clean([str(tmp_path)])
