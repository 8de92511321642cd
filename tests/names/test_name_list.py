from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.errors import InputError, ModelError
from mtcheck.names.name_list import FILE, NameList, load, parse, read_names, unparse


def test_a_name_is_known_whatever_its_case_and_accents(names: NameList):
    assert names.knows("WITKOFF")
    assert names.knows("Witköff")
    assert not names.knows("Witkov")
    assert names.count("Putin") == 2000
    assert names.count("Voitolovsky") == 0


def test_all_spellings_of_a_group_are_variants(names: NameList):
    assert names.variants("kiev") == ("Kyiv", "Kiev")
    assert names.variants("Moscow") == ()


def test_an_editors_names_are_right_and_trusted(tmp_path: Path):
    path = tmp_path / "names.txt"
    path.write_text("# our authors\nOksana Hrytsenko\n\nal-Tamimi  # not Tamimy\n", encoding="utf-8")
    assert read_names(path) == ["Oksana Hrytsenko", "al-Tamimi"]
    names = parse(unparse([], {}))
    names.add(read_names(path))
    held = names.get("Hrytsenko")
    assert held is not None
    assert held.trusted
    assert names.knows("Al-Tamimi")
    assert names.whole_count("Oksana", "Hrytsenko") > 0


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


def sealed(folder: Path, content: bytes) -> Path:
    (folder / FILE).write_bytes(content)
    (folder / SUMS).write_text(f"{file_sha256(folder / FILE)}  {FILE}\n")
    return folder


def test_a_list_of_another_format_is_refused(tmp_path: Path):
    with pytest.raises(ModelError, match="not a name list"):
        load(sealed(tmp_path, gzip.compress(b"something else\n")))


def test_a_damaged_list_is_refused(tmp_path: Path):
    sealed(tmp_path, b"\x1f\x8b broken")
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path)
    (tmp_path / FILE).write_bytes(b"changed")
    with pytest.raises(ModelError, match="has sha256"):
        load(tmp_path)
