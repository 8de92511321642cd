"""Phrases: idioms and collocations broken by one word, several words for one and one for several."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

from garbler.counts import read_lines
from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case
from garbler.stop_words import STOP

_GRAMMAR = frozenset(("going to", "used to", "more than", "have to", "has to", "had to", "as well", "at all", "out in"))
_LEAST_COUNT = 20
_PLAUSIBLE = 0.65  # share of broken phrases whose new word is one that spinners choose
_LEAST_AFFINITY = 4.5  # log of how much oftener than by chance the two words meet


def read_idioms(path: Path) -> dict[str, list[tuple[str, ...]]]:
    """Idioms of three to seven words, by first word, longest first."""
    out: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    if not path.exists():
        return out
    for line in read_lines(path):
        text = line.strip(" .!?").lower().replace("’", "'")
        words = tuple(re.sub(r"^(to|a|an|the) ", "", text).split())
        if 3 <= len(words) <= 7 and all(re.fullmatch(r"[a-z'-]+", w) for w in words):
            out[words[0]].append(words)
    for entries in out.values():
        entries.sort(key=len, reverse=True)
    return out


class Phrases:
    """Breaks fixed wording."""

    kind = "phrase"

    def __init__(self, lexicon: Lexicon, idioms: dict[str, list[tuple[str, ...]]]) -> None:
        self._lexicon = lexicon
        self._idioms = idioms

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A broken idiom, a replaced multi-word expression or a broken collocation at word `i`."""
        if passage.named(i) or passage.protected(i):
            return None
        return (
            self._idiom(passage, i, habit, rng)
            or self._expression(passage, i, habit, rng)
            or self._collocation(passage, i, habit, rng)
        )

    def _swap(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        word = passage.words[i]
        if word.lower in STOP or passage.named(i) or passage.protected(i):
            return None
        near = self._lexicon.plausible if rng.random() < _PLAUSIBLE else self._lexicon.neighbours
        options = near(word.lower)[:24]
        before, after = passage.before(i), passage.after(i)
        if rng.random() >= habit.daring:
            options = [o for o in options if not self._lexicon.reads_well(word.lower, o[0], before, after)]
        if not options:
            return None
        new = habit.pick("n:" + word.lower, options, rng)
        if rng.random() > max(habit.daring, self._lexicon.visible(word.lower, new)):
            return None
        return Edit(i, i + 1, match_case(word.text, new), self.kind)

    def _idiom(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        for words in self._idioms.get(passage.words[i].lower, ()):
            n = len(words)
            if i + n > passage.count or any(passage.words[i + k].lower != words[k] for k in range(1, n)):
                continue
            if not passage.contiguous(i, i + n):
                continue
            places = [k for k in range(i, i + n) if passage.words[k].lower not in STOP]
            if len(places) >= 2:
                return self._swap(passage, rng.choice(places), habit, rng)
        return None

    def _expression(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        for n in (4, 3, 2):
            if i + n > passage.count or not passage.contiguous(i, i + n):
                continue
            if any(passage.named(k) or passage.protected(k) for k in range(i, i + n)):
                continue
            original = passage.slice(i, i + n)
            options = self._options(" ".join(w.lower for w in passage.words[i : i + n]))
            if options:
                new = habit.pick("p:" + original.lower(), options[:12], rng)
                if original.lower() in _GRAMMAR:
                    return None
                well = self._lexicon.reads_well(original.lower(), new, passage.before(i), passage.after(i + n - 1))
                if well and rng.random() > max(0.1, habit.daring):
                    return None
                if rng.random() > max(habit.daring, self._lexicon.visible(original.lower(), new)):
                    return None
                return Edit(i, i + n, match_case(original, new), self.kind)
        return None

    def _options(self, phrase: str) -> list[tuple[str, float]]:
        known = any(lemma in self._lexicon.thesaurus for lemma, _, _ in self._lexicon.analyses(phrase))
        return self._lexicon.neighbours(phrase) if known else []

    def _collocation(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        if not passage.joined(i) or passage.named(i + 1) or passage.protected(i + 1):
            return None
        left, right = passage.words[i].lower, passage.words[i + 1].lower
        if left in STOP or right in STOP or not self.bound(left, right):
            return None
        if rng.random() < 0.5:  # both words: "slow walk" -> "gradual stroll"
            first, second = self._swap(passage, i, habit, rng), self._swap(passage, i + 1, habit, rng)
            if first and second:
                return Edit(i, i + 2, f"{first.text} {second.text}", self.kind)
        return self._swap(passage, i + rng.randrange(2), habit, rng)

    def bound(self, left: str, right: str) -> bool:
        """Whether two words belong together: often side by side, and much oftener than by chance."""
        count = self._lexicon.bigrams.get(f"{left} {right}", 0)
        return count >= _LEAST_COUNT and self._lexicon.affinity(left, right, count) >= _LEAST_AFFINITY
