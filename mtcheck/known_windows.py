"""Windows by their text: read once, and asked for proposals and gains as these are wanted.

What is known of a window depends on its text alone, so it is kept for a while: a text that is checked again after a
small change costs little more than the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from mtcheck import detector, rescoring, suggester, weighing
from mtcheck.calibration import Calibration
from mtcheck.detector import WordReading
from mtcheck.language_model.editing import EditingModel, Pass, Reading, Tokens
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question

BATCH_TOKENS = 2048
"""Tokens of one pass, both copies of all its windows with their padding."""
MOST_KEPT = 256
"""Windows that are kept, some 200 kB each."""


@dataclass(slots=True)
class Known:
    """What is known of a window.

    ``words`` are judged by their own figures. ``proposals`` are ranked, for each word that was asked about; ``gains``
    (nats) answer the questions that were asked.
    """

    reading: Reading
    words: list[WordReading]
    proposals: dict[Span, list[Proposal]] = field(default_factory=dict)
    gains: dict[Question, float] = field(default_factory=dict)


WindowCache = LRUCache[str, Known]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a window: proposals for some of its words, and the gains of some wordings."""

    text: str
    words: Sequence[WordReading]
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class _Batch:
    """Windows that are read together, and the pass; its memory serves the proposals."""

    texts: list[str]
    tokens: list[Tokens]
    read: Pass


class KnownWindows:
    """Reads windows with one model and one calibration; nothing that is known is found out again."""

    def __init__(
        self, model: EditingModel, weights: Calibration, swaps: Swaps, cache: WindowCache | None = None
    ) -> None:
        self._model = model
        self._weights = weights
        self._swaps = swaps
        self._cache = cache
        self._known: dict[str, Known] = {}
        self._batches: list[_Batch] = []

    def read(self, texts: Sequence[str]) -> list[Known]:
        """What is known of windows; those that are new are read, and held until proposals were wanted."""
        for text in texts:
            if text not in self._known and self._cache is not None and text in self._cache:
                self._known[text] = self._cache[text]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for batch in self._read(new):
            for text, tokens, reading in zip(batch.texts, batch.tokens, batch.read.readings, strict=True):
                words = detector.read_words(text, tokens, reading, self._weights.alone, self._swaps, self._model.spell)
                self._known[text] = Known(reading, words)
                if self._cache is not None:
                    self._cache[text] = self._known[text]
            self._batches.append(batch)
        return [self._known[text] for text in texts]

    def ask(self, wanted: Iterable[Wanted]) -> None:
        """Find the proposals and gains that are not known yet; a window whose memory was let go is read again."""
        missing: dict[str, tuple[dict[Span, WordReading], dict[Question, None]]] = {}
        for item in wanted:
            known = self._known[item.text]
            words = {word.span: word for word in item.words if word.span not in known.proposals}
            questions = dict.fromkeys(question for question in item.questions if question not in known.gains)
            if words or questions:
                have = missing.setdefault(item.text, ({}, {}))
                have[0].update(words)
                have[1].update(questions)
        held = {text for batch in self._batches for text in batch.texts}
        self._batches += self._read([text for text in missing if text not in held])
        for batch in self._batches:
            if any(text in missing for text in batch.texts):
                self._answer(batch, missing)

    def let_go(self) -> None:
        """Give back the memory of the windows read: no more is asked of them."""
        self._batches.clear()

    def _answer(self, batch: _Batch, missing: dict[str, tuple[dict[Span, WordReading], dict[Question, None]]]) -> None:
        asked = [missing.get(text, ({}, {})) for text in batch.texts]
        places = [Place(row, word) for row, (words, _) in enumerate(asked) for word in words.values()]
        known = [self._known[text] for text in batch.texts]
        model = self._model
        suggester.propose(
            batch.read, batch.texts, batch.tokens, [item.words for item in known], places, model.decode, model.sep
        )
        rescoring.rescore(
            batch.read, batch.texts, batch.tokens, places, model.tokenize, self._weights.wording, self._swaps
        )
        for place in places:
            known[place.row].proposals[place.word.span] = place.proposals
        questions = [list(some) for _, some in asked]
        gains = weighing.weigh(batch.read, batch.texts, batch.tokens, questions, model.tokenize)
        for item, some, gained in zip(known, questions, gains, strict=True):
            item.gains.update(zip(some, gained, strict=True))

    def _read(self, texts: Sequence[str]) -> Iterator[_Batch]:
        """Read texts in batches of like lengths whose padded size stays within bounds."""
        tokens = [self._model.tokenize(text) for text in texts]
        sizes = [2 * len(item.ids) + 2 for item in tokens]
        cut: list[list[int]] = []
        for i in sorted(range(len(texts)), key=sizes.__getitem__):
            if cut and (len(cut[-1]) + 1) * sizes[i] <= BATCH_TOKENS:
                cut[-1].append(i)
            else:
                cut.append([i])
        for numbers in cut:
            read = self._model.read([tokens[i].ids for i in numbers])
            yield _Batch([texts[i] for i in numbers], [tokens[i] for i in numbers], read)
