"""``mtcheck annotate``: a copy of a Word file with comments or tracked changes at the findings."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from mtcheck.calibration import WARNING_CONFIDENCE
from mtcheck.commands import configured, options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.commands.outcome import FAILED, INTERRUPTED, notice
from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import DocumentResult, Failure, Severity
from mtcheck.output import replacing
from mtcheck.policy import Policy
from mtcheck.progress import progress_unless
from mtcheck.readers import STDIN, Source, documents_in, is_address, is_word, read_bytes
from mtcheck.reports import Tally
from mtcheck.reports.wording import count
from mtcheck.runner import Runner

if TYPE_CHECKING:
    from mtcheck.annotating.word_copy import AnnotatedCopy


@click.command(cls=ConfiguredCommand, short_help="Write a copy of a Word file with comments at the findings.")
@click.argument("paths", metavar="DRAFT.docx", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the copy to FILE, replaced when it is complete.  [default: DRAFT.annotated.docx, if there is none]",
)
@click.option(
    "--track-changes", is_flag=True, help="Put suggestions in as tracked changes, to be accepted or rejected."
)
@click.option(
    "--confidence",
    metavar="P",
    type=click.FloatRange(0, 1),
    help="With --track-changes, take first suggestions that are right with at least this probability; other findings"
    f" become comments.  [default: {WARNING_CONFIDENCE:g}]",
)
@click.option(
    "--min-severity",
    type=click.Choice(options.LEVELS),
    default="warning",
    show_default=True,
    help="Leave out findings below this.",
)
@options.accept
@options.quiet
@options.cached_checker
@options.configuration()
@click.pass_context
def annotate(
    ctx: click.Context,
    paths: tuple[str, ...],
    output: str | None,
    track_changes: bool,
    confidence: float | None,
    min_severity: str,
    accept: tuple[str, ...],
    quiet: bool,
    checker: CheckerOptions,
) -> None:
    """Write a copy of a Word file with comments at the findings, or with tracked changes.

    Exit status: 0 the copy is written, 2 the file or the run itself failed.
    """
    if confidence is not None and not track_changes:
        raise click.UsageError("--confidence goes with --track-changes only; see --min-severity.")
    target = _target(paths, output)
    (path,) = paths
    options.spare_inputs([path], target)
    _need_docx()
    one = _OneFile()
    with checker.remembering() as load:
        runner = Runner(
            read=one.read,
            load=load,
            report=one,
            notice=notice,
            progress=progress_unless(quiet),
            policy=Policy(settings=configured.settings(ctx, accept), minimum=Severity[min_severity.upper()]),
        )
        tally = runner.over([Source(path)])
    if tally.interrupted:
        ctx.exit(INTERRUPTED)
    if one.checked is None:
        ctx.exit(FAILED)
    least = WARNING_CONFIDENCE if confidence is None else confidence
    copy = _copy(path, one.data, *one.checked, confidence=least if track_changes else None)
    with replacing(os.path.realpath(target)) as file:
        file.write(copy.data)
    for finding in copy.left:
        notice(Failure(path, f"there is no place for a comment on “{finding.text}” ({finding.location})"))
    if not quiet:
        changes = f" and {count(copy.changes, 'tracked change')}" if track_changes else ""
        click.echo(f"{visible(target)}: {count(copy.comments, 'comment')}{changes}", err=True)


def _target(paths: tuple[str, ...], output: str | None) -> str:
    """Where the copy goes.

    Raises:
        click.UsageError: the draft is no file, or there is a copy already that nobody asked to replace.
    """
    path = paths[0]
    if len(paths) > 1 or path == STDIN or is_address(path) or os.path.isdir(path):
        raise click.UsageError("Name one Word file.")
    if output is not None:
        return output
    draft = PurePath(path)
    target = str(draft.with_name(f"{draft.stem}.annotated{draft.suffix}"))
    if os.path.exists(target):
        raise click.UsageError(f"{target} is there already; name the copy with --output to replace it.")
    return target


def _need_docx() -> None:
    """Say at once, and not after the check, that there is nothing to write comments with."""
    if find_spec("docx") is None:
        problem = "annotate needs python-docx, which is not installed: python -m pip install 'mtcheck[word]'"
        raise click.UsageError(problem)


def _copy(
    path: str, data: bytes, document: Document, result: DocumentResult, *, confidence: float | None
) -> AnnotatedCopy:
    from mtcheck.annotating.word_copy import annotated_copy

    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        return annotated_copy(data, document, result.findings, confidence=confidence, date=date)
    except ValueError as error:
        raise InputError(path, str(error)) from error


class _OneFile:
    """Takes the bytes, the document and the result of one Word file out of a run."""

    def __init__(self) -> None:
        self.data = b""
        self.checked: tuple[Document, DocumentResult] | None = None

    def read(self, source: Source) -> list[Document | Failure]:
        """The one document of the file.

        Raises:
            InputError: it is no Word file, or cannot be read.
        """
        self.data = read_bytes(source)
        if not is_word(self.data, source.path):
            raise InputError(
                source.path, "not a Word file; of other files, `mtcheck --format html` makes a page to read"
            )
        return documents_in(self.data, source.path)

    def begin(self, signature: str) -> None:
        """Nothing."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """Keep the result."""
        self.checked = document, result

    def failure(self, failure: Failure) -> None:
        """Nothing: it went to standard error."""

    def end(self, tally: Tally) -> None:
        """Nothing."""
