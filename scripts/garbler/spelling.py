"""Broken spelling: homophones, slips of the finger, reading errors of scanners, wrongly decoded apostrophes."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case

_SCANNED = (
    ("rn", "m"),
    ("m", "rn"),
    ("cl", "d"),
    ("li", "h"),
    ("ll", "1l"),
    ("l", "1"),
    ("o", "0"),
    ("fi", "f i"),
    ("e", "c"),
)


def read_eggcorns(path: Path) -> dict[str, tuple[str, ...]]:
    """Right phrase -> mistaken forms."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))["eggcorns"]
    return {row["correct"].lower(): tuple(m.lower() for m in row["mistakes"]) for row in rows}


class Spelling:
    """Damages single words; rare, as other tools find most of it."""

    kind = "spelling"

    def __init__(
        self, lexicon: Lexicon, homophones: Mapping[str, tuple[str, ...]], eggcorns: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._lexicon = lexicon
        self._homophones = homophones
        self._eggcorns = eggcorns

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A misspelling of word `i`, or an eggcorn of the phrase that begins there."""
        word = passage.words[i]
        if passage.protected(i) or passage.named(i):
            return None
        for n in (5, 4, 3, 2):
            if i + n <= passage.count and passage.contiguous(i, i + n):
                mistakes = self._eggcorns.get(passage.slice(i, i + n).lower())
                if mistakes:
                    original = passage.slice(i, i + n)
                    return Edit(i, i + n, match_case(original, rng.choice(mistakes)), self.kind)
        homophones = self._homophones.get(word.lower)
        if homophones and rng.random() < 0.8:
            return Edit(i, i + 1, match_case(word.text, rng.choice(homophones)), self.kind)
        if passage.right(i) == "'s" and rng.random() < 0.3:
            return Edit(i, i + 2, f"{word.text}{rng.choice(('â€™s', '?s', '&#39;s'))}", self.kind)
        if len(word.text) < 6 or not word.text.isalpha() or self._lexicon.zipf.get(word.lower, 0.0) < 3.5:
            return None
        new = self._scanned(word.text, rng) if rng.random() < 0.3 else self._slip(word.text, rng)
        if new is None or self._lexicon.known(new.lower()):
            return None
        return Edit(i, i + 1, new, self.kind)

    @staticmethod
    def _scanned(text: str, rng: random.Random) -> str | None:
        found = [(a, b) for a, b in _SCANNED if a in text[1:]]
        if not found:
            return None
        a, b = rng.choice(found)
        at = text.index(a, 1)
        return text[:at] + b + text[at + len(a) :]

    @staticmethod
    def _slip(text: str, rng: random.Random) -> str | None:
        k = rng.randrange(1, len(text) - 1)
        way = rng.randrange(3)
        if way == 0:
            return text[:k] + text[k + 1 :]
        if way == 1:
            return text[:k] + text[k] + text[k:]
        return text[:k] + text[k + 1] + text[k] + text[k + 2 :] if text[k] != text[k + 1] else None
