"""The checker: a document through windows, editing pass, detector and suggester to findings and a verdict."""

from __future__ import annotations

import itertools
import math
import threading
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck import adapter as adapters
from mtcheck import base_model, calibration, merged_copies, signature, swaps
from mtcheck.calibration import ERROR_CONFIDENCE, Calibration, severity
from mtcheck.checks import AHEAD
from mtcheck.composer import Composer
from mtcheck.detector import Company
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict, fingerprint
from mtcheck.judgement import Judgement, judge, word_surprisals
from mtcheck.known_windows import MOST_KEPT, WindowCache
from mtcheck.language_model import load
from mtcheck.names import judging, list_file
from mtcheck.names.evidence import Candidate
from mtcheck.segments import Window, windows
from mtcheck.surprisals import Collector, WordPlaces
from mtcheck.weighing import Question

WINDOWS_HELD = 16
"""Windows that are cut, sorted by length and read together; their keys and values are held until all are judged."""
LONGEST_EXPECTED = 8000
"""Code points of a document up to which it is begun before it is asked for; a longer one fills a step by itself."""
SHORTEST_JUDGED = 40
"""Words below which a document's verdict is too short to tell."""
LEAST_PLAIN = 3.2
"""Nats a token below which hardly any news is; what is easier repeats itself."""


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

        ``share`` is the log of the mean chance of a word to be garbled, ``editing`` that of the mean editing surprisal,
        ``plain`` that of the mean plain surprisal: hard texts are surprising either way. What repeats itself is easier
        than any news, and counts no easier than that.
        """
        return {
            "share": math.log(self.garbled / max(1, self.words) + 1e-4),
            "editing": math.log(self.editing / max(1, self.tokens) + 1e-3),
            "plain": math.log(max(LEAST_PLAIN, self.plain / max(1, self.tokens))),
        }


class Check:
    """The check of one document, under way: ``Checker.advance`` takes it on until it is ``done``.

    A step judges up to ``WINDOWS_HELD`` windows. Which ones it takes depends on the document alone, so the findings do
    not depend on what else is checked meanwhile.
    """

    def __init__(
        self, document: Document, composer: Composer, names: Sequence[Candidate], vocabulary: Container[str] = ()
    ) -> None:
        self.document = document
        self.composer = composer
        self.names = names
        self.totals = Totals()
        self.surprisals = Collector(WordPlaces.of(document.text))
        self.company = Company()
        self._windows = windows(document.text, vocabulary)
        self.next: list[Window] = []
        self.go_on()

    def go_on(self) -> None:
        """Cut the next step's windows."""
        self.next = list(itertools.islice(self._windows, WINDOWS_HELD))

    @property
    def waiting(self) -> int:
        """How many windows the next step judges."""
        return len(self.next)

    @property
    def done(self) -> bool:
        """Whether all windows are judged."""
        return not self.next


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
        folder = list_file.default_folder()
        self._names = list_file.load(folder, [Path(path) for path in names])
        self._name_weights = judging.load(folder)
        chosen = adapters.locate(adapter)
        base = base_model.locate(model, progress=self._progress)
        self._calibration: Calibration = calibration.load(chosen.calibration or chosen.folder / "calibration.json")
        self._model = load(base.folder, chosen.folder, precision, threads, merged_copies.of(base, chosen))
        self._swaps = swaps.load(chosen.folder)
        self._cache: WindowCache = WindowCache(MOST_KEPT)
        self._lock = threading.Lock()
        self.ahead = AHEAD
        self._expected: dict[int, Check] = {}
        self._turn = threading.Lock()
        names_digest = judging.digest(self._names, self._name_weights)
        self.signature = signature.compose(base, chosen, names_digest, self._model.precision)

    def check(self, text: str, path: str = "-") -> DocumentResult:
        """Find what is garbled in a text; ``path`` names it in the result."""
        return self.check_document(Document(path, text))

    def check_document(self, document: Document) -> DocumentResult:
        """Find what is garbled in a document. Safe to call from several threads: they take turns.

        Documents that are expected are taken on with it where there is room.
        """
        with self._turn:
            check = self._expected.pop(id(document), None) or self.begin(document)
            while not check.done:
                self.advance(self._together(check))
                read = check.next[0].places[0] if check.next else len(document.text)
                self._progress("", read, len(document.text))
            return self.finish(check)

    def check_all(self, documents: Iterable[Document]) -> Iterator[DocumentResult]:
        """Find what is garbled in documents, one after the other; short ones are read together, which is faster."""
        waiting: deque[Document] = deque()
        for document in documents:
            self.expect(document)
            waiting.append(document)
            if len(waiting) > self.ahead:
                yield self.check_document(waiting.popleft())
        while waiting:
            yield self.check_document(waiting.popleft())

    def expect(self, document: Document) -> None:
        """Begin to check a document that ``check_document`` will be asked for, as the same object, if it is short."""
        if len(document.text) > LONGEST_EXPECTED:
            return
        with self._turn:
            self._expected[id(document)] = self.begin(document)

    def _together(self, check: Check) -> list[Check]:
        """A check with others that are expected, as many as one step may judge windows."""
        found = [check]
        windows = check.waiting
        for other in self._expected.values():
            if windows + other.waiting > WINDOWS_HELD:
                break
            if not other.done:
                found.append(other)
                windows += other.waiting
        return found

    def forget(self) -> None:
        """Forget the windows that were judged lately; their memory is given back, and findings do not change."""
        with self._turn, self._lock:
            self._expected.clear()
            self._cache.clear()

    def begin(self, document: Document) -> Check:
        """Start to check a document, to be taken on by ``advance`` together with others."""
        names = judging.candidates(document.text, self._names)
        return Check(document, Composer(document, self._calibration, self._names), names, self._swaps)

    def advance(self, checks: Sequence[Check], before_pass: Callable[[], None] | None = None) -> None:
        """Judge the next windows of some checks in one go. Threads take turns.

        ``before_pass`` is called often meanwhile. What it raises comes out here, and the checks stand where they were.
        """
        placed = [[judging.within(check.names, window) for window in check.next] for check in checks]
        questions = [[[Question(span, name.suggestion) for name, span in some] for some in found] for found in placed]
        texts = [[window.text for window in check.next] for check in checks]
        with self._lock, self._model.asking(before_pass):
            judged, companies = judge(
                self._model,
                texts,
                self._calibration,
                self._swaps,
                [check.company for check in checks],
                questions,
                self._cache,
            )
        for check, company, found, judgements in zip(checks, companies, placed, judged, strict=True):
            check.company = company
            for window, some, judgement in zip(check.next, found, judgements, strict=True):
                check.totals.add(judgement)
                for word in judgement.words:
                    check.surprisals.add(window.places[word.span.start], *word_surprisals(judgement, word))
                doubts = [(word.span, word.logit) for word in judgement.words]
                read = judging.readings(judging.weighed(some, judgement.gains, doubts), self._name_weights)
                check.composer.add(window, judgement.words, judgement.places, read)
            check.go_on()

    def finish(self, check: Check) -> DocumentResult:
        """The result of a check that is done."""
        document, findings = check.document, check.composer.findings()
        surprisals = check.surprisals.finish()
        words = len(surprisals)
        verdict = self._verdict(check.totals, findings, words)
        return DocumentResult(
            document.path, words, verdict, (*_on_the_whole(document, verdict), *findings), document.name, surprisals
        )

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
