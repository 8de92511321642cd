"""The configuration of a project: ``[tool.mtcheck]`` in pyproject.toml, or mtcheck.toml, the nearest up the tree.

It holds options of ``mtcheck check`` under their names and, beside them, what has no option:

    fail-on = "error"
    exclude = ["archive/"]
    accept = ["tear fuel"]
    error-confidence = 0.95

    [rules]
    MT102 = "warning"
    MT201 = {severity = "info", confidence = 0.3}

    [[overrides]]
    paths = ["feeds/"]
    rules = {MT501 = "off"}

Everything is checked on reading; what is wrong is an error that names the file, the line and the nearest right word.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from mtcheck.errors import ConfigurationError
from mtcheck.findings import Severity
from mtcheck.rules import RULES
from mtcheck.settings import STDIN, Key, Override, Patterns, RuleSetting, Settings, Thresholds

OWN_FILE = "mtcheck.toml"
PROJECT_FILE = "pyproject.toml"
LARGEST_FILE = 1_000_000
"""Bytes of a configuration."""

NOT_OPTIONS = frozenset(
    ["paths", "config", "no_config", "outputs", "update_baseline", "changed_since", "state", "allow_local"]
)
"""Parameters of the command line only."""
_THRESHOLDS = {"error-confidence": "error", "warning-confidence": "warning"}
_PATHS = frozenset(["names", "baseline"])
"""Options that are paths, relative to the configuration's folder."""
_MAYBE_PATHS = frozenset(["model", "adapter"])


@dataclass(frozen=True)
class Configuration:
    """What one file says.

    Attributes:
        path: the file, ``None`` where there is none.
        options: values for parameters of commands, by the parameters' names.
        settings: what is set about findings, ``accept`` aside, which is an option.
        lines: the line of each key that is set, ``("rules", "MT101")`` for one.
    """

    path: Path | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    lines: Mapping[Key, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder that patterns and paths are relative to."""
        return self.path.parent if self.path else Path()

    def place(self, *key: str | int) -> str:
        """Where a key is set: ``pyproject.toml:12``."""
        name = os.path.relpath(self.path) if self.path else ""
        return f"{name}:{self.lines[key]}" if key in self.lines else name


def find(paths: Sequence[str] = ()) -> Path | None:
    """The configuration for some inputs: the nearest one up the tree from the folder that holds them all.

    Standard input, and no input, count as the current folder. In one folder mtcheck.toml comes before pyproject.toml.
    """
    folders = [_folder(path) for path in paths if path != STDIN] or [os.getcwd()]
    try:
        start = Path(os.path.commonpath(folders))
    except ValueError:  # on several drives
        start = Path.cwd()
    for folder in (start, *start.parents):
        if (folder / OWN_FILE).is_file():
            return folder / OWN_FILE
        if (folder / PROJECT_FILE).is_file() and _in_project(_tables(folder / PROJECT_FILE)) is not None:
            return folder / PROJECT_FILE
    return None


def read(path: Path, parameters: Iterable[click.Parameter]) -> Configuration:
    """Read and check a configuration; ``parameters`` are those that it may hold values for.

    Raises:
        ConfigurationError: it cannot be read, or something in it is unknown or of the wrong type.
    """
    tables: Any = _tables(path)
    inside: Key = ()
    lines = _lines(path.read_text(encoding="utf-8", errors="replace"))
    if path.name == PROJECT_FILE:
        found, inside = _in_project(tables), ("tool", "mtcheck")
        tables = {} if found is None else found
    own = {key[len(inside) :]: line for key, line in lines.items() if key[: len(inside)] == inside}
    return _Reader(path, own, parameters).read(tables)


class _Reader:
    def __init__(self, path: Path, lines: Mapping[Key, int], parameters: Iterable[click.Parameter]) -> None:
        self._path = path
        self._lines = lines
        options = {option_name(one): one for one in parameters if isinstance(one, click.Option)}
        self._options = {name: one for name, one in options.items() if one.name not in NOT_OPTIONS}
        self._of_a_run = options.keys() - self._options.keys()

    def read(self, data: Any) -> Configuration:
        table = self._table(data, ())
        for name in table:
            if (option := name.replace("_", "-")) in self._of_a_run:
                raise self._error((name,), f"cannot be configured; give --{option} on the command line")
        self._only((*self._options, *_THRESHOLDS, "rules", "overrides"), table, ())
        options = {
            str(option.name): self._option(option, table[name], name)
            for name, option in self._options.items()
            if name in table
        }
        overrides = table.get("overrides", [])
        if not isinstance(overrides, list):
            raise self._error(("overrides",), "must be tables, each under [[overrides]]")
        settings = Settings(
            rules=self._rules(table.get("rules", {}), ("rules",)),
            thresholds=self._thresholds(table, ()),
            overrides=tuple(self._override(one, ("overrides", i)) for i, one in enumerate(overrides)),
        )
        return Configuration(self._path, options, settings, self._lines)

    def _option(self, option: click.Option, value: Any, name: str) -> Any:
        """A value as the option takes it."""
        key: Key = (name,)
        if option.multiple:
            return [self._converted(option, self._located(name, item), key) for item in self._strings(value, key)]
        if option.is_flag:
            if not isinstance(value, bool):
                raise self._error(key, "must be true or false")
            return value
        wanted, right = _wanted(option.type)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise self._error(key, f"must be {right}")
        return self._converted(option, self._located(name, value), key)

    def _converted(self, option: click.Option, value: Any, key: Key) -> Any:
        """A value that the option's type takes, as it was given."""
        try:
            option.type.convert(value, option, None)
        except click.BadParameter as error:
            raise self._error(key, error.message) from error
        return value

    def _located(self, name: str, value: Any) -> Any:
        """A path as one from the current folder; of what may be a path or a name, only what is there."""
        if name in _PATHS or (name in _MAYBE_PATHS and (self._path.parent / value).exists()):
            return os.path.relpath(self._path.parent / Path(value).expanduser())
        return value

    def _override(self, data: Any, key: Key) -> Override:
        table = self._table(data, key)
        self._only(("paths", "rules", "accept", *_THRESHOLDS), table, key)
        if "paths" not in table:
            raise self._error(key, "needs paths, the patterns of the files that it is for")
        return Override(
            Patterns(self._strings(table["paths"], (*key, "paths")), self._path.parent),
            self._rules(table.get("rules", {}), (*key, "rules")),
            tuple(self._strings(table.get("accept", []), (*key, "accept"))),
            self._thresholds(table, key),
        )

    def _rules(self, data: Any, key: Key) -> dict[str, RuleSetting]:
        table = self._table(data, key)
        self._only(RULES, table, key, what="rule")
        return {code: self._rule(value, (*key, code)) for code, value in table.items()}

    def _rule(self, value: Any, key: Key) -> RuleSetting:
        if isinstance(value, dict):
            self._only(("severity", "confidence"), value, key)
            level = value.get("severity")
            confidence = value.get("confidence", 0.0)
            if not _is_probability(confidence):
                raise self._error((*key, "confidence"), "must be a number from 0 to 1")
        else:
            level, confidence = value, 0.0
            if not isinstance(value, str):
                raise self._error(key, "must be a severity, or a table of severity and confidence")
        if level is None:
            return RuleSetting(confidence=float(confidence))
        known = ["off", *(severity.label for severity in Severity)]
        if level not in known:
            raise self._error(key, f"is {level!r}; severities are {', '.join(known)}")
        chosen = None if level == "off" else Severity[level.upper()]
        return RuleSetting(level == "off", chosen, float(confidence))

    def _thresholds(self, table: Mapping[str, Any], key: Key) -> Thresholds:
        found = {}
        for name, field_name in _THRESHOLDS.items():
            if name in table:
                if not _is_probability(table[name]):
                    raise self._error((*key, name), "must be a number from 0 to 1")
                found[field_name] = float(table[name])
        return Thresholds(**found)

    def _table(self, data: Any, key: Key) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise self._error(key, "must be a table")
        return data

    def _strings(self, value: Any, key: Key) -> list[str]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, "must be a list of strings")
        return value

    def _only(self, known: Iterable[str], table: Mapping[str, Any], key: Key, what: str = "key") -> None:
        """Refuse what is not known."""
        names = list(known)
        for name in table:
            if name not in names:
                nearest = difflib.get_close_matches(str(name).replace("_", "-"), names, 1, 0.0)
                raise self._error((*key, name), f"unknown {what}; the nearest known one is {nearest[0]!r}")

    def _error(self, key: Key, problem: str) -> ConfigurationError:
        shown = key
        while shown and shown not in self._lines:
            shown = shown[:-1]
        line = f":{self._lines[shown]}" if shown in self._lines else ""
        name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key).lstrip(".")
        return ConfigurationError(f"{os.path.relpath(self._path)}{line}: {name or 'mtcheck'}: {problem}")


