from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete, get_completion_class

from mtcheck.cli import COMMANDS, cli


def offered(*args: str, incomplete: str = "") -> set[str]:
    found = ShellComplete(cli, {}, "mtcheck", "_MTCHECK_COMPLETE").get_completions(list(args), incomplete)
    return {f"{item.type}:{item.value}" for item in found}


def test_commands_files_and_options_of_a_check_are_offered_first() -> None:
    assert offered() == {*(f"plain:{name}" for name in COMMANDS), "file:"}
    assert offered(incomplete="dra") == {"file:dra"}
    assert {"plain:--fail-on", "plain:--force-exclude"} <= offered(incomplete="--f")


@pytest.mark.parametrize("args", [["check"], ["draft.txt"], ["check", "draft.txt"]], ids=" ".join)
def test_options_and_their_values_are_offered(args: list[str]) -> None:
    assert offered(*args, "--fail-on") == {"plain:error", "plain:warning", "plain:info", "plain:never"}
    assert offered(*args, incomplete="--min") == {"plain:--min-severity"}
    assert offered(*args, incomplete="dra") == {"file:dra"}


def test_rules_are_offered_to_explain() -> None:
    assert offered("explain", incomplete="mt2") == {"plain:MT201", "plain:MT202"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_understands(shell: str) -> None:
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(cli, {}, "mtcheck", "_MTCHECK_COMPLETE")
    source = script.source_template % script.source_vars()
    assert f"{shell}_complete" in source
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=source, text=True, check=True)


BASH = """
eval "$(_MTCHECK_COMPLETE=bash_source mtcheck)"
COMP_WORDS=(mtcheck a.txt --fail-on "") COMP_CWORD=3
_mtcheck_completion mtcheck
printf "%s " "${COMPREPLY[@]}"
"""
FISH = """
_MTCHECK_COMPLETE=fish_source mtcheck | source
complete --do-complete "mtcheck a.txt --fail-on "
"""


@pytest.mark.parametrize(("shell", "script"), [("bash", BASH), ("fish", FISH)])
def test_shells_complete_values(tmp_path: Path, shell: str, script: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} on the path")
    program = tmp_path / "mtcheck"
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.argv[0] = \'mtcheck\'; '
        'from mtcheck.cli import main; main()" "$@"\n'
    )
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    root = str(Path(__file__).resolve().parents[1])
    environment["PYTHONPATH"] = root
    done = subprocess.run([shell, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) >= {"error", "warning", "info", "never"}
