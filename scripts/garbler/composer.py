"""Garbles passages: draws a habit, places edits, joins them into pieces."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from garbler.corpus import Corpus, curly
from garbler.mechanism import Habit, Mechanism
from garbler.passage import Edit, Passage, vowel_sound
from garbler.translated import Piece, PostEdits

# How much each family of garbler uses each mechanism.
FAMILIES: Mapping[str, Mapping[str, float]] = {
    "spinner": {
        "attested": 12.0, "neighbour": 2.5, "tortured": 0.7, "retranslated": 1.2, "phrase": 1.5, "institution": 4.0,
        "name": 2.0, "function": 0.8, "residue": 0.4, "spelling": 0.03,
    },
    "thesaurus": {
        "attested": 6.0, "neighbour": 4.0, "tortured": 2.5, "retranslated": 1.0, "phrase": 1.5, "institution": 4.0,
        "name": 1.5, "function": 0.5, "residue": 0.4, "spelling": 0.03,
    },
    "translation": {
        "attested": 2.5, "neighbour": 1.5, "tortured": 0.4, "retranslated": 6.0, "phrase": 1.5, "institution": 4.0,
        "name": 9.0, "function": 3.0, "residue": 0.7, "spelling": 0.05,
    },
}  # fmt: skip
# One or two garbles in an example: the kind is drawn first, so that rare ones get their turn.
LIGHT: Mapping[str, float] = {
    "attested": 3.0, "neighbour": 2.0, "tortured": 0.8, "retranslated": 2.5, "phrase": 1.6, "institution": 1.6,
    "name": 2.5, "function": 1.2, "residue": 0.9, "spelling": 0.25,
}  # fmt: skip
_LEXICAL = frozenset(("attested", "neighbour", "tortured", "retranslated", "phrase", "institution"))
TITLE_SHARE = 0.04
# Of examples: clean, ready post-edits, one or two garbles, then the families at any rate.
SHARES: Mapping[str, float] = {
    "clean": 0.30, "mt": 0.07, "light": 0.16, "spinner": 0.21, "thesaurus": 0.12, "translation": 0.14,
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One training example: pieces (garbled, original, kind) and where it comes from."""

    pieces: list[Piece]
    source: str
    family: str


def apply_edits(passage: Passage, edits: Sequence[Edit]) -> list[Piece]:
    """The passage as pieces; edits that touch become one piece."""
    text, words = passage.text, passage.words
    pieces: list[Piece] = []
    done = 0
    ordered = sorted(edits, key=lambda e: e.first)
    k = 0
    while k < len(ordered):
        first = ordered[k]
        start, end = words[first.first].start, words[first.last - 1].end
        garbled, kind, width = first.text, first.kind, first.last - first.first
        while k + 1 < len(ordered) and ordered[k + 1].first == ordered[k].last and passage.joined(ordered[k].last - 1):
            following = ordered[k + 1]
            garbled += text[end : words[following.first].start] + following.text
            end = words[following.last - 1].end
            if following.last - following.first > width:
                kind, width = following.kind, following.last - following.first
            k += 1
        if start > done:
            pieces.append((text[done:start], text[done:start], ""))
        pieces.append((garbled, text[start:end], kind))
        done = end
        k += 1
    if done < len(text):
        pieces.append((text[done:], text[done:], ""))
    return pieces


def with_article(passage: Passage, edit: Edit, rng: random.Random) -> Edit:
    """The edit with the a/an before it put right, as most spinners do; three in ten leave it wrong."""
    i = edit.first
    article = passage.left(i)
    if article not in ("a", "an") or not edit.text:
        return edit
    wanted = "an" if vowel_sound(edit.text) else "a"
    if wanted == article or rng.random() < 0.3:
        return edit
    head = wanted if passage.words[i - 1].text[0].islower() else wanted.capitalize()
    return Edit(i - 1, edit.last, f"{head} {edit.text}", edit.kind)


def tempting(text: str) -> float:
    """Names, quotation marks and rare long words by word: what a checker is tempted to flag in clean text."""
    words = text.split()
    names = sum(w[:1].isupper() for w in words)
    return (names + 2 * sum(c in '"“”' for c in text) + 0.5 * sum(len(w) > 10 for w in words)) / len(words)


