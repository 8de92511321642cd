"""What several commands take: the options that choose a model, the encoding of inputs, and the place of a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

import click

from mtcheck.commands import configured
from mtcheck.findings import Failure, Severity
from mtcheck.readers import DOCUMENT_SUFFIXES, Source, discover, find_encoding
from mtcheck.settings import Patterns

Command = TypeVar("Command", bound=Callable[..., Any])

LEVELS = [severity.label for severity in reversed(Severity)]


def _known_encoding(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    try:
        return value and find_encoding(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


model = click.option(
    "--model",
    metavar="NAME",
    envvar="MTCHECK_MODEL",
    show_envvar=True,
    help="Base model: a folder, a GGUF file or a name on the Hugging Face hub.",
)
adapter = click.option(
    "--adapter", metavar="FOLDER", help="Adapter to use in place of the one that comes with mtcheck."
)
precision = click.option(
    "--precision",
    type=click.Choice(["auto", "bf16", "int8", "fp32"]),
    default="auto",
    show_default=True,
    envvar="MTCHECK_PRECISION",
    show_envvar=True,
    help="Number format to compute in.",
)
threads = click.option(
    "--threads", metavar="N", type=click.IntRange(min=1), help="Processor threads.  [default: all cores]"
)
names = click.option(
    "--names",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False),
    help="Names that are right, one a line; their near misses are findings. May be given several times.",
)
config = click.option(
    "--config",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False),
    help="Configuration to use.  [default: the nearest mtcheck.toml or pyproject.toml up the tree]",
)
no_cache = click.option(
    "--no-cache",
    is_flag=True,
    envvar="MTCHECK_NO_CACHE",
    show_envvar=True,
    help="Check anew what is known from earlier runs, and keep nothing.",
)
no_config = click.option("--no-config", is_flag=True, help="Read no configuration.")
encoding = click.option(
    "--encoding",
    metavar="NAME",
    callback=_known_encoding,
    help="Encoding of the inputs, for example windows-1252.  [default: UTF-8, or UTF-16 by its mark]",
)
all_text = click.option("--all-text", is_flag=True, help="Of web pages, check everything and not the main text only.")
exclude = click.option(
    "--exclude",
    metavar="PATTERN",
    multiple=True,
    help="Leave out what matches in folders; a pattern as in .gitignore, from the current folder. Repeatable.",
)
force_exclude = click.option(
    "--force-exclude", is_flag=True, help="Leave out what --exclude matches even where it is named."
)
accept = click.option(
    "--accept",
    metavar="WORDING",
    multiple=True,
    help="Words that are right where they stand like this, whatever their case. Repeatable.",
)
fields = click.option(
    "--field",
    "fields",
    metavar="NAME",
    multiple=True,
    help="Of JSON, JSON Lines and CSV, check this field or column; article.body is one inside another. Repeatable.",
)
output = click.option("-o", "--output", metavar="FILE", help="Write the report to FILE, replaced when it is complete.")


def checker(command: Command) -> Command:
    """All options that choose and load a checker, as the parameters model, adapter, precision, threads, names."""
    for option in (names, threads, precision, adapter, model):
        command = option(command)
    return command


def spare_inputs(paths: Collection[str], *outputs: str | None) -> None:
    """Refuse to replace an input by the report on it.

    Raises:
        click.BadParameter: one of ``outputs`` is one of ``paths``.
    """
    for output in outputs:
        if output is None or not os.path.isfile(output):
            continue
        if any(os.path.isfile(path) and os.path.samefile(path, output) for path in paths):
            raise click.BadParameter(f"{output} is an input and would be overwritten.", param_hint="'--output'")


def inputs(
    ctx: click.Context,
    paths: Sequence[str],
    *,
    leave_out: Collection[str] = (),
    exclude: Sequence[str],
    force_exclude: bool,
) -> list[Source | Failure]:
    """The inputs that a configured command was given: files, those in folders, standard input."""
    excluded = Patterns(exclude, configured.folder_of(ctx, "exclude"))
    return list(
        discover(
            paths,
            leave_out=leave_out,
            suffixes=DOCUMENT_SUFFIXES,
            excluded=lambda path, folder: excluded.match(path, folder=folder),
            force_exclude=force_exclude,
        )
    )
