"""The checker: a document through windows, editing pass, detector and suggester to findings and a verdict."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, detector, suggester
from mtcheck._version import __version__
from mtcheck.calibration import Calibration
from mtcheck.composer import compose
from mtcheck.detector import WordReading
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict
from mtcheck.language_model import load
from mtcheck.language_model.editing import Reading
from mtcheck.segments import Window, count_words, windows
from mtcheck.suggester import Place

BATCH_TOKENS = 4096
"""Tokens of one pass, both copies of all its windows with their padding."""
WINDOWS_HELD = 64
"""Windows that are cut, sorted by length and read together."""
SHORTEST_JUDGED = 40
"""Words below which a document's verdict is too short to tell."""


Judged = tuple[Window, list[WordReading], list[Place]]


@dataclass(slots=True)
class Totals:
    """Sums over a document's windows, for its verdict: surprisals in nats, and each word's chance to be garbled."""

    tokens: int = 0
    editing: float = 0.0
    plain: float = 0.0
    words: int = 0
    garbled: float = 0.0

    def add(self, words: Sequence[WordReading], reading: Reading) -> None:
        """Count one window."""
        self.tokens += len(reading.plain)
        self.editing += float(reading.surprisal[:-1].sum())
        self.plain += float(reading.plain.sum())
        self.words += len(words)
        self.garbled += sum(1.0 / (1.0 + math.exp(-word.logit)) for word in words)

    def features(self) -> dict[str, float]:
        """What the verdict rests on; nothing in it grows with the length.

        ``share`` is the log of the mean chance of a word to be garbled, ``editing`` that of the mean editing surprisal.
        """
        return {
            "share": math.log(self.garbled / max(1, self.words) + 1e-4),
            "editing": math.log(self.editing / max(1, self.tokens) + 1e-3),
        }


class Checker:
    """Checks English text for garbled wording; the model is loaded once, when it is made."""

    def __init__(
        self,
        *,
        model: str | None = None,
        adapter: str | Path | None = None,
        precision: str = "auto",
        threads: int | None = None,
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Load base model and adapter.

        Args:
            model: a folder or hub name of the base model; by default the one that the adapter was trained on.
            adapter: a folder with an adapter; by default the one that comes with the package.
            precision: ``bf16``, ``int8``, ``fp32`` or ``auto``: what this processor does fast.
            threads: processor threads; by default as many as torch takes.
            progress: called with (label, done, total) while a model is fetched or a document is checked.

        Raises:
            ModelError: no usable base model or adapter; its text says what to do.
        """
        self._progress = progress or (lambda label, done, total: None)
        chosen = adapters.locate(adapter)
        base = base_model.locate(model, progress=self._progress)
        self._calibration: Calibration = calibration.load(chosen.folder / "calibration.json")
        self._model = load(base.folder, chosen.folder, precision, threads)
        self._lock = threading.Lock()
        self.signature = "|".join(
            [
                f"mtcheck:{__version__}",
                f"base:{base.name}@{base.sha256[:12]}",
                f"adapter:{chosen.name}@{chosen.sha256[:12]}",
                f"precision:{self._model.precision}",
            ]
        )

    def check(self, text: str, path: str = "-") -> DocumentResult:
        """Find what is garbled in a text; ``path`` names it in the result."""
        return self.check_document(Document(path, text))

    def check_document(self, document: Document) -> DocumentResult:
        """Find what is garbled in a document. Safe to call from several threads: they take turns."""
        totals = Totals()
        with self._lock:
            findings = compose(document, self._judge(document.text, totals), self._calibration)
        words = count_words(document.text)
        return DocumentResult(document.path, words, self._verdict(totals, findings, words), findings)

    def _judge(self, text: str, totals: Totals) -> Iterator[Judged]:
        """Read the windows of a text in their order, some at a time, so that memory does not grow with the text."""
        rest = windows(text)
        while found := list(itertools.islice(rest, WINDOWS_HELD)):
            yield from self._judge_some(found, totals)
            self._progress("", found[-1].places[-1] + 1, len(text))

    def _judge_some(self, found: list[Window], totals: Totals) -> list[Judged]:
        """Read windows in batches of like lengths; the results come in the order of the windows."""
        tokens = [self._model.tokenize(window.text) for window in found]
        order = sorted(range(len(found)), key=lambda i: len(tokens[i].ids))
        results: dict[int, Judged] = {}
        readings: dict[int, Reading] = {}
        for batch in _batches(order, [2 * len(item.ids) + 2 for item in tokens]):
            texts = [found[i].text for i in batch]
            cut = [tokens[i] for i in batch]
            read = self._model.read([item.ids for item in cut])
            judged = [
                detector.read_words(text, item, reading, self._calibration.word)
                for text, item, reading in zip(texts, cut, read.readings, strict=True)
            ]
            places = [
                Place(row, word)
                for row, words in enumerate(judged)
                for word in words
                if word.logit >= self._calibration.finding.xs[0]
            ]
            suggester.propose(read, texts, cut, judged, places, self._model.decode)
            for row, i in enumerate(batch):
                readings[i] = read.readings[row]
                results[i] = (found[i], judged[row], [place for place in places if place.row == row])
        for i in range(len(found)):
            totals.add(results[i][1], readings[i])
        return [results[i] for i in range(len(found))]

    def _verdict(self, totals: Totals, findings: Sequence[Finding], words: int) -> Verdict:
        rate = 1000.0 * sum(f.severity >= Severity.WARNING for f in findings) / max(1, words)
        if not totals.tokens:
            return Verdict(rate, None, None, None)
        spun = self._calibration.document.probability(totals.features()) if words >= SHORTEST_JUDGED else None
        return Verdict(
            findings_per_1000_words=rate,
            editing_perplexity=math.exp(totals.editing / totals.tokens),
            perplexity=math.exp(totals.plain / totals.tokens),
            spun=spun,
        )


def _batches(order: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Cut indices, sorted by size, into batches whose padded size stays within bounds."""
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * sizes[i] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
