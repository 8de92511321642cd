"""``mtcheck check``: check files, folders or standard input and report what looks garbled."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import click
from click.core import ParameterSource

from mtcheck.baseline import Baseline
from mtcheck.changed_lines import ChangedLines
from mtcheck.commands import configured, options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.commands.options import InputOptions
from mtcheck.commands.outcome import FAILED, FOUND, INTERRUPTED, OK, notice
from mtcheck.destinations import destinations, open_reports
from mtcheck.display import visible
from mtcheck.findings import Failure, Severity
from mtcheck.gates import Gates
from mtcheck.output import STDOUT
from mtcheck.policy import Policy
from mtcheck.progress import progress_unless
from mtcheck.reports import FORMATS, Tally
from mtcheck.runner import Runner
from mtcheck.settings import Settings
from mtcheck.state import State


@click.command(cls=ConfiguredCommand, short_help="Check files, folders or standard input (the default command).")
@options.paths
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Format of the report. " + "; ".join(f"{name}: {form.about}" for name, form in FORMATS.items()) + ".",
)
@click.option(
    "-o",
    "--output",
    "outputs",
    metavar="[FORMAT:]FILE",
    multiple=True,
    help="Write the report to FILE, replaced when it is complete. With FORMAT, write one more report. Repeatable.",
)
@options.inputs
@options.accept
@click.option(
    "--min-severity",
    type=click.Choice(options.LEVELS),
    help="Leave out findings below this.  [default: info for json and jsonl, else warning]",
)
@options.fail_on("Exit with 1 if a reported finding is at or above this.")
@click.option(
    "--max-rate",
    metavar="N",
    type=click.FloatRange(min=0),
    help="Exit with 1 if a document has more findings per 1,000 words, whatever --fail-on says.",
)
@click.option(
    "--max-spun",
    metavar="P",
    type=click.FloatRange(0, 1),
    help="Exit with 1 if a document is spun with a higher probability, whatever --fail-on says.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    help="Leave out the findings that FILE holds; they stay known when their text moves.",
)
@click.option("--update-baseline", is_flag=True, help="Write all findings of this run into the --baseline file.")
@click.option(
    "--changed-since",
    metavar="REV",
    help="Report findings only on lines that changed since git revision REV, or since the history parted from it.",
)
@click.option(
    "--state",
    metavar="FILE",
    help="Check only what is new or has changed since earlier runs with the same FILE; what is checked goes into it.",
)
@click.option("--allow-local", is_flag=True, help="Read addresses of this machine and of the local network too.")
@click.option(
    "-v",
    "--verbose",
    is_flag=True,
    help="Tell how surprising each wording and suggestion is, in nats, in text, json and jsonl.",
)
@click.option("-q", "--quiet", is_flag=True, help="No summary and no progress; findings and errors only.")
@options.parallel_checker
@options.configuration()
@click.pass_context
def check(
    ctx: click.Context,
    paths: tuple[str, ...],
    format_name: str,
    outputs: tuple[str, ...],
    inputs: InputOptions,
    accept: tuple[str, ...],
    min_severity: str | None,
    fail_on: str,
    max_rate: float | None,
    max_spun: float | None,
    baseline: str | None,
    update_baseline: bool,
    changed_since: str | None,
    state: str | None,
    allow_local: bool,
    verbose: bool,
    quiet: bool,
    checker: CheckerOptions,
) -> None:
    """Check text for garbled wording and propose what the original said.

    PATH is a file, a folder (its text, Markdown, HTML, Word, news, feed, subtitle and translation files, hidden ones
    aside, with all subfolders), an http or https address, or - for standard input.

    Exit status: 0 nothing found, 1 findings or a limit exceeded, 2 an input or the run itself failed.
    """
    failing = options.severity(fail_on)
    minimum = options.severity(min_severity)
    places = destinations(format_name, outputs)
    written = [place.path for place in places if place.path != STDOUT]
    options.spare_inputs(paths, *written)
    if state and baseline:
        raise click.UsageError("--state and --baseline do not go together: each leaves out what is known.")
    remembered = State.read(Path(state)) if state else None
    known = _baseline(baseline, update_baseline)
    changes = None if changed_since is None else ChangedLines(changed_since)
    if update_baseline and changes is not None:
        raise click.UsageError("--update-baseline needs all lines; leave --changed-since out.")
    policy = Policy(
        settings=configured.settings(ctx, accept),
        baseline=known,
        changes=changes,
        minimum=_least(minimum, failing) if update_baseline else minimum or Severity.INFO,
        used=set() if verbose else None,
    )
    sources = inputs.find(ctx, paths, leave_out=[*written, *filter(None, [state, baseline])])
    if changes is not None:
        sources = [one for one in sources if isinstance(one, Failure) or changes.is_changed(one.path)]
    reports = open_reports(places, summary=not quiet, minimum=minimum, failing=failing, verbose=verbose)
    with checker.remembering() as load, reports as report:
        runner = Runner(
            read=partial(inputs.read, allow_local=allow_local),
            load=load,
            report=report,
            notice=notice,
            progress=progress_unless(quiet),
            policy=policy,
            gates=Gates(max_rate, max_spun),
            state=remembered,
        )
        tally = runner.over(sources)
    if remembered is not None:
        # Only now: what no report holds must be reported by the next run.
        remembered.write()
    if known is not None:
        _tell_of_baseline(known, tally, quiet=quiet)
    if policy.used is not None and changes is None and _is_whole(ctx, paths, tally):
        _tell_of_accepted(ctx, policy.settings, policy.used)
    ctx.exit(_status(tally, failing))


def _baseline(path: str | None, update: bool) -> Baseline | None:
    if path is None:
        if update:
            raise click.UsageError("--update-baseline needs --baseline FILE, the file to write.")
        return None
    return Baseline.read(Path(path), update=update)


def _least(minimum: Severity | None, failing: Severity | None) -> Severity:
    """The least severity that people are shown: what they would have to look at belongs into a baseline."""
    return minimum if minimum is not None else min(Severity.WARNING, failing or Severity.WARNING)


def _tell_of_baseline(known: Baseline, tally: Tally, *, quiet: bool) -> None:
    """Write a new baseline; else say how many findings it hides and which of its entries are not needed any more."""
    if known.update:
        if tally.interrupted:
            click.echo(f"mtcheck: {visible(str(known.path))}: not written, since the run was interrupted", err=True)
            return
        count = known.write()
        told = f"{count} finding{'' if count == 1 else 's'} written"
    else:
        gone = known.gone()
        told = f"{known.matched} known finding{'' if known.matched == 1 else 's'} left out"
        if gone:
            example = f"{gone[0].rule} “{gone[0].text}” in {gone[0].path}"
            told += f"; {len(gone)} of it found no more (first: {example}): --update-baseline drops what is gone"
    if not quiet:
        click.echo(f"mtcheck: {visible(str(known.path))}: {visible(told)}", err=True)


def _is_whole(ctx: click.Context, paths: tuple[str, ...], tally: Tally) -> bool:
    """Whether all that accepted wording is meant for was checked: all below the configuration, if it stands there."""
    if tally.interrupted or tally.failures or tally.unchanged:
        return False
    if configured.of(ctx).path is None:
        return True
    folder = configured.of(ctx).folder.resolve()
    return any(os.path.isdir(path) and folder.is_relative_to(Path(path).resolve()) for path in paths)


def _tell_of_accepted(ctx: click.Context, settings: Settings, used: set[str]) -> None:
    """Say which accepted wordings left no finding out."""
    for wording, key in settings.needless(used):
        given = key == ("accept",) and ctx.get_parameter_source("accept") is ParameterSource.COMMANDLINE
        place = "--accept" if given else configured.of(ctx).place(*key)
        click.echo(f"mtcheck: {visible(place)}: accepted wording “{visible(wording)}” leaves nothing out", err=True)


def _status(tally: Tally, failing: Severity | None) -> int:
    if tally.interrupted:
        click.echo(f"mtcheck: interrupted; inputs checked: {tally.files}", err=True)
        return INTERRUPTED
    if tally.failures:
        return FAILED
    if tally.over_limits:
        return FOUND
    return FOUND if failing is not None and tally.worst is not None and tally.worst >= failing else OK
