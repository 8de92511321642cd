"""Windows by their text: read once, and asked for proposals and gains as these are wanted.

What is known of a window depends on its text alone, so it is kept for a while: a text that is checked again after a
small change costs little more than the change.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from cachetools import LRUCache

from mtcheck import detector, ranking, suggester, weighing
from mtcheck.calibration import Calibration
from mtcheck.detector import WordPlace, WordReading
from mtcheck.language_model.editing import EditingModel, Tokens
from mtcheck.language_model.passes import Copies, Pass, Reading
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question

MOST_KEPT = 256
"""Windows that are kept, some 200 kB each."""


@dataclass(slots=True)
class Copied:
    """What is known of a window whose copy was written again: its words' figures, and proposals for some."""

    words: list[tuple[WordPlace, dict[str, float]]]
    proposals: dict[Span, list[Proposal]] = field(default_factory=dict)


@dataclass(slots=True)
class Known:
    """What is known of a window.

    ``words`` are judged by their own figures. ``proposals`` are ranked, for each word that was asked about; ``gains``
    (nats) answer the questions that were asked; ``copies`` is what other second copies said, by their text.
    """

    reading: Reading
    words: list[WordReading]
    proposals: dict[Span, list[Proposal]] = field(default_factory=dict)
    gains: dict[Question, float] = field(default_factory=dict)
    copies: dict[str, Copied] = field(default_factory=dict)


WindowCache = LRUCache[str, Known]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a window: proposals for some of its words, and the gains of some wordings."""

    text: str
    words: Sequence[WordReading]
    questions: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A window's text, and another one to read as its second copy."""

    text: str
    copy: str


@dataclass(frozen=True, slots=True)
class CopyWords:
    """The words of a second copy that are not fixes, and those of them that proposals are wanted for."""

    all: Sequence[WordReading]
    asked: Sequence[WordReading]


@dataclass(frozen=True, slots=True)
class _Batch:
    """Windows that are read together, and the pass; its memory serves the proposals."""

    texts: list[str]
    tokens: list[Tokens]
    read: Pass


@dataclass(frozen=True, slots=True)
class _Copies:
    """Second copies that are read together."""

    rewritten: list[Rewritten]
    tokens: list[Tokens]
    read: Copies


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
        self._copies: list[_Copies] = []

    def read(self, texts: Sequence[str]) -> list[Known]:
        """What is known of windows; those that are new are read, and held until ``let_go``."""
        for text in texts:
            if text not in self._known and self._cache is not None and text in self._cache:
                self._known[text] = self._cache[text]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            batch = self._hold(new)
            for text, tokens, reading in zip(batch.texts, batch.tokens, batch.read.readings, strict=True):
                words = detector.read_words(text, tokens, reading, self._weights.alone, self._swaps, self._model.spell)
                self._known[text] = Known(reading, words)
                if self._cache is not None:
                    self._cache[text] = self._known[text]
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
        for batch in self._holding(missing):
            known_ones = [self._known[text] for text in batch.texts]
            asked = [missing.get(text, ({}, {})) for text in batch.texts]
            places = [Place(row, word) for row, (words, _) in enumerate(asked) for word in words.values()]
            self._propose(batch.read, batch.texts, batch.tokens, [one.words for one in known_ones], places)
            for place in places:
                known_ones[place.row].proposals[place.word.span] = place.proposals
            questions_asked = [list(some) for _, some in asked]
            gains = weighing.weigh(batch.read, batch.texts, batch.tokens, questions_asked, self._model.tokenize)
            for one, some, gained in zip(known_ones, questions_asked, gains, strict=True):
                one.gains.update(zip(some, gained, strict=True))

    def copy_again(self, wanted: Sequence[Rewritten]) -> list[Copied]:
        """What is known of windows with other second copies; those that are new are read, and held until ``let_go``."""
        self._copy([item for item in dict.fromkeys(wanted) if item.copy not in self._known[item.text].copies])
        return [self._known[item.text].copies[item.copy] for item in wanted]

    def ask_copies(self, wanted: Sequence[tuple[Rewritten, CopyWords]]) -> None:
        """Find the proposals that are not known yet for words of second copies."""
        every = {item: words.all for item, words in wanted}
        missing: dict[Rewritten, dict[Span, WordReading]] = {}
        for item, words in wanted:
            known = self._known[item.text].copies[item.copy].proposals
            if new := {word.span: word for word in words.asked if word.span not in known}:
                missing.setdefault(item, {}).update(new)
        held = {item for copies in self._copies for item in copies.rewritten}
        self._copy([item for item in missing if item not in held])
        for copies in self._copies:
            texts = [item.copy for item in copies.rewritten]
            asked = [list(missing.get(item, {}).values()) for item in copies.rewritten]
            places = [Place(row, word) for row, some in enumerate(asked) for word in some]
            self._propose(copies.read, texts, copies.tokens, [every.get(i, ()) for i in copies.rewritten], places)
            for place in places:
                item = copies.rewritten[place.row]
                self._known[item.text].copies[item.copy].proposals[place.word.span] = place.proposals

    def let_go(self) -> None:
        """Give back the memory of what was read: no more is asked of it."""
        self._batches.clear()
        self._copies.clear()

    def _propose(
        self,
        read: Copies,
        texts: Sequence[str],
        tokens: Sequence[Tokens],
        words: Sequence[Sequence[WordReading]],
        places: Sequence[Place],
    ) -> None:
        suggester.propose(read, texts, tokens, words, places, self._model.decode, self._model.sep)
        ranking.rank(texts, places, self._weights.wording, self._swaps)

    def _copy(self, new: Sequence[Rewritten]) -> None:
        for batch in self._holding([item.text for item in new]):
            some = [item for item in new if item.text in batch.texts]
            tokens = [self._model.tokenize(item.copy) for item in some]
            copies = [(batch.texts.index(item.text), cut.ids) for item, cut in zip(some, tokens, strict=True)]
            read = batch.read.copy_again(copies)
            self._copies.append(_Copies(some, tokens, read))
            for item, cut, reading in zip(some, tokens, read.readings, strict=True):
                words = list(detector.measure(item.copy, cut, reading, self._swaps, self._model.spell))
                self._known[item.text].copies.setdefault(item.copy, Copied(words))

    def _holding(self, texts: Collection[str]) -> list[_Batch]:
        """The passes that hold any of some windows; those whose memory was let go are read again."""
        held = {text for batch in self._batches for text in batch.texts}
        if forgotten := [text for text in dict.fromkeys(texts) if text not in held]:
            self._hold(forgotten)
        return [batch for batch in self._batches if any(text in texts for text in batch.texts)]

    def _hold(self, texts: list[str]) -> _Batch:
        tokens = [self._model.tokenize(text) for text in texts]
        batch = _Batch(texts, tokens, self._model.read([item.ids for item in tokens]))
        self._batches.append(batch)
        return batch
