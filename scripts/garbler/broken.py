"""Broken tokens: words doubled, glued, split or run through a converter that left scraps of markup."""

from __future__ import annotations

import random

from garbler.lexicon import Lexicon
from garbler.passage import Edit, Passage, word_set
from garbler.residue import Damage

_STRAY = tuple(sorted(word_set("ud amp br nbsp quot href u n rn span div img zwj lt gt")))


class Broken(Damage):
    """Mechanical damage to words."""

    kind = "broken"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._ways = (
            (self.hyphen, 0.7),
            (self.doubled, 0.8),
            (self.glued, 0.5),
            (self.split, 0.6),
            (self.stray, 0.4),
        )

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
        if not passage.joined(i) or "'s" in (passage.words[i].lower, passage.words[i + 1].lower):
            return None
        return Edit(i, i + 1, f"{passage.words[i].text} {rng.choice(_STRAY)}", self.kind)
