from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mtcheck import Checker, signature


def test_the_signature_of_the_files_is_that_of_the_loaded_checker(checker: Checker) -> None:
    precision = checker.signature.rpartition(":")[2]
    assert signature.of_files(None, None, precision, []) == checker.signature


def test_names_that_an_editor_adds_are_part_of_it(checker: Checker, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Zyxwvut\n")
    precision = checker.signature.rpartition(":")[2]
    assert signature.of_files(None, None, precision, [tmp_path / "names.txt"]) != checker.signature


def test_it_is_made_without_the_model(checker: Checker) -> None:
    code = "import sys; from mtcheck import signature; signature.of_files(None, None, 'bf16', []); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"torch", "transformers", "numpy"}.isdisjoint(done.stdout.split())


def test_what_the_processor_does_fast_is_asked_of_torch_once() -> None:
    kept: dict[str, str] = {}
    first = signature.fastest_precision(lambda key, find: kept.setdefault(key, find()))
    assert first in {"bf16", "int8", "fp32"}
    assert signature.fastest_precision(lambda key, find: kept[key]) == first
