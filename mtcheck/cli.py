"""The command line: finds the command, and turns errors into messages and exit statuses."""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import traceback
from typing import Any

import click
from click.shell_completion import CompletionItem

from mtcheck._version import __version__
from mtcheck.commands.outcome import FAILED, INTERRUPTED
from mtcheck.display import visible
from mtcheck.errors import MtcheckError

CUT_OFF = 141
"""Exit status of a command whose reader went away."""

COMMANDS = {
    "cache": "Show or clear the kept results.",
    "check": "Check files, folders or standard input (the default command).",
    "annotate": "Write a copy of a Word file with comments at the findings.",
    "config": "Print the settings in force and where each comes from.",
    "explain": "Explain a rule, or list all of them.",
    "evaluate": "Measure mtcheck on text whose garbles are known.",
    "fix": "Put suggestions into files: as a diff, in place, or one by one.",
    "lsp": "Check drafts as you write them, in an editor (language server).",
    "model": "Fetch, describe or verify the models.",
    "score": "Show how surprising each sentence is, worst first.",
    "serve": "Serve editors, browsers and other programs over HTTP.",
}
"""Command -> what its help begins with. Each is in a module of ``mtcheck.commands`` under its name, imported when it is
used: to list them none is."""

DEFAULT = "check"
_HELP = ("-h", "--help")


class Commands(click.Group):
    """A group that imports commands when they are needed and takes paths for the default one.

    Exit status 1 says that there are findings. So whatever goes wrong, a crash included, ends with 2.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"mtcheck.commands.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front where no command is named: ``mtcheck draft.txt``, ``mtcheck -q -``."""
        own = {name for parameter in self.get_params(ctx) for name in parameter.opts}
        if args and args[0] not in COMMANDS and args[0] not in own:
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Offer what may come first: commands, and what the default command takes."""
        found = super().shell_complete(ctx, incomplete)
        default = self.get_command(ctx, DEFAULT)
        if default is not None:
            found += [item for item in default.shell_complete(ctx, incomplete) if item.value not in _HELP]
        return [*found, *([] if incomplete.startswith("-") else [CompletionItem(incomplete, type="file")])]

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the arguments name."""
        try:
            return super().invoke(ctx)
        except click.ClickException as error:
            error.show()
            status = FAILED
        except MtcheckError as error:
            status = _fail(str(error))
        except BrokenPipeError:
            status = _cut_off()
        except OSError as error:
            reason = error.strerror or str(error)
            status = _fail(f"{os.fsdecode(error.filename)}: {reason}" if error.filename else reason)
        except KeyboardInterrupt:
            status = INTERRUPTED
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception:
            traceback.print_exc()
            status = _fail("internal error, see above; please report it")
        ctx.exit(status)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`mtcheck PATH...` is short for `mtcheck check PATH...`; a file that is called like a command is ./check.",
)
@click.version_option(__version__, message="mtcheck %(version)s")
def cli() -> None:
    """Find garbled wording in translated and spun English, and propose what the original said.

    Everything runs on this machine; no text is sent anywhere.
    """


def main() -> None:
    """The entry point of ``mtcheck`` and ``python -m mtcheck``."""
    cli(prog_name="mtcheck")


def _fail(message: str) -> int:
    click.echo(f"mtcheck: {visible(message)}", err=True)
    return FAILED


def _cut_off() -> int:
    """The reader of the output, say ``head``, has gone. Python must not try to write the rest at exit."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CUT_OFF
