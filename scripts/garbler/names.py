"""Names of persons and places in another transliteration or a wrong spelling."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from garbler import tables
from garbler.lexicon import Lexicon, read_lines
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, word_set

_GENERIC = re.compile(r"\(\?<?[=!][^)]*\)|\(\[[^)]*\)|\\1|\$|\^")
_MONTHS = word_set(
    "January February March April May June July August September October November December Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday"
)
_RULES = tables.transliterations()


def respell(name: str, rng: random.Random, edits: int = 1) -> str | None:
    """`name` (one word) with `edits` changes of transliteration, or None when it would stay the same."""
    lower = name.lower()
    for _ in range(edits):
        rules = [(pattern, new) for pattern, new in _RULES if pattern.search(lower)]
        if not rules:
            return None
        # Letter groups tell of a transliteration; lone letters only of a slip.
        weights = [1.0 if len(_GENERIC.sub("", pattern.pattern)) <= 1 else 3.0 for pattern, _ in rules]
        pattern, options = rng.choices(rules, weights)[0]
        places = list(pattern.finditer(lower))
        place = rng.choice(places)
        lower = lower[: place.start()] + place.expand(rng.choice(options)) + lower[place.end() :]
    if lower == name.lower() or len(lower) < 3:
        return None
    return lower[0].upper() + lower[1:]


@dataclass
class NameBook:
    """Names known well enough that a wrong spelling of them shows, and other spellings of cities."""

    known: set[str] = field(default_factory=set)
    cities: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path, lexicon: Lexicon) -> NameBook:
        """The book from the name lists under `folder`."""
        book = cls()
        counts: Counter[str] = Counter()
        for line in read_lines(folder / "news_capitalised_sequences.tsv.gz"):
            sequence, count, *_ = line.split("\t")
            for word in sequence.split():
                counts[word] += int(count)
        book.known.update(w for w, n in counts.items() if n >= 20)
        for line in read_lines(folder / "entities.jsonl"):
            row = json.loads(line)
            if row.get("type") in ("country", "nationality", "person", "us_politician"):
                book.known.update(row.get("name", "").split())
        for line in read_lines(folder / "geonames_cities15000.jsonl.gz"):
            row = json.loads(line)
            if row["population"] >= 200_000:
                book._add_city(row["name"], row["alt"])
        # A word of the language is no name whose spelling can be told from context.
        book.known = {
            w for w in book.known if w.isalpha() and w[:1].isupper() and len(w) >= 4 and not _common(w, lexicon)
        }
        return book

    def _add_city(self, name: str, alternatives: Iterable[str]) -> None:
        if not name.isalpha() or not name.isascii():
            return
        self.known.add(name)
        variants = [
            a
            for a in alternatives
            if a.isalpha()
            and a.isascii()
            and a.istitle()
            and 1 <= distance(a.lower(), name.lower()) <= 3
            and len(a) > 3
        ]
        if variants:
            self.cities[name] = variants


def _common(word: str, lexicon: Lexicon) -> bool:
    lower = word.lower()
    return lower in lexicon.scowl and lexicon.zipf.get(lower, 0.0) >= 3.0


def distance(a: str, b: str) -> int:
    """Edit distance."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (x != y))
    return row[-1]


class Names:
    """Respells a name, only where the right form is well known or stands elsewhere in the passage."""

    kind = "name"

    def __init__(self, book: NameBook, zipf: Mapping[str, float], share: float = 1 / 3) -> None:
        self._book = book
        self._zipf = zipf
        self._share = share

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A respelled name at word `i`."""
        word = passage.words[i]
        text = word.text
        if len(text) < 4 or not text.isalpha() or not text[0].isupper() or not text[1:].islower():
            return None
        if text in _MONTHS:
            return None
        known = text in self._book.known
        if not known and not self._repeated(passage, i):
            return None
        if rng.random() > self._share:
            return None
        key = "name:" + word.lower
        if key not in habit.memory:
            cities = self._book.cities.get(text)
            new = rng.choice(cities) if cities and rng.random() < 0.5 else respell(text, rng, 1 + (rng.random() < 0.3))
            # Another well-known name, or a commoner word, is no visible misspelling.
            if new is None or new in self._book.known:
                return None
            if self._zipf.get(new.lower(), 0.0) > max(1.5, self._zipf.get(word.lower, 0.0) - 0.5):
                return None
            habit.memory[key] = new
        return Edit(i, i + 1, habit.memory[key], self.kind)

    def _repeated(self, passage: Passage, i: int) -> bool:
        # The first occurrence stays as the evidence, so only a later one may be garbled.
        lower = passage.words[i].lower
        if self._zipf.get(lower, 0.0) > 4.0:
            return False
        return passage.named(i) and any(passage.words[k].text == passage.words[i].text for k in range(i))
