"""A command whose options may stand in the project's configuration."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from mtcheck import configuration
from mtcheck.configuration import Configuration
from mtcheck.settings import STDIN

META = "mtcheck.configuration"
"""The key of ``click.Context.meta`` that holds what was read."""


class ConfiguredCommand(click.Command):
    """Takes defaults from the configuration that --config names, or the nearest one to the inputs.

    The command line and the environment come first. The command has the parameters ``config`` and ``no_config``, and
    ``paths`` where it has inputs.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the configuration before the parameters get their values."""
        if not ctx.resilient_parsing:
            given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
            asks_help = self.get_help_option(ctx)
            if asks_help is None or asks_help.name not in given:
                found = _read(given)
                own = {parameter.name for parameter in self.params}
                ctx.meta[META] = found
                ctx.default_map = {name: value for name, value in found.options.items() if name in own}
        return super().parse_args(ctx, args)


def of(ctx: click.Context) -> Configuration:
    """The configuration that a command was started with."""
    found: Configuration = ctx.meta.get(META, Configuration())
    return found


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
    return configuration.read(path, import_module("mtcheck.commands.check").check.params)
