"""The checker: a document through windows, editing pass, detector and suggester to findings and a verdict."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, detector, suggester
from mtcheck._version import __version__
from mtcheck.calibration import WARNING_CONFIDENCE, Calibration
from mtcheck.composer import compose
from mtcheck.detector import WordReading
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Verdict
from mtcheck.language_model import load
from mtcheck.segments import Window, count_words, windows
from mtcheck.suggester import Place

BATCH_TOKENS = 4096
"""Tokens of one pass, both copies of all its windows with their padding."""
SHORTEST_JUDGED = 40
"""Words below which a document's verdict is too short to tell."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One window with its words, the places proposed on, and its tokens' surprisals summed, in nats."""

    window: Window
    words: list[WordReading]
    places: list[Place]
    editing: float
    plain: float
    tokens: int


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
        with self._lock:
            judged = list(self._judge(list(windows(document.text))))
        findings = compose(document, [(item.window, item.words, item.places) for item in judged], self._calibration)
        return DocumentResult(
            path=document.path,
            words=count_words(document.text),
            verdict=self._verdict(judged, findings, count_words(document.text)),
            findings=findings,
        )

    def _judge(self, found: list[Window]) -> Iterator[_Judged]:
        """Read all windows in batches of like lengths; the results come in the document's order."""
        tokens = [self._model.tokenize(window.text) for window in found]
        order = sorted(range(len(found)), key=lambda i: len(tokens[i].ids))
        results: dict[int, _Judged] = {}
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
                for row, found_words in enumerate(judged)
                for word in found_words
                if word.logit >= self._calibration.finding.xs[0]
            ]
            suggester.propose(read, texts, cut, places, self._model.decode)
            for row, i in enumerate(batch):
                reading = read.readings[row]
                results[i] = _Judged(
                    found[i],
                    judged[row],
                    [place for place in places if place.row == row],
                    float(reading.surprisal[:-1].sum()),
                    float(reading.plain.sum()),
                    len(cut[row].ids),
                )
            self._progress("", sum(len(found[i].text) for i in results), sum(len(window.text) for window in found))
        return (results[i] for i in range(len(found)))

    def _verdict(self, judged: Sequence[_Judged], findings: Sequence[Finding], words: int) -> Verdict:
        tokens = sum(item.tokens for item in judged)
        rate = 1000.0 * sum(f.confidence >= WARNING_CONFIDENCE for f in findings) / max(1, words)
        if not tokens:
            return Verdict(rate, None, None, None)
        editing = sum(item.editing for item in judged) / tokens
        plain = sum(item.plain for item in judged) / tokens
        spun = None
        if words >= SHORTEST_JUDGED:
            spun = self._calibration.document.probability(
                document_features([w for item in judged for w in item.words], editing)
            )
        return Verdict(rate, math.exp(editing), math.exp(plain), spun)


def document_features(words: Sequence[WordReading], editing: float) -> dict[str, float]:
    """What the verdict on a document rests on; nothing in it grows with the length.

    ``share`` is the log of the mean probability that a word is garbled, ``editing`` the log of the mean editing
    surprisal per token in nats.
    """
    mean = sum(1.0 / (1.0 + math.exp(-word.logit)) for word in words) / max(1, len(words))
    return {"share": math.log(mean + 1e-4), "editing": math.log(editing + 1e-3)}


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
