"""A command whose options may stand in the project's configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mtcheck import configuration
from mtcheck.configuration import Configuration
from mtcheck.settings import STDIN, Settings

SECTIONS = {
    "Inputs": ("encoding", "all_text", "fields", "exclude", "force_exclude", "changed_since", "state", "allow_local"),
    "Findings": ("accept", "names", "min_severity", "baseline", "update_baseline"),
    "Exit status": ("fail_on", "max_rate", "max_spun"),
    "Model": ("model", "adapter", "precision", "threads", "jobs", "no_cache"),
    "Configuration": ("config", "no_config"),
}
"""The sections of a help text behind the command's own options, and the parameters in them."""

META = "mtcheck.configuration"
"""The key of ``click.Context.meta`` that holds what was read."""


class ConfiguredCommand(click.Command):
    """Takes defaults from the configuration that --config names, or the nearest one to the inputs.

    The command line and the environment come first. The command has the parameters ``config`` and ``no_config``, and
    ``paths`` where it has inputs.
    """

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options in sections: the command's own first."""
        sections: dict[str, list[tuple[str, str]]] = {title: [] for title in ("Options", *SECTIONS)}
        titles = {name: title for title, names in SECTIONS.items() for name in names}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                sections[titles.get(str(parameter.name), "Options")].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the configuration before the parameters get their values."""
        if not ctx.resilient_parsing:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            asks_help = self.get_help_option(ctx)
            if asks_help is None or asks_help.name not in given:
                found = _read(given)
                ctx.meta[META] = found
                shared = {name for name in found.options if self._shares(name)}
                ctx.default_map = {name: found.options[name] for name in shared}
        return super().parse_args(ctx, args)

    def _shares(self, name: str) -> bool:
        """Whether an option of ``mtcheck check`` is one of this command too, and takes the same values."""
        found = [_values(command.params, name) for command in (self, _check())]
        return None not in found and found[0] == found[1]


def of(ctx: click.Context) -> Configuration:
    """The configuration that a command was started with."""
    found: Configuration = ctx.meta.get(META, Configuration())
    return found


def settings(ctx: click.Context, accept: tuple[str, ...]) -> Settings:
    """The settings that a command was started with, and the wording that its option ``--accept`` names."""
    return replace(of(ctx).settings, accept=accept)


def folder_of(ctx: click.Context, parameter: str) -> Path:
    """The folder that a parameter's paths are relative to: that of the configuration which sets it, or the current."""
    from_file = ctx.get_parameter_source(parameter) is ParameterSource.DEFAULT_MAP
    return of(ctx).folder if from_file else Path()


def _read(given: dict[str, Any]) -> Configuration:
    if given.get("no_config"):
        return Configuration()
    named = given.get("config")
    if isinstance(named, str):
        path: Path | None = Path(named)
    else:
        paths = given.get("paths")  # not a tuple where none is given
        path = configuration.find([one for one in paths if one != STDIN] if isinstance(paths, tuple | list) else [])
    if path is None:
        return Configuration()
    return configuration.read(path, _check().params)


def _check() -> click.Command:
    command: click.Command = import_module("mtcheck.commands.check").check
    return command


def _values(parameters: Sequence[click.Parameter], name: str) -> tuple[object, ...] | None:
    """What a parameter takes."""
    one = next((parameter for parameter in parameters if parameter.name == name), None)
    return None if one is None else (one.type.to_info_dict(), one.multiple, one.nargs)
