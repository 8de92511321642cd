"""``mtcheck score``: how surprising each sentence is, worst first, as a table, JSON or a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TextIO

import click

from mtcheck.checks import Checks
from mtcheck.commands import options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.commands.options import InputOptions
from mtcheck.commands.outcome import FAILED, OK, notice
from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure
from mtcheck.output import open_output
from mtcheck.progress import terminal_progress
from mtcheck.readers import Source
from mtcheck.sentence_scores import SentenceScore, sentence_scores
from mtcheck.silencers import without_silencers

ORDERS: Mapping[str, Callable[[SentenceScore], float]] = {
    "editing": lambda score: -score.editing,
    "plain": lambda score: -score.plain,
    "place": lambda score: 0,
}


@click.command(cls=ConfiguredCommand, short_help="Show how surprising each sentence is, worst first.")
@options.paths
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="table for people, json for programs.",
)
@options.output
@click.option(
    "--sort",
    "order",
    type=click.Choice(list(ORDERS)),
    default="editing",
    show_default=True,
    help="By editing or plain perplexity, highest first, or by place in the text.",
)
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=0), default=20, show_default=True, help="Rows; 0 for all."
)
@click.option("--plot", metavar="FILE", help="Draw the sentences in their order into FILE (.png, .svg or .pdf).")
@options.inputs
@options.cached_checker
@options.configuration()
@click.pass_context
def score(
    ctx: click.Context,
    paths: tuple[str, ...],
    format_name: str,
    output: str | None,
    order: str,
    limit: int,
    plot: str | None,
    inputs: InputOptions,
    checker: CheckerOptions,
) -> None:
    """Show the perplexity of each sentence, worst first.

    Editing perplexity is that of the text as an editor would copy it who has read all of it: near 1 where the wording
    is right. Plain perplexity is that of reading once from the left. Both are per token of the sentence's words.

    Exit status: 0 done, 2 an input or the run itself failed.
    """
    _check_plot(plot)
    options.spare_inputs(paths, output, plot)
    written = [path for path in (output, plot) if path]
    failures: list[Failure] = []
    scores: list[SentenceScore] = []
    sources = inputs.find(ctx, paths, leave_out=written)
    with checker.remembering() as load, terminal_progress() as progress:
        checks: Checks | None = None
        for item in sources:
            for document in _documents(item, inputs, failures):
                progress(visible(document.path), 0, 0)
                checks = checks or load(progress)
                scores += sentence_scores(document, checks.check_document(document))
    for failure in failures:
        notice(failure)
    if plot is not None:
        from mtcheck.score_plot import draw

        draw(scores, plot)
    ranked = sorted(scores, key=ORDERS[order])
    with open_output(output, utf8=format_name == "json") as stream:
        shown = ranked[: limit or None]
        if format_name == "json":
            json.dump([_entry(one) for one in shown], stream, ensure_ascii=False, indent=2)
            stream.write("\n")
        else:
            _print_table(shown, len(ranked), stream)
    ctx.exit(FAILED if failures else OK)


def _check_plot(path: str | None) -> None:
    """Say before anything slow is done that there is nothing to draw with."""
    if path is None:
        return
    if not path.endswith((".png", ".svg", ".pdf")):
        raise click.BadParameter("the file's suffix names its format: .png, .svg or .pdf", param_hint="'--plot'")
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        problem = "--plot needs matplotlib, which is not installed: python -m pip install 'mtcheck[plots]'"
        raise click.UsageError(problem) from error


def _documents(item: Source | Failure, inputs: InputOptions, failures: list[Failure]) -> Iterator[Document]:
    """The documents of an input that can be read; the others go to ``failures``."""
    if isinstance(item, Failure):
        failures.append(item)
        return
    try:
        found = inputs.read(item)
    except InputError as error:
        failures.append(Failure(error.path, error.message))
        return
    for one in found:
        if isinstance(one, Failure):
            failures.append(one)
        else:
            yield without_silencers(one)


def _entry(score: SentenceScore) -> dict[str, Any]:
    return {**asdict(score), "editing": round(score.editing, 2), "plain": round(score.plain, 2)}


def _print_table(scores: Sequence[SentenceScore], total: int, stream: TextIO) -> None:
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    from mtcheck.reports.text import console_on
    from mtcheck.reports.wording import count as count_of

    table = Table(box=SIMPLE, pad_edge=False)
    for name in ("editing", "plain"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("place", overflow="fold")
    table.add_column("sentence", ratio=1)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    for one in scores:
        place = visible(f"{one.path}:{one.line}:{one.column}", encoding)
        figures = (f"{one.editing:,.2f}", f"{one.plain:,.1f}")
        table.add_row(*figures, Text(place), Text(visible(one.text, encoding)))
    console = console_on(stream)
    console.print(table)
    left = total - len(scores)
    console.print(count_of(total, "sentence") + (f", {left:,} of them not shown (--limit 0 shows all)" if left else ""))
