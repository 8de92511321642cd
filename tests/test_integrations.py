from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from mtcheck.commands.check import check
from mtcheck.readers import DOCUMENT_SUFFIXES

yaml = pytest.importorskip("yaml")
ROOT = Path(__file__).resolve().parents[1]
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")


def options(command: str) -> list[str]:
    return re.findall(r"(?<![\w-])--[a-z][a-z-]*", command)


def known(names: list[str]) -> bool:
    return set(names) <= {name for parameter in check.params for name in parameter.opts}


def action() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    return found


def test_the_pre_commit_hook_is_one_and_takes_files_that_are_read() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    command, *arguments = shlex.split(hook["entry"])
    assert command == "mtcheck"
    assert check.make_context("check", [*arguments[1:], "a.txt"]).params["force_exclude"]
    taken = [suffix for suffix in DOCUMENT_SUFFIXES if re.search(hook["files"], f"a{suffix}")]
    assert {".txt", ".md", ".html", ".rss", ".po", ".docx"} <= set(taken)
    assert not re.search(hook["files"], "a.py")


def test_the_action_passes_what_it_is_given_and_no_input_is_part_of_a_script(tmp_path: Path) -> None:
    steps = action()["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert not any("${{" in script for script in scripts)
    fake = tmp_path / "mtcheck"
    fake.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    fake.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:/usr/bin:/bin",
        "PATHS": "a b/\n$(touch x)\n",
        "FAIL_ON": "error",
        "CHANGED_SINCE": "origin/main",
        "CONFIG": "",
        "SARIF": "r.sarif",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", scripts[-1]], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        *["check", "--format", "github", "--fail-on", "error", "--changed-since", "origin/main"],
        *["--output", "sarif:r.sarif", "--", "a b/", "$(touch x)"],
    ]
    assert known(options(scripts[-1]))


@pytest.mark.parametrize("block", re.findall(r"```yaml\n(.*?)```", CI, re.S))
def test_the_examples_are_yaml_with_options_that_there_are(block: str) -> None:
    data = yaml.safe_load(block)
    given = action()["inputs"]
    for job in data.get("jobs", {}).values():
        for step in job["steps"]:
            if "OWNER/mtcheck" in step["uses"]:
                assert set(step["with"]) <= set(given)
    commands = [line for job in data.values() if isinstance(job, dict) for line in job.get("script", [])]
    assert all(known(options(line)) for line in commands if line.startswith("mtcheck"))


def test_the_script_for_cron_is_one_and_its_options_are_there(tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", CI, re.S)
    (tmp_path / "script").write_text(script)
    subprocess.run(["sh", "-n", str(tmp_path / "script")], check=True)
    (line,) = [line for line in script.splitlines() if line.startswith("mtcheck")]
    assert known(options(line))
