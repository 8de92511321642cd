"""Draws examples: a text, a habit, the places of its garbles."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from garbler.corpus import Corpus, curly
from garbler.habits import DARING, FAMILIES, FULL_RATE, SHARES, SPARSE_RATE, draw_habit
from garbler.mechanism import Habit, Mechanism
from garbler.names import Names
from garbler.passage import Edit, Passage
from garbler.pieces import Piece, apply_edits, headline, with_article
from garbler.stop_words import STOP
from garbler.translated import PostEdits

_LEXICAL = frozenset(
    ("attested", "plausible", "neighbour", "tortured", "retranslated", "literal", "phrase", "institution")
)
_SINGLE = ("attested", "plausible", "retranslated", "neighbour")
TITLE_SHARE = 0.04


@dataclass(frozen=True)
class Example:
    """One training example: pieces (garbled, original, kind) and where it comes from."""

    pieces: list[Piece]
    source: str
    family: str


def tempting(text: str) -> float:
    """Names, quotation marks and rare long words by word: what a checker is tempted to flag in clean text."""
    words = text.split()
    names = sum(w[:1].isupper() for w in words)
    return (names + 2 * sum(c in '"“”' for c in text) + 0.5 * sum(len(w) > 10 for w in words)) / len(words)


def capitals(text: str) -> float:
    """The share of words with a capital, more for longer texts, where a name can come again."""
    words = text.split()
    return sum(w[:1].isupper() for w in words) / len(words) * min(1.0, 0.5 + len(words) / 80)


class Composer:
    """Draws examples from a corpus with a set of mechanisms."""

    def __init__(self, corpus: Corpus, mechanisms: Sequence[Mechanism], post_edits: PostEdits | None) -> None:
        self._corpus = corpus
        self.mechanisms = {m.kind: m for m in mechanisms}
        self._post_edits = post_edits

    def garble(self, passage: Passage, habit: Habit, wanted: int, rng: random.Random) -> list[Edit]:
        """Up to `wanted` words garbled; each edit at a place of its own."""
        taken = [False] * passage.count
        edits: list[Edit] = []
        order = list(range(passage.count))
        rng.shuffle(order)
        changed = 0
        kinds = list(habit.weights)
        for i in order:
            if changed >= wanted:
                break
            if not taken[i]:
                edit = self._propose(passage, i, habit, kinds, rng)
                changed += self._place(passage, edit, taken, edits, habit, rng)
        return edits

    def garble_by_kind(self, passage: Passage, habit: Habit, wanted: int, rng: random.Random) -> list[Edit]:
        """`wanted` edits, each of a kind drawn first and put wherever it can be."""
        taken = [False] * passage.count
        edits: list[Edit] = []
        kinds = list(self.mechanisms)
        weights = [habit.weights[k] for k in kinds]
        placed = 0
        for _ in range(6 * wanted if kinds else 0):
            kind = rng.choices(kinds, weights)[0]
            order = list(range(passage.count))
            rng.shuffle(order)
            for i in order:
                if taken[i] or passage.protected(i):
                    continue
                edit = self.mechanisms[kind].propose(passage, i, habit, rng)
                if self._place(passage, edit, taken, edits, habit, rng):
                    placed += 1
                    break
            if placed >= wanted:
                break
        return edits

    def _place(
        self,
        passage: Passage,
        edit: Edit | None,
        taken: list[bool],
        edits: list[Edit],
        habit: Habit,
        rng: random.Random,
    ) -> int:
        """Adds the edit, and what goes with it, where it is free and valid; the words it covers, else 0."""
        if edit is None or not self._add(passage, edit, taken, edits, rng):
            return 0
        if edit.kind in _SINGLE and edit.last - edit.first == 1 and rng.random() < habit.pairing:
            self._pair(passage, edit.first, taken, edits, habit, rng)
        for other in self._repeated(passage, edit, habit, rng):
            self._add(passage, other, taken, edits, rng)
        return edit.last - edit.first

    def _add(self, passage: Passage, edit: Edit, taken: list[bool], edits: list[Edit], rng: random.Random) -> bool:
        edit = with_article(passage, edit, rng)
        if any(taken[edit.first : edit.last]) or not self._valid(passage, edit):
            return False
        taken[edit.first : edit.last] = [True] * (edit.last - edit.first)
        edits.append(edit)
        return True

    def _pair(
        self, passage: Passage, i: int, taken: list[bool], edits: list[Edit], habit: Habit, rng: random.Random
    ) -> None:
        """Swaps the word beside a swapped one too: "slow walk" -> "gradual stroll"."""
        sides = [k for k in (i - 1, i + 1) if 0 <= k < passage.count and passage.joined(min(k, i)) and not taken[k]]
        rng.shuffle(sides)
        kinds = sorted((k for k in _SINGLE if k in self.mechanisms), key=lambda k: -(rng.random() * habit.weights[k]))
        for k in sides:
            if passage.words[k].lower in STOP:
                continue
            for kind in kinds:
                edit = self.mechanisms[kind].propose(passage, k, habit, rng)
                alone = edit is not None and edit.first == k and edit.last == k + 1
                if edit is not None and alone and self._add(passage, edit, taken, edits, rng):
                    return

    def _repeated(self, passage: Passage, edit: Edit, habit: Habit, rng: random.Random) -> list[Edit]:
        """The same swap at the other places of the same wording: a machine garbles a word the same way throughout."""
        if habit.family == "light" and edit.kind != "name":
            return []
        if rng.random() < 0.5:
            return []
        if edit.kind == "name":
            mechanism = self.mechanisms["name"]
            return mechanism.elsewhere(passage, edit) if isinstance(mechanism, Names) else []
        if edit.kind not in _LEXICAL:
            return []
        width, original = edit.last - edit.first, passage.slice(edit.first, edit.last).lower()
        places = [
            k
            for k in range(passage.count - width + 1)
            if abs(k - edit.first) >= width and passage.slice(k, k + width).lower() == original
        ]
        again = [self.mechanisms[edit.kind].propose(passage, k, habit, rng) for k in places]
        return [e for e in again if e is not None and e.text.lower() == edit.text.lower()]

    def _propose(self, passage: Passage, i: int, habit: Habit, kinds: Sequence[str], rng: random.Random) -> Edit | None:
        if passage.protected(i):
            return None
        keyed = sorted(kinds, key=lambda k: -(rng.random() ** (1.0 / habit.weights[k])))
        for rank, kind in enumerate(keyed):
            # What is meant to be rare must not step in wherever the drawn mechanism has nothing to offer.
            if rank == 0 or (kind in _LEXICAL and rng.random() < (0.5 if habit.weights[kind] >= 2 else 0.15)):
                edit = self.mechanisms[kind].propose(passage, i, habit, rng)
                if edit is not None:
                    return edit
        return None

    @staticmethod
    def _valid(passage: Passage, edit: Edit) -> bool:
        original = passage.slice(edit.first, edit.last)
        if not edit.text or edit.text != edit.text.strip() or "  " in edit.text:
            return False
        if edit.kind != "residue" and edit.text.casefold() == original.casefold():
            return False
        return edit.text != original and passage.contiguous(edit.first, edit.last)

    def example(self, rng: random.Random) -> Example:
        """One example."""
        family = rng.choices(list(SHARES), list(SHARES.values()))[0]
        if not self.mechanisms and family != "clean":
            family = "mt"
        if family == "mt":
            pieces = self._post_edits.draw(rng) if self._post_edits else None
            if pieces:
                return Example(pieces, "mlqe_pe", "mt")
            family = "light"
        text, source = self._text(family, rng)
        if family == "clean":
            return Example(self._titled([(text, text, "")], rng), source, family)
        passage = Passage(text)
        habit = draw_habit(family, list(self.mechanisms), rng)
        if family == "sparse":
            edits = self.garble_by_kind(passage, habit, max(1, round(passage.count * rng.uniform(*SPARSE_RATE))), rng)
        elif family == "names":
            edits = self.garble_by_kind(passage, habit, rng.randint(1, 4), rng)
        elif family == "light":
            edits = self.garble_by_kind(passage, habit, rng.randint(1, 2), rng)
        else:
            most = max(2.0, 0.4 * passage.count)
            wanted = round(math.exp(rng.uniform(0.0, math.log(most))))
            habit.daring = DARING * min(1.0, wanted / passage.count / FULL_RATE)
            edits = self.garble(passage, habit, wanted, rng)
        pieces = apply_edits(passage, edits)
        if "’" in text:
            pieces = [(curly(g), o, k) if k else (g, o, k) for g, o, k in pieces]
        return Example(self._titled(pieces, rng), source, family if edits else "clean")

    def _text(self, family: str, rng: random.Random) -> tuple[str, str]:
        """A text that suits a family: paragraphs for sparse garbles, names for names, temptations for clean."""
        if family == "sparse" or (family in FAMILIES and rng.random() < 0.5):
            return self._corpus.draw(rng, least_sentences=2)
        if family == "names":
            return max((self._corpus.draw(rng) for _ in range(3)), key=lambda drawn: capitals(drawn[0]))
        if family == "clean" and (roll := rng.random()) < 0.65:
            if roll < 0.2:
                return self._corpus.draw_named(rng)
            return max((self._corpus.draw(rng) for _ in range(2)), key=lambda drawn: tempting(drawn[0]))
        return self._corpus.draw(rng)

    @staticmethod
    def _titled(pieces: list[Piece], rng: random.Random) -> list[Piece]:
        """Now and then, a short first line as a headline: capitals on both sides, no full stop."""
        if rng.random() >= TITLE_SHARE:
            return pieces
        return headline(pieces) or pieces

    def examples(self, count: int, seed: int) -> Iterator[Example]:
        """`count` examples, the same for the same seed."""
        rng = random.Random(seed)
        for _ in range(count):
            yield self.example(rng)
