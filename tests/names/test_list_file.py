from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.errors import ModelError
from mtcheck.names.list_file import FILE, load


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
