"""What a careless swap or conversion leaves behind: agreement, articles, glued, split, doubled and stray words."""

from __future__ import annotations

import random
from collections.abc import Callable

from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, vowel_sound, word_set

_STRAY = tuple(sorted(word_set("ud amp br nbsp quot href u n rn span div img zwj lt gt")))
_DROPPED = word_set("to of in on at for with from by is are was were be been has have had as and it he they not")
Try = Callable[[Passage, int, random.Random], "Edit | None"]


class Residue:
    """Small mechanical damage around words."""

    kind = "residue"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ways: tuple[tuple[Try, float], ...] = (
            (self.article, 0.5),
            (self.agreement, 2.0),
            (self.capital, 0.15),
            (self.hyphen, 0.7),
            (self.doubled, 0.8),
            (self.glued, 0.5),
            (self.split, 0.6),
            (self.stray, 0.4),
            (self.dropped, 0.8),
            (self.swapped, 0.6),
            (self.possessive, 1.0),
        )

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """One kind of damage at word `i`; two are tried."""
        ways, weights = zip(*self._ways, strict=True)
        for way in rng.choices(ways, weights, k=3):
            edit: Edit | None = way(passage, i, rng)
            if edit is not None:
                return edit
        return None

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

    def hyphen(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A compound's hyphen lost, or two words joined by one."""
        text = passage.words[i].text
        if "-" in text and text.replace("-", "").isalpha():
            head, tail = text.split("-", 1)
            if len(head) > 2 and len(tail) > 2:
                return Edit(i, i + 1, f"{head}{tail}" if rng.random() < 0.5 else f"{head}- {tail}", self.kind)
        return None

    def doubled(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A word written twice."""
        word = passage.words[i]
        if word.lower in ("that", "had", "very", "'s") or passage.initial[i] or passage.named(i):
            return None
        return Edit(i, i + 1, f"{word.text} {word.text}", self.kind)

    def glued(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """Two words without the space between them."""
        if not passage.joined(i) or passage.named(i) or passage.named(i + 1) or passage.words[i + 1].lower == "'s":
            return None
        joined = passage.words[i].text + passage.words[i + 1].text
        if not joined.isalpha() or self._lexicon.known(joined.lower()):
            return None
        return Edit(i, i + 2, joined, self.kind)

    def split(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """One word broken into two that exist: "with out"."""
        text = passage.words[i].text
        if len(text) < 6 or not text.isalpha() or passage.named(i):
            return None
        zipf = self._lexicon.zipf
        places = [
            k
            for k in range(2, len(text) - 1)
            if zipf.get(text[:k].lower(), 0.0) >= 4.6 and zipf.get(text[k:].lower(), 0.0) >= 4.2 and len(text) - k > 2
        ]
        if not places:
            return None
        k = rng.choice(places)
        return Edit(i, i + 1, f"{text[:k]} {text[k:]}", self.kind)

    def stray(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        """A scrap of markup between words."""
        if not passage.joined(i) or passage.words[i + 1].lower == "'s":
            return None
        return Edit(i, i + 1, f"{passage.words[i].text} {rng.choice(_STRAY)}", self.kind)

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
        if second.lower == "'s" or first.lower == second.lower or passage.protected(i + 1):
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
