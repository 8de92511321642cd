"""``mtcheck lsp``: a language server for editors."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from mtcheck import configuration
from mtcheck.commands import options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.errors import UsageError
from mtcheck.progress import silent


@click.command(cls=ConfiguredCommand, short_help="Check drafts as you write them, in an editor (language server).")
@options.checker
@options.configuration(expose_value=True)
def lsp(
    checker: CheckerOptions,
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

    def locate(path: str) -> Path | None:
        if no_config:
            return None
        return Path(config) if config else configuration.find([path])

    server.run(partial(checker.load, silent), locate)
