"""``mtcheck config``: print what is in force for a check, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import click
from click.core import ParameterSource

from mtcheck.calibration import ERROR_CONFIDENCE, WARNING_CONFIDENCE
from mtcheck.commands import configured
from mtcheck.commands.check import check
from mtcheck.configuration import NOT_OPTIONS, Configuration, option_name
from mtcheck.settings import Key, RuleSetting, Thresholds

Row = tuple[str, str, str]


@click.command(
    short_help="Print the settings in force and where each comes from.",
    context_settings={"ignore_unknown_options": True},
)
@click.argument("args", metavar="[OPTION]... [PATH]...", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def config(ctx: click.Context, args: tuple[str, ...]) -> None:
    """Print what is in force for `mtcheck check` with the same options and paths, and where each value comes from.

    Without a path, for the current folder. Values come from the command line, else the environment, else the
    configuration, else they are mtcheck's own.
    """
    # What checks as a whole needs a path; - stands for none, as standard input has no folder of its own.
    with check.make_context("mtcheck check", _with_path(ctx, args), parent=ctx.parent) as inner:
        found = configured.of(inner)
        click.echo(f"configuration: {found.path or 'none'}")
        click.echo()
        rows = [("setting", "value", "from"), *_options(inner, found), *_settings(found)]
        widths = [min(40, max(len(row[column]) for row in rows)) for column in (0, 1)]
        for name, value, source in rows:
            click.echo(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {source}")


def _with_path(ctx: click.Context, args: tuple[str, ...]) -> list[str]:
    given, _, _ = check.make_parser(click.Context(check, parent=ctx.parent)).parse_args(args=list(args))
    paths = given.get("paths")
    return [*args] if isinstance(paths, tuple) and paths else [*args, "-"]


def _options(ctx: click.Context, found: Configuration) -> Iterator[Row]:
    for parameter in check.params:
        if not isinstance(parameter, click.Option) or parameter.name in NOT_OPTIONS:
            continue
        name = option_name(parameter)
        source = ctx.get_parameter_source(str(parameter.name))
        if source is ParameterSource.DEFAULT_MAP:
            origin = found.place(name)
        elif source is ParameterSource.ENVIRONMENT:
            origin = f"environment, {parameter.envvar}"
        else:
            origin = "command line" if source is ParameterSource.COMMANDLINE else "default"
        yield name, _shown(ctx.params.get(str(parameter.name))), origin


def _settings(found: Configuration) -> Iterator[Row]:
    yield from _thresholds(found, found.settings.thresholds, (), usual=True)
    yield from _rules(found, found.settings.rules, ("rules",))
    for number, override in enumerate(found.settings.overrides):
        key: Key = ("overrides", number)
        yield f"overrides[{number}].paths", _shown(override.paths.patterns), found.place(*key)
        if override.accept:
            yield f"overrides[{number}].accept", _shown(override.accept), found.place(*key, "accept")
        yield from _thresholds(found, override.thresholds, key, usual=False)
        yield from _rules(found, override.rules, (*key, "rules"))


def _thresholds(found: Configuration, thresholds: Thresholds, key: Key, *, usual: bool) -> Iterator[Row]:
    prefix = f"overrides[{key[1]}]." if key else ""
    for name, value, default in (
        ("error-confidence", thresholds.error, ERROR_CONFIDENCE),
        ("warning-confidence", thresholds.warning, WARNING_CONFIDENCE),
    ):
        if value is not None:
            yield prefix + name, f"{value:g}", found.place(*key, name)
        elif usual:
            yield name, f"{default:g}", "default"


def _rules(found: Configuration, rules: Mapping[str, RuleSetting], key: Key) -> Iterator[Row]:
    prefix = f"overrides[{key[1]}]." if len(key) > 1 else ""
    for code, rule in rules.items():
        level = "off" if rule.off else rule.severity.label if rule.severity is not None else "by confidence"
        least = f", from {rule.confidence:g}" if rule.confidence else ""
        yield f"{prefix}rules.{code}", level + least, _nearest(found, (*key, code))


def _nearest(found: Configuration, key: Key) -> str:
    """Where a key is set; what stands in an inline table has the place of the table."""
    while key[:-1] and key not in found.lines:
        key = key[:-1]
    return found.place(*key)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return os.fspath(value) if isinstance(value, os.PathLike) else str(value)
