"""How surprising each word of a document is, in nats: as an editor would copy it, and read once from the left."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

from mtcheck.segments import words

HUNDREDTHS = 100
"""Surprisals are held in hundredths of a nat: more digits would differ between processors."""
MOST = 2**16 - 1


@dataclass(frozen=True, slots=True)
class Surprisals:
    """One entry for each word of a document's text, in the order and with the spans of ``segments.words``.

    ``editing`` and ``plain`` are sums over the word's tokens in hundredths of a nat, ``tokens`` is their number: 0 for
    words that were not judged (numbers, addresses, other languages), whose surprisals are 0 too.
    """

    editing: array[int]
    plain: array[int]
    tokens: array[int]

    def __len__(self) -> int:
        return len(self.tokens)

    def nats(self, word: int) -> float | None:
        """The editing surprisal of a word, ``None`` where it was not judged."""
        return self.editing[word] / HUNDREDTHS if self.tokens[word] else None

    def perplexities(self, first: int, behind: int) -> tuple[float, float] | None:
        """Editing and plain perplexity per token of some words; ``None`` where none of them was judged."""
        tokens = sum(self.tokens[first:behind])
        if not tokens:
            return None
        sums = sum(self.editing[first:behind]), sum(self.plain[first:behind])
        editing, plain = (math.exp(total / HUNDREDTHS / tokens) for total in sums)
        return editing, plain


@dataclass(frozen=True, slots=True)
class WordPlaces:
    """The words of a text by their places."""

    starts: array[int]
    ends: array[int]

    @classmethod
    def of(cls, text: str) -> WordPlaces:
        """Find the words of a text."""
        spans = list(words(text))
        return cls(array("Q", (span.start for span in spans)), array("Q", (span.end for span in spans)))

    def within(self, start: int, end: int) -> tuple[int, int]:
        """The number of the first word of a stretch, and that of the first one behind it."""
        return bisect_left(self.ends, start + 1), bisect_left(self.starts, end)


@dataclass(slots=True)
class Collector:
    """Gathers the surprisals of a document's words, window by window."""

    places: WordPlaces
    editing: array[int] = field(init=False)
    plain: array[int] = field(init=False)
    tokens: array[int] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.places.starts)
        self.editing, self.plain, self.tokens = (array(kind, bytes(count * size)) for kind, size in _KINDS)

    def add(self, start: int, editing: float, plain: float, tokens: int) -> None:
        """Note the word at an offset of the document's text: surprisals in nats, and how many tokens it has."""
        index = bisect_left(self.places.starts, start)
        self.editing[index] = min(MOST, round(HUNDREDTHS * editing))
        self.plain[index] = min(MOST, round(HUNDREDTHS * plain))
        self.tokens[index] = min(255, tokens)

    def finish(self) -> Surprisals:
        """What was gathered."""
        return Surprisals(self.editing, self.plain, self.tokens)


_KINDS = (("H", 2), ("H", 2), ("B", 1))


def wording_nats(surprisals: Surprisals, places: WordPlaces, start: int, end: int) -> float | None:
    """The editing surprisal of a stretch of the text as it stands; ``None`` where no word of it was judged."""
    judged = [nats for word in range(*places.within(start, end)) if (nats := surprisals.nats(word)) is not None]
    return round(sum(judged), 2) if judged else None
