"""Dictionary neighbours in the same inflection, wrong senses included."""

from __future__ import annotations

import random

from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case
from garbler.stop_words import STOP


class Neighbours:
    """Swaps a content word for a neighbour in the thesaurus."""

    kind = "neighbour"

    def __init__(self, lexicon: Lexicon, keep_fluent: float = 0.1) -> None:
        self._lexicon = lexicon
        self._keep_fluent = keep_fluent

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A neighbour of word `i` that does not read as ordinary news wording there."""
        word = passage.words[i]
        if "-" in word.lower:
            return self._compound(passage, i, habit, rng)
        if word.text[0].isupper() and (passage.right(i) == "'s" or self._before_name(passage, i)):
            return None  # at the head of a sentence: more likely a name than a word
        if word.lower in STOP or len(word.lower) < 3 or passage.named(i) or passage.protected(i) or "'" in word.lower:
            return None
        options = self._lexicon.neighbours(word.lower)
        if not options:
            return None
        new = habit.pick("n:" + word.lower, self._tempting(word.lower, options[:24], habit.daring), rng)
        if self._reads_well(passage, i, new) and rng.random() > max(self._keep_fluent, habit.daring):
            others = [option for option in options[:24] if not self._reads_well(passage, i, option[0])]
            if not others or rng.random() < 0.5:
                return None
            new = rng.choices([o for o, _ in others], [w for _, w in others])[0]
        if rng.random() > max(habit.daring, self._lexicon.visible(word.lower, new)):
            return None
        return Edit(i, i + 1, match_case(word.text, new), self.kind)

    def _tempting(self, word: str, options: list[tuple[str, float]], daring: float) -> list[tuple[str, float]]:
        """The options with the weight back, in part, that close synonyms lose for being hard to see."""
        if not daring:
            return options
        return [(new, weight / self._lexicon.visible(word, new) ** daring) for new, weight in options]

    def _reads_well(self, passage: Passage, i: int, new: str) -> bool:
        return self._lexicon.reads_well(passage.words[i].lower, new, passage.before(i), passage.after(i))

    @staticmethod
    def _before_name(passage: Passage, i: int) -> bool:
        return passage.joined(i) and passage.words[i + 1].text[0].isupper()

    def _compound(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """One half of a hyphened compound swapped: "right-wing" -> "proper-wing"."""
        word = passage.words[i]
        halves = word.text.split("-")
        if len(halves) != 2 or not word.text.islower():
            return None
        k = rng.randrange(2)
        if halves[k] in STOP or len(halves[k]) < 3:
            return None
        options = self._lexicon.neighbours(halves[k])[:16]
        if not options:
            return None
        halves[k] = habit.pick("n:" + halves[k], options, rng).replace(" ", "-")
        return Edit(i, i + 1, "-".join(halves), self.kind)
