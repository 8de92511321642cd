"""Neighbours, synonyms and inflections of words, read from the lexical sources."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from garbler.counts import Counts, read_lines
from garbler.inflection import Inflector
from garbler.passage import word_set
from garbler.stop_words import STOP

_RELATION = re.compile(r" \((generic term|similar term|related term|antonym)\)$")
# Words of the thesaurus that no news desk would ever print, garbled or not.
_COARSE = word_set(
    "penis bitch whore slut bastard shit fuck piss dick cock prick ass arse fag screw tit tits pecker boner bang"
    " hooker slag cunt pussy homo homos negro nigger wog randy arouse aroused poof queer dyke shag bugger crap turd"
    " fart balls bollocks wank"
)
_ALIKE = 0.12  # words that share this much of their contexts may stand for each other beside function words
_POS = {"(noun)": "n", "(verb)": "v", "(adj)": "a", "(adv)": "r"}


def read_irregular(path: Path) -> Iterator[tuple[str, str, str]]:
    """(part of speech, form, lemma); the file is WordNet's four lists, each sorted, one after the other."""
    rows = [line.split() for line in read_lines(path) if line.strip()]
    sections = _sections([row[0] for row in rows])
    for row, pos in zip(rows, sections, strict=True):
        for lemma in row[1:]:
            yield pos, row[0].replace("_", " "), lemma.replace("_", " ")


def _sections(forms: list[str]) -> list[str]:
    # A list begins where the first letter falls from the end of the alphabet back to its beginning.
    names = iter(["n", "v", "a", "r"])
    current = next(names)
    out = []
    previous = "a"
    for form in forms:
        if form[0] < previous and ord(previous) - ord(form[0]) > 15:
            current = next(names, "r")
        previous = form[0]
        out.append(current)
    return out


