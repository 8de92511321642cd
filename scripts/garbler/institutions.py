"""Institutions, titles and places word by word or as a whole: White House -> White Home."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

from garbler.counts import read_lines
from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case, word_set
from garbler.stop_words import STOP

_LONGEST = 6
_LOSES_CAPITALS = 0.12  # "Judiciary Committee" -> "legal committee", as some translations have it
_SMALL = word_set("of the and on in for to with by a an from")
_HEADS = word_set(
    "ministry committee council court agency department university institute party bank union association commission "
    "office bureau federation assembly parliament league cup championship championships hospital police army force "
    "forces board fund authority center centre museum church school college airport station street bridge service "
    "foundation organization organisation society club academy minister secretary district county corps guard"
)
_TITLES = word_set("inc corp co ltd plc mr mrs ms dr sir st jr sr llc group")


def read_institutions(folder: Path, least: int = 5) -> set[str]:
    """Capitalised sequences seen at least `least` times, and named agencies, companies and newspapers."""
    out = set()
    for line in read_lines(folder / "news_capitalised_sequences.tsv.gz"):
        sequence, count, *_ = line.split("\t")
        if int(count) >= least:
            out.add(sequence)
    for line in read_lines(folder / "entities.jsonl"):
        row = json.loads(line)
        if row.get("type") in ("organisation", "company", "newspaper") and " " in row.get("name", ""):
            out.add(row["name"])
    return out


class Institutions:
    """Swaps words of a capitalised name that is made of ordinary words, or the whole of it."""

    kind = "institution"

    def __init__(
        self,
        lexicon: Lexicon,
        known: set[str],
        swaps: Mapping[str, tuple[str, ...]],
        phrases: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self._lexicon = lexicon
        self._known = known
        self._swaps = swaps
        self._phrases = phrases or {}

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """The whole institution that begins at word `i` in other words, or word `i` inside one swapped."""
        return (self._whole(passage, i, habit, rng) if rng.random() < 0.7 else None) or self._words(
            passage, i, habit, rng
        )

    def _whole(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        for n in range(_LONGEST, 1, -1):
            if not passage.contiguous(i, i + n):
                continue
            original = passage.slice(i, i + n)
            garbles = self._phrases.get(original.lower())
            if not garbles or any(w[0].islower() and w.lower() not in STOP for w in original.split()):
                continue
            new = habit.pick("I:" + original.lower(), [(g, 1.0) for g in garbles], rng)
            if rng.random() < _LOSES_CAPITALS:
                return Edit(i, i + n, match_case(original, new) if passage.initial[i] else new, self.kind)
            return Edit(i, i + n, _titled(new), self.kind)
        return None

    def _words(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        if not self._swappable(passage, i):
            return None
        span = self._sequence(passage, i)
        if span is None:
            return None
        new = self._swap(passage, i, span, habit, rng)
        if new is None:
            return None
        if rng.random() < 0.3:  # two words of it: "Security Council" -> "Safety Advice"
            for k in (i - 1, i + 1):
                if span[0] <= k < span[1] and self._swappable(passage, k):
                    other = self._swap(passage, k, span, habit, rng)
                    if other is not None:
                        pair = f"{other} {new}" if k < i else f"{new} {other}"
                        return Edit(min(i, k), max(i, k) + 1, pair, self.kind)
        return Edit(i, i + 1, new, self.kind)

    @staticmethod
    def _swappable(passage: Passage, i: int) -> bool:
        word = passage.words[i]
        usual = word.lower not in STOP and word.lower not in _TITLES and not passage.protected(i)
        return usual and word.text[0].isupper() and word.text[1:].islower()

    def _swap(self, passage: Passage, i: int, span: tuple[int, int], habit: Habit, rng: random.Random) -> str | None:
        word = passage.words[i]
        garbles = self._swaps.get(word.lower)
        if garbles and rng.random() < 0.7:
            return _titled(habit.pick("i:" + word.lower, [(g, 1.0) for g in garbles], rng))
        others = [passage.words[k].lower for k in range(*span) if k != i]
        if self._lexicon.zipf.get(word.lower, 0.0) < 4.0 or not any(o in self._swaps for o in others):
            return None
        if not garbles and passage.words[span[0]].lower not in self._swaps and i == span[0]:
            return None  # probably a person's first name
        options = self._lexicon.neighbours(word.lower)[:10]
        return _titled(habit.pick("i:" + word.lower, options, rng)) if options else None

    def _sequence(self, passage: Passage, i: int) -> tuple[int, int] | None:
        for length in range(_LONGEST, 1, -1):
            for first in range(max(0, i - length + 1), i + 1):
                last = first + length
                if passage.contiguous(first, last) and passage.slice(first, last) in self._known:
                    return first, last
        return self._headed(passage, i)

    def _headed(self, passage: Passage, i: int) -> tuple[int, int] | None:
        # An unlisted run of capitals that ends in what institutions are called: "Moscow District Court".
        first = last = i
        while first > 0 and passage.joined(first - 1) and passage.named(first - 1) and i - first < _LONGEST:
            first -= 1
        while passage.joined(last) and passage.named(last + 1) and last - i < _LONGEST:
            last += 1
        if first == last or passage.words[last].lower not in _HEADS or passage.words[last].lower == "'s":
            return None
        return first, last + 1


def _titled(text: str) -> str:
    return " ".join(word if word in _SMALL and k else word[0].upper() + word[1:] for k, word in enumerate(text.split()))
