"""How often words are written, and beside which others in news."""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

_NEWS_WORDS = 14e6  # words of the news the bigrams were counted over


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, gzip or plain, without line ends."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n")


class Counts:
    """Frequencies of words and of runs of two and three in news, each read from `data` when first needed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._alike: dict[tuple[str, str], float] = {}

    @cached_property
    def zipf(self) -> dict[str, float]:
        """Word -> Zipf frequency."""
        out = {}
        for line in read_lines(self.data / "lexical" / "wordfreq_en_large.tsv.gz"):
            word, _, value = line.partition("\t")
            out[word] = float(value)
        return out

    @cached_property
    def scowl(self) -> set[str]:
        """Words of the common spelling lists."""
        out = set()
        for line in read_lines(self.data / "lexical" / "scowl_words.tsv.gz"):
            parts = line.split("\t")
            if len(parts) > 1 and parts[1].isdigit() and int(parts[1]) <= 70:
                out.add(parts[0])
        return out

    @cached_property
    def bigrams(self) -> dict[str, int]:
        """Lower-cased "left right" -> count in news."""
        return self._counts("news_bigrams_min2.tsv.gz", 3)

    @cached_property
    def trigrams(self) -> dict[str, int]:
        """Lower-cased three words -> count in news."""
        return self._counts("news_trigrams_min3.tsv.gz", 3)

    def _counts(self, name: str, least: int) -> dict[str, int]:
        out = {}
        for line in read_lines(self.data / "lexical" / name):
            words, _, count = line.rpartition("\t")
            number = int(count)
            if number >= least:
                out[words] = number
        return out

    def known(self, word: str) -> bool:
        """Whether a lower-case word is an English word rather than a typo."""
        return self.zipf.get(word, 0.0) >= 2.3 or word in self.scowl

    def frequency(self, phrase: str) -> float:
        """Zipf frequency; of several words, the rarest one's less half a point for each further word."""
        words = phrase.split()
        return min((self.zipf.get(w, 0.0) for w in words), default=0.0) - 0.5 * (len(words) - 1)

    def affinity(self, left: str, right: str, count: int) -> float:
        """Log of how much oftener than by chance two words met that stand side by side `count` times."""
        expected = _NEWS_WORDS * 10 ** (self.zipf.get(left, 3.0) + self.zipf.get(right, 3.0) - 18)
        return math.log(count / expected)

    @cached_property
    def _contexts(self) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
        """For each word its bound neighbours on the left and on the right, with their affinity."""
        left: dict[str, dict[str, float]] = {}
        right: dict[str, dict[str, float]] = {}
        for words, count in self.bigrams.items():
            a, _, b = words.partition(" ")
            affinity = self.affinity(a, b, count)
            if affinity > 1:
                right.setdefault(a, {})[b] = affinity
                left.setdefault(b, {})[a] = affinity
        return left, right

    def interchangeable(self, a: str, b: str) -> float:
        """From 0 (other contexts) to 2 (the same contexts in news): "happened" and "occurred" have about 1."""
        key = (a, b) if a < b else (b, a)
        value = self._alike.get(key)
        if value is None:
            value = self._alike[key] = sum(_cosine(side.get(a, {}), side.get(b, {})) for side in self._contexts)
        return value

    def fluent(self, left: str, new: str, right: str) -> bool:
        """Whether `new` between its neighbours is ordinary news wording."""
        first, last = new.split()[0], new.split()[-1]
        if left and right and first == last and f"{left} {new} {right}" in self.trigrams:
            return True
        before = self.bigrams.get(f"{left} {first}", 0) if left else 0
        after = self.bigrams.get(f"{last} {right}", 0) if right else 0
        if left and right:
            return before >= 4 and after >= 4
        return max(before, after) >= 15


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if not a or not b:
        return 0.0
    shorter, longer = (a, b) if len(a) < len(b) else (b, a)
    product = sum(value * longer[word] for word, value in shorter.items() if word in longer)
    return product / math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
