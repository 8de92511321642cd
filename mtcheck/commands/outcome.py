"""How a command ends: its exit status, and what it says of an input that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mtcheck.display import visible

if TYPE_CHECKING:
    from mtcheck.findings import Failure

OK, FOUND, FAILED, INTERRUPTED = 0, 1, 2, 130
"""Exit statuses: nothing found, findings or a limit exceeded, an input or the run itself failed, Ctrl-C."""


def notice(failure: Failure) -> None:
    """Print on standard error what failed."""
    click.echo(f"mtcheck: {visible(failure.path) or repr('')}: {visible(failure.message)}", err=True)
