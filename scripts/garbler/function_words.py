"""Function words: articles, prepositions, conjunctions, auxiliaries."""

from __future__ import annotations

import random
from collections.abc import Mapping

from garbler.lexicon import Lexicon
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case, vowel_sound

PREPOSITIONS: Mapping[str, tuple[str, ...]] = {
    "in": ("within", "on", "at", "inside", "into", "throughout"),
    "on": ("in", "upon", "at", "about", "onto", "over"),
    "at": ("in", "on", "by", "to"),
    "for": ("of", "to", "in", "towards", "as"),
    "with": ("by", "of", "to", "along with", "alongside"),
    "by": ("from", "with", "through", "via", "of"),
    "from": ("of", "since", "by", "out of", "off"),
    "against": ("towards", "in opposition to", "versus", "contrary to"),
    "about": ("of", "roughly", "on", "concerning", "round"),
    "over": ("above", "on", "across", "more than"),
    "under": ("beneath", "below", "underneath"),
    "after": ("following", "behind", "later than"),
    "before": ("earlier than", "in front of", "previous to"),
    "through": ("by way of", "via", "across"),
    "around": ("round", "about"),
    "between": ("among", "amongst", "amid"),
    "among": ("between", "amid"),
    "during": ("throughout", "in the course of"),
    "until": ("till", "to", "before"),
    "since": ("from", "because", "as"),
    "into": ("in", "to", "in to"),
    "across": ("throughout", "over", "through"),
    "behind": ("after", "in the back of"),
    "within": ("inside", "in"),
    "without": ("with out", "with no"),
    "despite": ("in spite", "regardless of"),
    "like": ("as", "such as"),
    "near": ("close", "by"),
    "of": ("from", "for", "in", "by"),
    "to": ("for", "at", "in", "towards"),
}
CONJUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "but": ("however", "yet", "and"),
    "while": ("whereas", "whilst", "at the same time as"),
    "because": ("as a result of", "since", "for"),
    "although": ("even though", "but"),
    "as": ("because", "like", "since"),
    "if": ("when", "whether", "in case"),
    "when": ("as", "if", "once"),
    "so": ("thus", "subsequently", "therefore"),
    "than": ("then", "that", "as"),
    "and": ("in addition to", "as well as", "or"),
    "that": ("which", "what"),
    "which": ("that", "what"),
    "who": ("which", "that"),
    "where": ("the place", "in which", "the place where"),
    "also": ("additionally", "moreover", "likewise"),
    "how": ("the way", "how a lot"),
    "even": ("even though", "still"),
    "only": ("solely", "just"),
}
AUXILIARIES: Mapping[str, tuple[str, ...]] = {
    "was": ("is", "were", "has been", "had been"),
    "were": ("are", "was", "have been", "had been"),
    "is": ("was", "are", "is being"),
    "are": ("is", "were", "were being"),
    "has": ("had", "have"),
    "have": ("had", "has"),
    "had": ("has", "have"),
    "will": ("would", "can", "is going to"),
    "would": ("will", "could", "may"),
    "could": ("can", "may just", "might"),
    "can": ("could", "is able to", "may be able to"),
    "may": ("can", "might just"),
    "should": ("ought to", "must", "have to"),
    "does": ("do", "did"),
    "did": ("does", "do"),
    "been": ("being", "be"),
    "being": ("been", "be"),
}
_ARTICLES = frozenset(("a", "an", "the"))
_KEEP_FLUENT = 0.08


def can_be_told(lexicon: Lexicon, passage: Passage, edit: Edit, rng: random.Random) -> bool:
    """Whether a small word can be told from the one it replaces; one that fits as well rarely passes."""
    left, right = passage.left(edit.first), passage.right(edit.last - 1)
    new = edit.text.lower().split()
    old = [w.lower for w in passage.words[edit.first : edit.last]]
    if _count(lexicon, left, new, right) >= max(2.0, 0.02 * _count(lexicon, left, old, right)):
        return rng.random() < _KEEP_FLUENT
    before, after = lexicon.bigrams.get(f"{left} {new[0]}", 0), lexicon.bigrams.get(f"{new[-1]} {right}", 0)
    return not (left and right and min(before, after) >= 40) or rng.random() < 0.35


def _count(lexicon: Lexicon, left: str, words: list[str], right: str) -> float:
    run = [w for w in (left, *words, right) if w]
    if len(run) >= 3:
        return min(lexicon.trigrams.get(" ".join(run[k : k + 3]), 0) for k in range(len(run) - 2))
    return lexicon.bigrams.get(" ".join(run), 0) / 4 if len(run) == 2 else 100.0


class FunctionWords:
    """Changes small words the way machine translation does."""

    kind = "function"

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A changed, dropped or inserted small word at word `i` that can be told from the right one."""
        edit = self._draw(passage, i, habit, rng)
        told = edit is not None and (rng.random() < habit.daring or can_be_told(self._lexicon, passage, edit, rng))
        return edit if told else None

    def _draw(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A changed, dropped or inserted small word at word `i`."""
        word = passage.words[i]
        if word.lower in _ARTICLES:
            return self._article(passage, i, rng)
        if passage.named(i):
            return None
        for table, share in ((PREPOSITIONS, 0.8), (CONJUNCTIONS, 0.6), (AUXILIARIES, 0.45)):
            options = table.get(word.lower)
            if options and rng.random() < share:
                weights = [1.0 / (1 + k) ** 0.5 for k in range(len(options))]
                new = habit.pick("f:" + word.lower, list(zip(options, weights, strict=True)), rng)
                return Edit(i, i + 1, match_case(word.text, new), self.kind)
        return self._inserted(passage, i, rng)

    def _article(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        if not passage.joined(i):
            return None
        word, following = passage.words[i], passage.words[i + 1]
        indefinite = "an" if vowel_sound(following.text) else "a"
        roll = rng.random()
        if roll < 0.5:
            return Edit(i, i + 2, match_case(word.text, following.text), self.kind)
        if word.lower == "the" and passage.words[i + 1].lower.endswith("s"):
            return None
        new = indefinite if word.lower == "the" else "the" if roll < 0.95 else "one"
        return Edit(i, i + 1, match_case(word.text, new), self.kind)

    def _inserted(self, passage: Passage, i: int, rng: random.Random) -> Edit | None:
        if not passage.joined(i) or passage.words[i + 1].lower == "'s":
            return None
        if rng.random() < 0.1 and passage.words[i].lower not in _ARTICLES:
            extra = rng.choice(("of", "to", "the", "in", "that", "a", "for", "on", "it", "is"))
            if extra not in (passage.words[i].lower, passage.words[i + 1].lower):
                return Edit(i, i + 1, f"{passage.words[i].text} {extra}", self.kind)
        # After a preposition a bare noun takes a needless article: "in prison" -> "in the prison".
        if not passage.joined(i) or passage.words[i].lower not in PREPOSITIONS or passage.protected(i + 1):
            return None
        following = passage.words[i + 1]
        if not following.lower.isalpha() or following.lower in _ARTICLES or len(following.lower) < 4:
            return None
        if rng.random() < 0.6 and following.text.islower():
            return Edit(i, i + 1, f"{passage.words[i].text} the", self.kind)
        return None
