"""The checker: a document through windows, editing pass, detector and suggester to findings and a verdict."""

from __future__ import annotations

import itertools
import math
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, swaps
from mtcheck._version import __version__
from mtcheck.calibration import ERROR_CONFIDENCE, Calibration, severity
from mtcheck.composer import compose
from mtcheck.detector import Company, WordReading
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict, fingerprint
from mtcheck.judgement import Judgement, judge
from mtcheck.language_model import load
from mtcheck.names import judging, name_list
from mtcheck.names.judging import NameReading
from mtcheck.segments import Window, count_words, windows
from mtcheck.suggester import Place
from mtcheck.weighing import Question

WINDOWS_HELD = 16
"""Windows that are cut, sorted by length and read together; their keys and values are held until all are judged."""
SHORTEST_JUDGED = 40
"""Words below which a document's verdict is too short to tell."""


Judged = tuple[Window, list[WordReading], list[Place], list[NameReading]]


@dataclass(slots=True)
class Totals:
    """Sums over a document's windows, for its verdict: surprisals in nats, and each word's chance to be garbled."""

    tokens: int = 0
    editing: float = 0.0
    plain: float = 0.0
    words: int = 0
    garbled: float = 0.0

    def add(self, judgement: Judgement) -> None:
        """Count one window."""
        words, reading = judgement.words, judgement.reading
        self.tokens += len(reading.plain)
        self.editing += float(reading.surprisal[:-1].sum())
        self.plain += float(reading.plain.sum())
        self.words += len(words)
        self.garbled += sum(word.chance_alone for word in words)

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
        names: Sequence[str | Path] = (),
        progress: Callable[[str, int, int], None] | None = None,
    ) -> None:
        """Load base model and adapter.

        Args:
            model: a folder or hub name of the base model; by default SmolLM2-135M-Instruct, which the default
                adapter was trained on.
            adapter: a folder with an adapter; by default the one that comes with the package.
            precision: ``bf16``, ``int8``, ``fp32`` or ``auto``: what this processor does fast.
            threads: processor threads; by default as many as torch takes.
            names: files of names that are right, one a line; their near misses are findings.
            progress: called with (label, done, total) while a model is fetched or a document is checked.

        Raises:
            ModelError: no usable base model, adapter or name list; its text says what to do.
            InputError: a file of names cannot be read.
        """
        self._progress = progress or (lambda label, done, total: None)
        folder = name_list.default_folder()
        self._names = name_list.load(folder, [Path(path) for path in names])
        self._name_weights = judging.load(folder)
        chosen = adapters.locate(adapter)
        base = base_model.locate(model, progress=self._progress)
        self._calibration: Calibration = calibration.load(chosen.calibration or chosen.folder / "calibration.json")
        self._model = load(base.folder, chosen.folder, precision, threads)
        self._swaps = swaps.load(chosen.folder)
        self._lock = threading.Lock()
        self.signature = "|".join(
            [
                f"mtcheck:{__version__}",
                f"base:{base.name}@{base.sha256[:12]}",
                f"adapter:{chosen.name}@{chosen.sha256[:12]}",
                f"names:{judging.digest(self._names, self._name_weights)[:12]}",
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
            findings = compose(document, self._judge(document.text, totals), self._calibration, self._names)
        words = count_words(document.text)
        verdict = self._verdict(totals, findings, words)
        return DocumentResult(
            document.path, words, verdict, (*_on_the_whole(document, verdict), *findings), document.name
        )

    def _judge(self, text: str, totals: Totals) -> Iterator[Judged]:
        """Read the windows of a text in their order, some at a time, so that memory does not grow with the text."""
        rest = windows(text)
        company = Company()
        names = judging.candidates(text, self._names)
        while found := list(itertools.islice(rest, WINDOWS_HELD)):
            texts = [window.text for window in found]
            placed = [judging.within(names, window) for window in found]
            questions = [[Question(span, name.suggestion) for name, span in some] for some in placed]
            (judged,), (company,) = judge(self._model, [texts], self._calibration, self._swaps, [company], [questions])
            for window, some, judgement in zip(found, placed, judged, strict=True):
                totals.add(judgement)
                doubts = [(word.span, word.logit) for word in judgement.words]
                read = judging.readings(judging.weighed(some, judgement.gains, doubts), self._name_weights)
                yield window, judgement.words, judgement.places, read
            self._progress("", found[-1].places[-1] + 1, len(text))

    def _verdict(self, totals: Totals, findings: Sequence[Finding], words: int) -> Verdict:
        rate = 1000.0 * sum(f.severity >= Severity.WARNING for f in findings) / max(1, words)
        if not totals.tokens:
            return Verdict(rate, None, None, None)
        spun = self._calibration.document.probability(totals.features()) if totals.words >= SHORTEST_JUDGED else None
        return Verdict(
            findings_per_1000_words=rate,
            editing_perplexity=math.exp(totals.editing / totals.tokens),
            perplexity=math.exp(totals.plain / totals.tokens),
            spun=spun,
        )


def _on_the_whole(document: Document, verdict: Verdict) -> tuple[Finding, ...]:
    """The finding on a document that is surely spun or badly translated: at its start, without a stretch of its own."""
    if verdict.spun is None or round(verdict.spun, 2) < ERROR_CONFIDENCE:
        return ()
    confidence = round(verdict.spun, 2)
    line, column = document.place(0)
    return (
        Finding(
            rule="MT501",
            severity=severity(confidence),
            confidence=confidence,
            start=0,
            end=0,
            line=line,
            column=column,
            end_line=line,
            end_column=column,
            text="",
            message="The text as a whole looks spun or badly translated.",
            fingerprint=fingerprint("MT501", "", "", 0),
            location=document.name,
        ),
    )
