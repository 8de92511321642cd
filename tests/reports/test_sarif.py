from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from sarif_pydantic import Sarif

from mtcheck.reports.sarif import artifact
from mtcheck.rules import RULES


def results(run: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run.printed("sarif"))["runs"][0]["results"]
    return found


def test_a_model_of_the_standard_takes_it(any_run: Any) -> None:
    log = Sarif.model_validate_json(any_run.printed("sarif"))
    assert log.version == "2.1.0"
    rules = log.runs[0].tool.driver.rules or []
    assert [rule.id for rule in rules] == list(RULES)
    assert all(rule.help is not None and RULES[rule.id].why in rule.help.text for rule in rules)


def test_microsofts_validator_finds_nothing_wrong(any_run: Any, tmp_path: Path) -> None:
    multitool = shutil.which("sarif-multitool-linux")
    if multitool is None:
        pytest.skip("sarif-multitool is not installed")
    (tmp_path / "report.sarif").write_text(any_run.printed("sarif"), encoding="utf-8")
    command = [multitool, "validate", "report.sarif", "--output", "verdict.sarif", "--log", "ForceOverwrite"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    verdict = json.loads((tmp_path / "verdict.sarif").read_text(encoding="utf-8-sig"))
    assert [found for found in verdict["runs"][0]["results"] if found.get("level") == "error"] == [], done.stdout


def test_sarif_tools_read_the_findings(run: Any, tmp_path: Path) -> None:
    (tmp_path / "report.sarif").write_text(run.printed("sarif"), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "sarif", "csv", "report.sarif", "-o", "report.csv"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        timeout=120,
    )
    lines = (tmp_path / "report.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in lines[1:]].count("error") == 2
    assert len(lines) == 1 + 5


def test_a_fix_applied_to_the_text_makes_the_suggestion(run: Any) -> None:
    document, _ = run.results[0]
    entry = results(run)[2]
    (change,) = entry["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    start = document.bounds(region["startLine"])[0] + region["startColumn"] - 1
    end = document.bounds(region["endLine"])[0] + region["endColumn"] - 1
    assert document.text[start:end] == "dying\r\nmarch"
    assert replacement["insertedContent"]["text"] == "death march"


def test_findings_have_levels_ranks_and_fingerprints(run: Any) -> None:
    found = results(run)
    assert [entry["level"] for entry in found] == ["error", "warning", "warning", "note", "error"]
    assert all(0 <= entry["rank"] <= 100 for entry in found)
    assert all(entry["partialFingerprints"]["primaryLocationLineHash"] for entry in found)
    assert all(list(RULES)[entry["ruleIndex"]] == entry["ruleId"] for entry in found)


def test_what_was_not_checked_is_told(run: Any, empty: Any) -> None:
    (invocation,) = json.loads(run.printed("sarif"))["runs"][0]["invocations"]
    assert not invocation["executionSuccessful"]
    assert "no such file" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    assert json.loads(empty.printed("sarif"))["runs"][0]["invocations"] == [{"executionSuccessful": True}]


def test_files_are_named_below_the_folder_of_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    relative = artifact("a b/c,%é#?.txt")
    assert relative == artifact(str(tmp_path / "a b/c,%é#?.txt"))
    assert relative["uri"] == "a%20b/c%2C%25%C3%A9%23%3F.txt"
    assert unquote(relative["uri"]) == "a b/c,%é#?.txt"
    assert artifact("/elsewhere/a.txt") == {"uri": "file:///elsewhere/a.txt"}
