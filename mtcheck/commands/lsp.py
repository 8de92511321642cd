"""``mtcheck lsp``: a language server for editors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from mtcheck import configuration
from mtcheck.commands import check, options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.errors import UsageError
from mtcheck.progress import silent

if TYPE_CHECKING:
    from mtcheck.stepwise import StepwiseChecker


@click.command(cls=ConfiguredCommand, short_help="Check drafts as you write them, in an editor (language server).")
@options.checker
@options.no_config
@options.config
def lsp(
    model: str | None,
    adapter: str | None,
    precision: str,
    threads: int | None,
    names: tuple[str, ...],
    config: str | None,
    no_config: bool,
) -> None:
    """Speak the Language Server Protocol over standard input and output; an editor starts this command.

    Which findings are shown follows the configuration nearest to each draft, unless --config names one for all.
    """
    try:
        from mtcheck.lsp import server
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`mtcheck lsp` needs {error.name}, which is not installed: python -m pip install 'mtcheck[lsp]'"
        ) from error

    def load() -> StepwiseChecker:
        loaded = check.load_checker(model, adapter, precision, threads, names, silent)
        return cast("StepwiseChecker", loaded)

    def locate(path: str) -> Path | None:
        if no_config:
            return None
        return Path(config) if config else configuration.find([path])

    server.run(load, locate)
