"""``mtcheck fix``: put suggestions into files, as a diff, in place, or one by one with a person."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterable
from functools import partial

import click
from click.core import ParameterSource

from mtcheck.calibration import WARNING_CONFIDENCE
from mtcheck.commands import configured, options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.commands.options import InputOptions
from mtcheck.commands.outcome import FAILED, FOUND, INTERRUPTED, OK, notice
from mtcheck.display import visible
from mtcheck.findings import Severity
from mtcheck.fixing.difference import unified_diff
from mtcheck.fixing.fixer import Automatic, Chooser, FixableFile, Fixer, Outcome
from mtcheck.fixing.fixes import Fixed
from mtcheck.fixing.replacement import replace_file
from mtcheck.fixing.text_file import TextFile
from mtcheck.policy import Policy
from mtcheck.progress import progress_unless
from mtcheck.readers import STDIN, Source, is_address, is_word, read_bytes
from mtcheck.reports import Tally
from mtcheck.runner import Runner

DIFF, WRITE, INTERACTIVE, THROUGH = "diff", "write", "interactive", "through"
_COLOURS = {b"-": "red", b"+": "green", b"@": "cyan"}


@click.command(cls=ConfiguredCommand, short_help="Put suggestions into files: as a diff, in place, or one by one.")
@options.paths
@click.option("--diff", "mode", flag_value=DIFF, help="Print a unified diff and change nothing (the default).")
@click.option("--write", "mode", flag_value=WRITE, help="Replace the files by their fixed versions.")
@click.option("--interactive", "mode", flag_value=INTERACTIVE, help="Ask about each finding, then replace the file.")
@click.option(
    "--confidence",
    metavar="P",
    type=click.FloatRange(0, 1),
    help="Take first suggestions that are right with at least this probability."
    f"  [default: {WARNING_CONFIDENCE:g}: likelier right than not]",
)
@click.option(
    "--min-severity",
    type=click.Choice(options.LEVELS),
    help="With --interactive, ask about findings from this on.  [default: warning]",
)
@options.fail_on("Exit with 1 if a finding at or above this is left in a file.")
@options.inputs
@options.accept
@options.quiet
@options.cached_checker
@options.configuration()
@click.pass_context
def fix(
    ctx: click.Context,
    paths: tuple[str, ...],
    mode: str | None,
    confidence: float | None,
    min_severity: str | None,
    fail_on: str,
    inputs: InputOptions,
    accept: tuple[str, ...],
    quiet: bool,
    checker: CheckerOptions,
) -> None:
    """Put suggestions into files; all else in them stays byte for byte as it is.

    PATH is a file, a folder, or - alone for standard input, whose fixed text goes to standard output.

    Exit status: 0 no findings left, 1 findings left (with --diff all of them are), 2 an input or the run itself failed.
    """
    mode = _mode(mode, paths, confidence)
    if mode != INTERACTIVE and ctx.get_parameter_source("min_severity") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--min-severity goes with --interactive only; see --confidence.")
    fixer = Fixer(
        open_file=partial(_open, inputs),
        chooser=_chooser(mode, confidence, min_severity),
        deliver=_DELIVERIES.get(mode, _write),
        notice=notice,
        in_place=mode != DIFF,
    )
    with checker.remembering() as load:
        runner = Runner(
            read=fixer.read,
            load=load,
            report=fixer,
            notice=notice,
            progress=progress_unless(quiet),
            policy=Policy(settings=configured.settings(ctx, accept)),
        )
        tally = runner.over(inputs.find(ctx, paths))
    if not quiet:
        click.echo(fixer.outcome.summary(fixed="possible fix" if mode == DIFF else "fix"), err=True)
    ctx.exit(_status(tally, fixer.outcome, options.severity(fail_on)))


def _mode(mode: str | None, paths: tuple[str, ...], confidence: float | None) -> str:
    """How to fix, if the options go together.

    Raises:
        click.UsageError: they do not.
    """
    if any(map(is_address, paths)):
        raise click.UsageError("An address cannot be fixed: save it first and name the file.")
    if STDIN in paths:
        if len(paths) > 1:
            raise click.UsageError("- goes alone: its fixed text goes to standard output.")
        if mode == INTERACTIVE:
            raise click.UsageError("--interactive takes files, not standard input.")
        mode = DIFF if mode == DIFF else THROUGH
    if mode == INTERACTIVE:
        if confidence is not None:
            raise click.UsageError("--confidence does not go with --interactive, which asks; see --min-severity.")
        if not has_terminal():
            raise click.UsageError("--interactive needs a terminal to ask on.")
    return mode or DIFF


def _chooser(mode: str, confidence: float | None, min_severity: str | None) -> Chooser:
    if mode == INTERACTIVE:
        from mtcheck.fixing.dialog import Dialog

        return Dialog(sys.stdout, Severity[(min_severity or "warning").upper()])
    return Automatic(WARNING_CONFIDENCE if confidence is None else confidence)


def has_terminal() -> bool:
    """Whether there is a terminal to read keys from."""
    if sys.stdin is not None and sys.stdin.isatty():
        return True
    try:
        with open("/dev/tty", "rb"):
            return True
    except OSError:
        return False


def _open(inputs: InputOptions, source: Source) -> FixableFile:
    data = read_bytes(source)
    if is_word(data, source.path):
        from mtcheck.fixing.word_file import WordFile

        return WordFile(source.path, data)
    return TextFile(source.path, data, encoding=inputs.encoding, all_text=inputs.all_text, fields=inputs.fields)


def _write(file: FixableFile, fixed: Fixed) -> None:
    if fixed.made:
        replace_file(file.path, file.data, fixed.data)


def _pass_through(file: FixableFile, fixed: Fixed) -> None:
    _print_bytes([fixed.data])


def _print_diff(file: FixableFile, fixed: Fixed) -> None:
    """Print a diff; on a terminal in colours, and with nothing in it that the terminal would act on."""
    name = "stdin" if file.path == STDIN else file.path
    lines = unified_diff(f"{name} ({fixed.readable})" if fixed.readable else name, *fixed.shown)
    if sys.stdout is None or not sys.stdout.isatty():
        _print_bytes(lines)
        return
    for line in lines:
        shown = visible(line.decode("utf-8", "replace").rstrip("\r\n"))
        click.secho(shown, fg=_COLOURS.get(line[:1]), bold=line.startswith((b"---", b"+++")))


def _print_bytes(data: Iterable[bytes]) -> None:
    if sys.stdout is None:
        raise OSError(errno.EBADF, "standard output is closed")
    sys.stdout.flush()
    sys.stdout.buffer.writelines(data)
    sys.stdout.buffer.flush()


_DELIVERIES: dict[str, Callable[[FixableFile, Fixed], None]] = {DIFF: _print_diff, THROUGH: _pass_through}


def _status(tally: Tally, outcome: Outcome, failing: Severity | None) -> int:
    if tally.interrupted:
        click.echo("mtcheck: interrupted; files that were complete are fixed, the others are as they were", err=True)
        return INTERRUPTED
    if tally.failures or outcome.failures:
        return FAILED
    if failing is None:
        return OK
    left = any(number > 0 and severity >= failing for severity, number in outcome.left.items())
    return FOUND if left else OK
