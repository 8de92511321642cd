"""What several commands take: inputs, the options that choose a checker, severities, and the place of a report.

Options that are used together come as one decorator and reach the command as one value.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from mtcheck.commands import configured
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.findings import Failure, Severity
from mtcheck.readers import DOCUMENT_SUFFIXES, Source, discover, find_encoding, read_documents
from mtcheck.settings import Patterns

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

LEVELS = [severity.label for severity in reversed(Severity)]


@dataclass(frozen=True)
class InputOptions:
    """What the command line says of the inputs: which of a folder's files they are, and how they are read."""

    encoding: str | None
    all_text: bool
    exclude: tuple[str, ...]
    force_exclude: bool
    fields: tuple[str, ...]

    def find(self, ctx: click.Context, paths: Sequence[str], leave_out: Collection[str] = ()) -> list[Source | Failure]:
        """The inputs that a configured command was given: files, those in folders, standard input."""
        excluded = Patterns(self.exclude, configured.folder_of(ctx, "exclude"))
        return list(
            discover(
                paths,
                leave_out=leave_out,
                suffixes=DOCUMENT_SUFFIXES,
                excluded=lambda path, folder: excluded.match(path, folder=folder),
                force_exclude=self.force_exclude,
            )
        )

    def read(self, source: Source, *, allow_local: bool = False) -> list[Document | Failure]:
        """The documents of an input.

        Raises:
            InputError: it cannot be read.
        """
        return read_documents(
            source, encoding=self.encoding, all_text=self.all_text, fields=self.fields, allow_local=allow_local
        )


def _as_one(parameter: str, kind: type, **options: Decorator) -> Decorator:
    """A decorator that adds options, by the fields of ``kind``; their values reach the command as one ``kind``."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def call(*args: Any, **values: Any) -> Any:
            given = {name: values.pop(name) for name in options}
            return command(*args, **values, **{parameter: kind(**given)})

        return _in_order(*options.values())(call)

    return decorate


def _in_order(*options: Decorator) -> Decorator:
    """A decorator that adds options in the order in which they are listed."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


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
jobs = click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Check documents in N processes, which share the threads; for many processors and many short documents.",
)
no_cache = click.option(
    "--no-cache",
    is_flag=True,
    envvar="MTCHECK_NO_CACHE",
    show_envvar=True,
    help="Check anew what is known from earlier runs, and keep nothing.",
)
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
quiet = click.option("-q", "--quiet", is_flag=True, help="No summary and no progress.")
paths = click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(allow_dash=True))

_checker = {"model": model, "adapter": adapter, "precision": precision, "threads": threads, "names": names}
checker = _as_one("checker", CheckerOptions, **_checker)
"""All options that choose and load a checker, as the parameter ``checker``."""
cached_checker = _as_one("checker", CheckerOptions, **_checker, no_cache=no_cache)
"""The same for a command that keeps results."""
parallel_checker = _as_one("checker", CheckerOptions, **_checker, jobs=jobs, no_cache=no_cache)
"""The same for a command that checks several documents at a time."""
inputs = _as_one(
    "inputs",
    InputOptions,
    encoding=encoding,
    all_text=all_text,
    exclude=exclude,
    force_exclude=force_exclude,
    fields=fields,
)
"""All options that choose and read inputs, as the parameter ``inputs``."""


def configuration(*, expose_value: bool = False) -> Decorator:
    """The options of ``ConfiguredCommand``, which reads them itself; exposed, they are parameters of the command."""
    return _in_order(
        click.option("--no-config", is_flag=True, expose_value=expose_value, help="Read no configuration."),
        click.option(
            "--config",
            metavar="FILE",
            type=click.Path(exists=True, dir_okay=False),
            expose_value=expose_value,
            help="Configuration to use.  [default: the nearest mtcheck.toml or pyproject.toml up the tree]",
        ),
    )


def fail_on(about: str) -> Decorator:
    """The option ``--fail-on``; a command says what it fails on."""
    levels = click.Choice([*LEVELS, "never"])
    return click.option("--fail-on", type=levels, default="warning", show_default=True, help=about)


def severity(level: str | None) -> Severity | None:
    """The severity that an option names; None for none and for ``never``."""
    return None if level is None or level == "never" else Severity[level.upper()]


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