def option_name(option: click.Parameter) -> str:
    """The long name of an option without its dashes: its key in a configuration."""
    return max(option.opts, key=len).lstrip("-")


def _wanted(kind: click.ParamType[Any]) -> tuple[type | tuple[type, ...], str]:
    if isinstance(kind, click.types.FloatParamType):
        return (int, float), "a number"
    if isinstance(kind, click.types.IntParamType):
        return int, "a whole number"
    return str, "a string"


def _is_probability(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.0 <= value <= 1.0


def _in_project(tables: Mapping[str, Any]) -> Any:
    """What a pyproject.toml says of mtcheck, ``None`` where it says nothing."""
    tools = tables.get("tool", {})
    return tools.get("mtcheck") if isinstance(tools, dict) else None


def _folder(path: str) -> str:
    real = os.path.realpath(path)
    return real if os.path.isdir(real) else os.path.dirname(real)


def _tables(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ConfigurationError(
                f"{path}: larger than {LARGEST_FILE:,} bytes, the most that a configuration may be"
            )
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigurationError(f"{os.path.relpath(path)}: not valid TOML: {error}") from error


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def _lines(text: str) -> dict[Key, int]:
    """The line of each table and key; tomllib does not tell. Keys of inline tables have the line of their table."""
    found: dict[Key, int] = {}
    table: Key = ()
    counts: dict[Key, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
            for size in range(len(table), 0, -1):  # a table below the latest of its array
                if table[:size] in counts:
                    table = (*table[:size], counts[table[:size]], *table[size:])
                    break
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(name: str) -> Key:
    return tuple(part.strip("\"'") for part in _PART.findall(name))