def headline(pieces: Sequence[Piece]) -> list[Piece] | None:
    """The pieces with the first line as a headline; None when there is no short first line."""
    first: list[Piece] = []
    rest = list(pieces)
    while rest and "\n" not in rest[0][1]:
        first.append(rest.pop(0))
    if rest and rest[0][2]:
        return None
    if rest:
        head, _, tail = rest[0][1].partition("\n")
        first.append((head, head, ""))
        rest[0] = ("\n" + tail, "\n" + tail, "")
    line = "".join(original for _, original, _ in first)
    if not first or first[-1][2] or not line.endswith(".") or not 4 <= len(line.split()) <= 14:
        return None
    last = first[-1][0][:-1]
    first[-1] = (last, last, "")
    cased = [(title_case(g), title_case(o), k) for g, o, k in first if o]
    return [(g, o, k if g != o else "") for g, o, k in cased] + rest


def title_case(text: str) -> str:
    """Capitals on all words but the smallest."""
    small = {"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "by", "with", "as", "from"}
    return re.sub(
        r"[^\W\d_][^\s]*", lambda m: m.group() if m.group() in small else m.group()[0].upper() + m.group()[1:], text
    )


class Composer:
    """Draws examples from a corpus with a set of mechanisms."""

    def __init__(self, corpus: Corpus, mechanisms: Sequence[Mechanism], post_edits: PostEdits | None) -> None:
        self._corpus = corpus
        self._mechanisms = {m.kind: m for m in mechanisms}
        self._post_edits = post_edits

    def habit(self, family: str, rng: random.Random) -> Habit:
        """A habit of a family: its usual weights, each bent by chance."""
        base = FAMILIES.get(family)
        if base is None:  # one or two garbles of any kind
            base = FAMILIES[rng.choice(sorted(FAMILIES))]
        weights = {k: base.get(k, 1.0) * math.exp(rng.gauss(0.0, 0.7)) for k in self._mechanisms}
        return Habit(family, rng.getrandbits(48), weights)

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
                changed += self._place(passage, edit, taken, edits, rng)
        return edits

    def garble_lightly(self, passage: Passage, habit: Habit, wanted: int, rng: random.Random) -> list[Edit]:
        """`wanted` edits, each of a kind drawn first and put wherever it can be."""
        taken = [False] * passage.count
        edits: list[Edit] = []
        kinds = list(self._mechanisms)
        for _ in range(6 * wanted):
            kind = rng.choices(kinds, [LIGHT.get(k, 1.0) for k in kinds])[0]
            order = list(range(passage.count))
            rng.shuffle(order)
            for i in order:
                if taken[i] or passage.protected(i):
                    continue
                edit = self._mechanisms[kind].propose(passage, i, habit, rng)
                if self._place(passage, edit, taken, edits, rng):
                    break
            if len(edits) >= wanted:
                break
        return edits

    def _place(
        self, passage: Passage, edit: Edit | None, taken: list[bool], edits: list[Edit], rng: random.Random
    ) -> int:
        """Adds the edit where it is free and valid; the number of words it covers, else 0."""
        if edit is None:
            return 0
        edit = with_article(passage, edit, rng)
        if any(taken[edit.first : edit.last]) or not self._valid(passage, edit):
            return 0
        taken[edit.first : edit.last] = [True] * (edit.last - edit.first)
        edits.append(edit)
        return edit.last - edit.first

    def _propose(self, passage: Passage, i: int, habit: Habit, kinds: Sequence[str], rng: random.Random) -> Edit | None:
        if passage.protected(i):
            return None
        keyed = sorted(kinds, key=lambda k: -(rng.random() ** (1.0 / habit.weights[k])))
        for rank, kind in enumerate(keyed):
            # What is meant to be rare must not step in wherever the drawn mechanism has nothing to offer.
            if rank == 0 or (kind in _LEXICAL and rng.random() < (0.5 if habit.weights[kind] >= 2 else 0.15)):
                edit = self._mechanisms[kind].propose(passage, i, habit, rng)
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
        if family == "mt":
            pieces = self._post_edits.draw(rng) if self._post_edits else None
            if pieces:
                return Example(pieces, "mlqe_pe", "mt")
            family = "light"
        text, source = self._corpus.draw(rng)
        if family == "clean":
            if rng.random() < 0.6:  # clean text that tempts: the more names and quotations of two draws
                text, source = max((text, source), self._corpus.draw(rng), key=lambda drawn: tempting(drawn[0]))
            return Example(self._titled([(text, text, "")], rng), source, family)
        passage = Passage(text)
        habit = self.habit(family, rng)
        if family == "light":
            edits = self.garble_lightly(passage, habit, rng.randint(1, 2), rng)
        else:
            most = max(2.0, 0.4 * passage.count)
            edits = self.garble(passage, habit, round(math.exp(rng.uniform(0.0, math.log(most)))), rng)
        pieces = apply_edits(passage, edits)
        if "’" in text:
            pieces = [(curly(g), o, k) if k else (g, o, k) for g, o, k in pieces]
        return Example(self._titled(pieces, rng), source, family if edits else "clean")

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