class Lexicon(Counts):
    """Counts, a thesaurus and inflections, each read when first needed."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self._neighbours: dict[str, list[tuple[str, float]]] = {}
        self._plausible: dict[str, list[tuple[str, float]]] = {}
        self._analyses: dict[str, list[tuple[str, str, str]]] = {}
        self._synonyms: dict[tuple[str, str], bool] = {}

    @cached_property
    def thesaurus(self) -> dict[str, list[tuple[str, list[tuple[str, float]]]]]:
        """Lemma -> senses; a sense is a part of speech and (neighbour, weight) pairs."""
        weights = {"generic term": 0.45, "similar term": 0.6, "related term": 0.3, "antonym": 0.0}
        out: dict[str, list[tuple[str, list[tuple[str, float]]]]] = {}
        for line in read_lines(self.data / "lexical" / "mythes_thesaurus_en.jsonl.gz"):
            row = json.loads(line)
            senses = []
            for pos, *others in row["senses"]:
                pairs = []
                for other in others:
                    match = _RELATION.search(other)
                    weight = weights[match.group(1)] if match else 1.0
                    lemma = other[: match.start()] if match else other
                    if weight and lemma.replace(" ", "").replace("-", "").isalpha() and lemma.islower():
                        pairs.append((lemma, weight))
                if pairs:
                    senses.append((_POS.get(pos, "n"), pairs))
            if senses:
                out[row["w"]] = senses
        return out

    @cached_property
    def inflector(self) -> Inflector:
        """Forms of words."""
        return Inflector(read_irregular(self.data / "lexical" / "wordnet31_irregular_forms.txt"), self.zipf)

    def analyses(self, form: str) -> list[tuple[str, str, str]]:
        """(lemma, part of speech, tag) readings of a form."""
        found = self._analyses.get(form)
        if found is None:
            found = self._analyses[form] = self._analyse(form)
        return found

    def _analyse(self, form: str) -> list[tuple[str, str, str]]:
        if " " not in form:
            return self.inflector.analyses(form)
        # Of several words a verb inflects the first, a noun the last.
        head, rest = form.split(" ", 1)
        start, tail = form.rsplit(" ", 1)
        found = [(form, "a", ""), (form, "r", "")]
        found += [(f"{lemma} {rest}", pos, tag) for lemma, pos, tag in self.analyses(head) if pos == "v"]
        found += [(f"{start} {lemma}", pos, tag) for lemma, pos, tag in self.analyses(tail) if pos == "n"]
        return found

    def neighbours(self, form: str) -> list[tuple[str, float]]:
        """Dictionary neighbours of a form in the same inflection, with weights; any sense."""
        found = self._neighbours.get(form)
        if found is None:
            found = self._neighbours[form] = self._find_neighbours(form)
        return found

    def remember(
        self, neighbours: Mapping[str, list[tuple[str, float]]], plausible: Mapping[str, list[tuple[str, float]]]
    ) -> None:
        """Takes over neighbours that were found before, other words are still looked up; and all plausible swaps."""
        self._neighbours.update(neighbours)
        self._plausible.update(plausible)

    def plausible(self, form: str) -> list[tuple[str, float]]:
        """The swaps of a form that spinners are likely to make; where none are known its neighbours."""
        return self._plausible.get(form) or self.neighbours(form)

    def _find_neighbours(self, form: str) -> list[tuple[str, float]]:
        weights: dict[str, float] = {}
        for lemma, pos, tag in self.analyses(form):
            senses = self.thesaurus.get(lemma, [])
            # A noun that is a verb too in two senses of ten is mostly garbled as a noun.
            share = sum(p == pos for p, _ in senses) / max(1, len(senses))
            for rank, (sense_pos, pairs) in enumerate(senses):
                if sense_pos != pos:
                    continue
                sense = share if rank < 6 else 0.5 * share
                for other, weight in pairs:
                    if same_stem(other, lemma) or other.count(" ") > 2 or is_coarse(other):
                        continue
                    frequency = self.frequency(other)
                    if frequency < 2.6:
                        continue
                    new = self.inflector.inflect(other, pos, tag)
                    if same_stem(new, form) or self.frequency(new) < 1.8:
                        continue
                    if set(form.split()) > set(new.split()):
                        continue  # a mere omission ("tax cuts" -> "cuts") reads well
                    weight *= 0.3 if form in new.split() else self.visible(form, new)
                    weights[new] = weights.get(new, 0.0) + sense * weight * (frequency - 2.0) ** 1.5
        rounded = ((new, round(weight, 3)) for new, weight in weights.items())
        return sorted((option for option in rounded if option[1] > 0), key=lambda item: (-item[1], item[0]))

    def visible(self, original: str, new: str) -> float:
        """The share of places where an editor would notice `new` for `original`: from .05 for synonyms to 1."""
        if self.synonyms(original, new):
            return 0.1
        return max(0.05, min(1.0, 1.2 - 2.2 * self.interchangeable(original, new)))

    def synonyms(self, a: str, b: str) -> bool:
        """Whether two forms stand in each other's first sense in one inflection: "triumphs" and "victories"."""
        key = (a, b) if a < b else (b, a)
        found = self._synonyms.get(key)
        if found is None:
            found = self._synonyms[key] = any(
                pos == other_pos and tag == other_tag and self._leads(one, pos, other) and self._leads(other, pos, one)
                for one, pos, tag in self.analyses(a)
                for other, other_pos, other_tag in self.analyses(b)
            )
        return found

    def _leads(self, lemma: str, pos: str, other: str) -> bool:
        first = next((pairs for sense_pos, pairs in self.thesaurus.get(lemma, []) if sense_pos == pos), [])
        return any(word == other and weight >= 1.0 for word, weight in first)

    def reads_well(self, old: str, new: str, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether `new` in place of `old` reads as ordinary news, so that no editor would flag it.

        `before` and `after` hold up to two lower-case words on either side. That function words stand beside a wrong
        sense says nothing ("the recreation of"), so there the two must also be used alike.
        """
        left, right = (before[-1] if before else ""), (after[0] if after else "")
        if not self.fluent(left, new, right):
            return self._known_run(new, before, after)
        telling = any(side and side not in STOP for side in (left, right)) or self._known_run(new, before, after)
        return telling or " " in old + new or self.interchangeable(old, new) >= _ALIKE

    def _known_run(self, new: str, before: Sequence[str], after: Sequence[str]) -> bool:
        # Three words in a row seen in news, the one beside `new` no function word, and nothing odd on the other side.
        words = new.split()
        if len(before) == 2 and before[1] not in STOP and f"{before[0]} {before[1]} {words[0]}" in self.trigrams:
            return not after or self.bigrams.get(f"{words[-1]} {after[0]}", 0) >= 3
        if len(after) == 2 and after[0] not in STOP and f"{words[-1]} {after[0]} {after[1]}" in self.trigrams:
            return not before or self.bigrams.get(f"{before[-1]} {words[0]}", 0) >= 3
        if len(words) < 3:
            return False
        inside = all(" ".join(words[k : k + 3]) in self.trigrams for k in range(len(words) - 2))
        return inside and self.fluent(before[-1] if before else "", new, after[0] if after else "")


def is_coarse(phrase: str) -> bool:
    """Whether a phrase holds a word that no news desk would print."""
    return any(word in _COARSE or word.removesuffix("s") in _COARSE for word in phrase.split())


def same_stem(a: str, b: str) -> bool:
    """Whether two words look like forms or spellings of one word."""
    if a == b:
        return True
    shorter, longer = sorted((a.replace("-", "").replace(" ", ""), b.replace("-", "").replace(" ", "")), key=len)
    common = 0
    for x, y in zip(shorter, longer, strict=False):
        if x != y:
            break
        common += 1
    return common >= max(4, round(0.7 * len(shorter))) or (common == len(shorter) and common >= 3)
