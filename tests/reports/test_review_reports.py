from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest


def diagnostics(run: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run.printed("rdjson"))["diagnostics"]
    return found


def test_the_validator_of_the_format_takes_rdjson(any_run: Any, tmp_path: Path) -> None:
    validator = shutil.which("rdformat-validator")
    if validator is None:
        pytest.skip("rdformat-validator is not installed")
    path = tmp_path / "report.json"
    path.write_text(any_run.printed("rdjson"), encoding="utf-8")
    done = subprocess.run([validator, "--strict", str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_rdjson_ranges_are_bytes_of_the_line(run: Any) -> None:
    document, _ = run.results[0]
    lines = [document.line(number).encode() for number in range(1, document.lines + 1)]
    for entry in diagnostics(run)[:4]:
        where = entry["location"]["range"]
        start, end = where["start"], where["end"]
        if start["line"] == end["line"]:
            marked = lines[start["line"] - 1][start["column"] - 1 : end["column"] - 1].decode()
            assert f"“{marked}”" in entry["message"]
        assert all(suggestion["range"] == where for suggestion in entry["suggestions"])
    assert diagnostics(run)[1]["location"]["range"]["start"] == {"line": 1, "column": 30}


def test_rdjson_offers_every_suggestion(run: Any) -> None:
    found = diagnostics(run)
    assert [suggestion["text"] for suggestion in found[0]["suggestions"]] == ["death march", "dead march"]
    assert [suggestion["text"] for suggestion in found[4]["suggestions"]] == [""]


def test_gitlab_entries_have_what_gitlab_asks_for(run: Any) -> None:
    entries = json.loads(run.printed("gitlab"))
    assert len(entries) == 6
    for entry in entries:
        assert set(entry) == {
            *("type", "categories", "description", "check_name", "fingerprint", "severity", "location")
        }
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1
    assert entries[0]["location"] == {"path": "news/a b,%é: <&>.txt", "lines": {"begin": 1, "end": 1}}


def test_gitlab_fingerprints_are_unique_in_a_report(run: Any) -> None:
    document, result = run.results[1]
    copy = (replace(document, path="copy.txt"), replace(result, path="copy.txt"))
    twice = type(run)(results=[*run.results, copy])
    marks = [entry["fingerprint"] for entry in json.loads(twice.printed("gitlab"))]
    assert len(marks) == len(set(marks)) == 6


def test_no_entries_are_an_empty_array(empty: Any) -> None:
    assert json.loads(empty.printed("gitlab")) == []
