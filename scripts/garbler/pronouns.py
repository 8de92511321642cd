"""Pronouns of the wrong gender, number or person: translation from a language that does not tell them apart."""

from __future__ import annotations

import random
from collections.abc import Mapping

from garbler.function_words import can_be_told
from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case, word_set

PRONOUNS: Mapping[str, tuple[str, ...]] = {
    "he": ("she", "it", "they"),
    "she": ("he", "it"),
    "him": ("her", "it"),
    "his": ("her", "its", "their"),
    "her": ("his", "its", "him"),
    "himself": ("herself", "itself"),
    "herself": ("himself", "itself"),
    "they": ("it", "he"),
    "their": ("his", "its", "there"),
    "them": ("him", "it"),
    "its": ("his", "their", "it's"),
    "it": ("he", "she"),
    "this": ("these", "the", "it"),
    "these": ("this", "them", "the"),
    "those": ("them", "that"),
    "who": ("which", "what"),
    "whose": ("which", "whom"),
}
_MALE = word_set("he him his himself mr man men father son husband king prince sir boy brother spokesman chairman")
_FEMALE = word_set("she her hers herself mrs ms miss woman women mother daughter wife queen princess girl sister")
_HE = word_set("he him his himself mr")
_SHE = word_set("she her hers herself mrs ms")
_GENDERED = {
    "he": _MALE,
    "him": _MALE,
    "his": _MALE,
    "himself": _MALE,
    "she": _FEMALE,
    "her": _FEMALE,
    "herself": _FEMALE,
}


class Pronouns:
    """Changes a pronoun; he for she only where other words show who is meant."""

    kind = "pronoun"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """Another pronoun at word `i`, one that can be told from the right one."""
        word = passage.words[i]
        options = PRONOUNS.get(word.lower)
        if not options or passage.named(i):
            return None
        if not self._evident(passage, i):
            options = tuple(o for o in options if o not in _GENDERED)
        if not options:
            return None
        weights = [1.0 / (1 + k) ** 0.5 for k in range(len(options))]
        new = habit.pick("pronoun:" + word.lower, list(zip(options, weights, strict=True)), rng)
        edit = Edit(i, i + 1, match_case(word.text, new), self.kind)
        # The other gender reads as well on the spot; only the rest of the passage gives it away.
        if word.lower in _GENDERED and new in _GENDERED:
            return edit
        return edit if can_be_told(self._lexicon, passage, edit, rng) else None

    @staticmethod
    def _evident(passage: Passage, i: int) -> bool:
        """Whether other words of the passage show the gender of the pronoun at `i`, and none speaks of the other."""
        same = _GENDERED.get(passage.words[i].lower)
        if same is None:
            return True
        other = _HE if same is _FEMALE else _SHE
        around = [w.lower for k, w in enumerate(passage.words) if k != i]
        return any(w in same for w in around) and not any(w in other for w in around)
