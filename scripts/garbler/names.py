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
from garbler.counts import read_lines
from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, word_set

_GENERIC = re.compile(r"\(\?<?[=!][^)]*\)|\(\[[^)]*\)|\\1|\$|\^")
_MONTHS = word_set(
    "January February March April May June July August September October November December Monday Tuesday "
    "Wednesday Thursday Friday Saturday Sunday"
)
_FAMOUS = 3.2  # Zipf frequency from which a name's spelling can be told without its right form nearby
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
    """Names known well enough that a wrong spelling of them shows, and other forms of some.

    `seen` holds every name of the lists, so that no garble is a name in its own right.
    """

    known: set[str] = field(default_factory=set)
    forms: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, folder: Path, lexicon: Lexicon) -> NameBook:
        """The book from the name lists under `folder` and the table of given names."""
        book = cls()
        counts: Counter[str] = Counter()
        for line in read_lines(folder / "news_capitalised_sequences.tsv.gz"):
            sequence, count, *_ = line.split("\t")
            for word in sequence.split():
                counts[word] += int(count)
        book.seen.update(w for w, n in counts.items() if n >= 5)
        famous = {w for w, n in counts.items() if n >= 8 and lexicon.zipf.get(w.lower(), 0.0) >= _FAMOUS}
        book.known.update(famous, (w for w, n in counts.items() if n >= 20))
        for line in read_lines(folder / "entities.jsonl"):
            row = json.loads(line)
            if row.get("type") in ("country", "nationality", "person", "us_politician"):
                book.known.update(row.get("name", "").split())
        for line in read_lines(folder / "geonames_cities15000.jsonl.gz"):
            row = json.loads(line)
            if row["population"] >= 200_000:
                book._add_city(row["name"], row["alt"])
        for name, forms in tables.given_names().items():
            book.known.add(name)
            book.forms.setdefault(name, []).extend(f for f in forms if f not in book.forms.get(name, ()))
        # A word of the language is no name whose spelling can be told from context.
        book.known = {
            w for w in book.known if w.isalpha() and w[:1].isupper() and len(w) >= 4 and not _common(w, lexicon)
        }
        book.seen |= book.known
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
            self.forms[name] = variants


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

    def __init__(self, book: NameBook, zipf: Mapping[str, float], share: float = 0.8) -> None:
        self._book = book
        self._zipf = zipf
        self._share = share

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A respelled name at word `i`."""
        text = passage.words[i].text
        if len(text) < 4 or not text[0].isupper() or text in _MONTHS:
            return None
        if not text.isalpha():
            return self._compound(passage, i, habit, rng)
        if not text[1:].islower() or (text not in self._book.known and not self._repeated(passage, i)):
            return None
        if rng.random() > self._share:
            return None
        key = "name:" + text.lower()
        if key not in habit.memory:
            new = self._garbled(text, rng)
            if new is None:
                return None
            habit.memory[key] = new
        return Edit(i, i + 1, habit.memory[key], self.kind)

    def elsewhere(self, passage: Passage, edit: Edit) -> list[Edit]:
        """The same change at the other places of a name that is known without its right form nearby."""
        text = passage.slice(edit.first, edit.last)
        if edit.last - edit.first > 1 or text not in self._book.known:
            return []
        return [
            Edit(k, k + 1, edit.text, self.kind)
            for k, word in enumerate(passage.words)
            if k != edit.first and word.text == text
        ]

    def _garbled(self, text: str, rng: random.Random) -> str | None:
        forms = self._book.forms.get(text)
        if forms and rng.random() < 0.45:
            new: str | None = rng.choice(forms)
        else:
            new = respell(text, rng, 1 + (rng.random() < 0.35))
        # Another name, or a commoner word, is no visible misspelling.
        if new is None or new == text or new in self._book.seen:
            return None
        if self._zipf.get(new.lower(), 0.0) > max(1.8, self._zipf.get(text.lower(), 0.0) - 1.0):
            return None
        return new

    def _compound(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """One part of a name with a hyphen: "Ben-Gurion" -> "Ben-Gurjon"."""
        parts = passage.words[i].text.split("-")
        usable = [k for k, part in enumerate(parts) if len(part) > 3 and part.isalpha() and part.istitle()]
        if len(parts) < 2 or not usable or rng.random() > self._share:
            return None
        k = rng.choice(usable)
        if parts[k] not in self._book.known and not self._repeated(passage, i):
            return None
        new = self._garbled(parts[k], rng)
        if new is None:
            return None
        return Edit(i, i + 1, "-".join([*parts[:k], new, *parts[k + 1 :]]), self.kind)

    def _repeated(self, passage: Passage, i: int) -> bool:
        # The first occurrence stays as the evidence, so only a later one may be garbled.
        lower = passage.words[i].lower
        if self._zipf.get(lower, 0.0) > 4.0:
            return False
        return passage.named(i) and any(passage.words[k].text == passage.words[i].text for k in range(i))
