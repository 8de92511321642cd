"""What a careless swap leaves behind: agreement, articles, capitals, lost and misplaced words."""

from __future__ import annotations

import random
from collections.abc import Callable

from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, vowel_sound, word_set

_DROPPED = word_set("to of in on at for with from by is are was were be been has have had as and it he they not")
Try = Callable[[Passage, int, random.Random], "Edit | None"]


class Damage:
    """A mechanism that has several ways to damage a word, each with its weight."""

    _ways: tuple[tuple[Try, float], ...]

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """One kind of damage at word `i`; three are tried."""
        ways, weights = zip(*self._ways, strict=True)
        for way in rng.choices(ways, weights, k=3):
            edit: Edit | None = way(passage, i, rng)
            if edit is not None:
                return edit
        return None


class Residue(Damage):
    """Grammar that a swap damages."""

    kind = "residue"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ways = (
            (self.article, 0.5),
            (self.agreement, 2.0),
            (self.capital, 0.05),
            (self.dropped, 0.8),
            (self.swapped, 0.6),
            (self.possessive, 1.0),
        )

    def article(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A for an and an for a."""
        word = passage.words[i]
        if word.lower not in ("a", "an") or not passage.joined(i) or passage.protected(i + 1):
            return None
        wrong = "a" if vowel_sound(passage.words[i + 1].text) else "an"
        return Edit(i, i + 1, wrong.capitalize() if word.text[0].isupper() else wrong, self.kind)

    def agreement(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """An ending lost or put where it does not belong: "says" -> "say", "was killed" -> "was kill"."""
        word = passage.words[i]
        if len(word.lower) < 4 or not word.text.islower():
            return None
        choices: list[str] = []
        inflect = self._lexicon.inflector.inflect
        for lemma, pos, tag in self._lexicon.analyses(word.lower):
            senses = self._lexicon.thesaurus.get(lemma, [])
            if pos not in ("n", "v") or not any(p == pos for p, _ in senses) or self._lexicon.frequency(lemma) < 3.3:
                continue
            if tag:
                choices.append(lemma)
            if pos == "v" and tag in ("ed", "en", "ing"):
                choices.extend(inflect(lemma, "v", other) for other in ("s", "ing", "ed") if other != tag)
            if not tag and pos == "v":
                choices.extend(inflect(lemma, "v", other) for other in ("ing", "ed"))
        choices = [
            c
            for c in dict.fromkeys(choices)
            if c != word.lower
            and self._lexicon.zipf.get(c, 0.0) >= 3.4
            and not self._lexicon.fluent(passage.left(i), c, passage.right(i))
        ]
        if not choices:
            return None
        return Edit(i, i + 1, rng.choice(choices), self.kind)

    def capital(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A capital where none belongs."""
        word = passage.words[i]
        if i == 0 or len(word.text) < 4 or not word.text.islower() or passage.initial[i]:
            return None
        return Edit(i, i + 1, word.text.capitalize(), self.kind)

    def dropped(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A small word left out where it is needed."""
        word = passage.words[i]
        if word.lower not in _DROPPED or passage.initial[i] or not passage.joined(i) or not passage.left(i):
            return None
        left, right = passage.left(i), passage.right(i)
        if right == "'s" or self._lexicon.bigrams.get(f"{left} {right}", 0) >= 3:
            return None
        return Edit(i, i + 2, passage.words[i + 1].text, self.kind)

    def swapped(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """Two neighbours in the wrong order."""
        if not passage.joined(i) or passage.initial[i] or passage.named(i) or passage.named(i + 1):
            return None
        first, second = passage.words[i], passage.words[i + 1]
        if "'s" in (first.lower, second.lower) or first.lower == second.lower or passage.protected(i + 1):
            return None
        if self._lexicon.bigrams.get(f"{second.lower} {first.lower}", 0) >= 3:
            return None
        return Edit(i, i + 2, f"{second.text} {first.text}", self.kind)

    def possessive(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """The apostrophe of a possessive lost: "the company's" -> "the companys" or "the company"."""
        if (
            not passage.joined(i)
            or passage.words[i + 1].lower != "'s"
            or passage.words[i].lower in ("it", "he", "that")
        ):
            return None
        text = passage.words[i].text
        return Edit(i, i + 2, f"{text}s" if rng.random() < 0.4 else text, self.kind)
