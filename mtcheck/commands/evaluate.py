"""``mtcheck evaluate``: measure findings and suggestions on text whose garbles are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mtcheck.commands import options
from mtcheck.commands.loading import CheckerOptions
from mtcheck.findings import Severity
from mtcheck.output import STDOUT, open_output
from mtcheck.progress import terminal_progress

if TYPE_CHECKING:
    from mtcheck.evaluation.corpus import Corpus


@click.command(short_help="Measure mtcheck on text whose garbles are known.")
@click.argument("gold", metavar="[GOLD.jsonl]...", nargs=-1)
@click.option("--garbled", metavar="FILE", help="Garbled text, a document a line; needs --original.")
@click.option("--original", metavar="FILE", help="What the same lines of the --garbled file said originally.")
@click.option(
    "--clean",
    metavar="FILE",
    multiple=True,
    help="Text without garbles, for false findings: a .jsonl file of documents, a plain file or a folder. Repeatable.",
)
@click.option(
    "--report",
    metavar="REPORT.json",
    multiple=True,
    help="Take the findings from a report of `mtcheck --format json` and load no model. Repeatable.",
)
@click.option(
    "--severity",
    type=click.Choice(options.LEVELS),
    default="warning",
    show_default=True,
    help="Count findings at or above this.",
)
@click.option(
    "--samples",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=1000,
    show_default=True,
    help="Resamples of the documents that intervals are taken from.",
)
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What to print: text for people, json for programs.",
)
@options.output
@click.option("--plots", metavar="DIR", help="Draw reliability.png and precision-recall.png into DIR.")
@options.encoding
@options.checker
def evaluate(
    gold: tuple[str, ...],
    garbled: str | None,
    original: str | None,
    clean: tuple[str, ...],
    report: tuple[str, ...],
    severity: str,
    samples: int,
    format_name: str,
    output: str | None,
    plots: str | None,
    encoding: str | None,
    checker: CheckerOptions,
) -> None:
    """Measure findings and suggestions on text whose garbles are known.

    GOLD.jsonl holds a document a line: {"id": ..., "text": ..., "spans": [{"start": ..., "end": ..., "original": ...,
    "kind": ..., "sure": ...}]}, with offsets in code points. A REPORT.json is of files that are called like the ids.

    Exit status: 0 done, 2 an input or the run itself failed.
    """
    if (garbled is None) != (original is None):
        raise click.UsageError("--garbled and --original belong together: name both.")
    if garbled and report:
        raise click.UsageError("--report does not go with --garbled, whose lines have no files of their own.")
    if not gold and not garbled and not clean:
        raise click.UsageError("Nothing to measure on: name GOLD.jsonl, --garbled and --original, or --clean.")
    written = None if output == STDOUT else output
    options.spare_inputs([*gold, *clean, *report, *filter(None, (garbled, original))], written)
    folder = _plots_folder(plots)

    from mtcheck.evaluation.evaluation import evaluate as measure
    from mtcheck.evaluation.report import FORMATS
    from mtcheck.evaluation.results import Checked, Reported, Results

    with open_output(written, utf8=format_name != "text") as stream:
        corpus = _read(gold, garbled, original, clean, encoding)
        results: Results = Reported(report) if report else Checked(checker.load, terminal_progress)
        found = results.of(corpus.gold), results.of(corpus.clean)
        with terminal_progress() as show:
            show("Comparing", 0, 0)
            evaluation = measure(
                corpus, *found, signature=results.signature, severity=Severity[severity.upper()], samples=samples
            )
        if folder is not None:
            from mtcheck.evaluation.plots import draw

            draw(evaluation, folder)
        FORMATS[format_name](evaluation, stream)


def _plots_folder(name: str | None) -> Path | None:
    """The folder for pictures, made if need be, before anything slow is done.

    Raises:
        click.UsageError: there is no matplotlib to draw with.
        OSError: the folder cannot be made.
    """
    if name is None:
        return None
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise click.UsageError(
            "--plots needs matplotlib, which is not installed: python -m pip install 'mtcheck[plots]'"
        ) from error
    folder = Path(name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(
    gold: tuple[str, ...], garbled: str | None, original: str | None, clean: tuple[str, ...], encoding: str | None
) -> Corpus:
    from mtcheck.evaluation.corpus import Corpus, read_clean, read_parallel
    from mtcheck.evaluation.gold import read_gold

    documents = [document for path in gold for document in read_gold(path)]
    if garbled and original:
        documents += read_parallel(garbled, original, encoding)
    return Corpus(tuple(documents), tuple(read_clean(clean, encoding)))
