from __future__ import annotations

import shutil
import subprocess

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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_gets_a_script_that_it_understands(shell: str) -> None:
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(cli, {}, "mtcheck", "_MTCHECK_COMPLETE")
    source = script.source_template % script.source_vars()
    assert f"{shell}_complete" in source
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=source, text=True, check=True)
