"""Word frequencies, neighbours and inflections, read from the lexical sources."""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from garbler.inflection import Inflector
from garbler.passage import word_set

_RELATION = re.compile(r" \((generic term|similar term|related term|antonym)\)$")
# Words of the thesaurus that no news desk would ever print, garbled or not.
_COARSE = word_set(
    "penis bitch whore slut bastard shit fuck piss dick cock prick ass arse fag screw tit tits pecker boner bang"
    " hooker slag cunt poof queer dyke shag bugger crap turd fart balls bollocks wank"
)
_NEWS_WORDS = 14e6  # words of the news the bigrams were counted over
_POS = {"(noun)": "n", "(verb)": "v", "(adj)": "a", "(adv)": "r"}


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, gzip or plain, without line ends."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as stream:
        for line in stream:
            yield line.rstrip("\n")


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


class Lexicon:
    """The lexical sources under one folder, each read when first needed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._neighbours: dict[str, list[tuple[str, float]]] = {}
        self._analyses: dict[str, list[tuple[str, str, str]]] = {}
        self._alike: dict[tuple[str, str], float] = {}

    @cached_property
    def zipf(self) -> dict[str, float]:
        """Word -> Zipf frequency."""
        out = {}
        for line in read_lines(self.data / "lexical" / "wordfreq_en_large.tsv.gz"):
            word, _, value = line.partition("\t")
            out[word] = float(value)
        return out

    @cached_property
    def scowl(self) -> set[str]:
        """Words of the common spelling lists."""
        out = set()
        for line in read_lines(self.data / "lexical" / "scowl_words.tsv.gz"):
            parts = line.split("\t")
            if len(parts) > 1 and parts[1].isdigit() and int(parts[1]) <= 70:
                out.add(parts[0])
        return out

    @cached_property
    def bigrams(self) -> dict[str, int]:
        """Lower-cased "left right" -> count in news."""
        return self._counts("news_bigrams_min2.tsv.gz", 3)

    @cached_property
    def trigrams(self) -> dict[str, int]:
        """Lower-cased three words -> count in news."""
        return self._counts("news_trigrams_min3.tsv.gz", 3)

    def _counts(self, name: str, least: int) -> dict[str, int]:
        out = {}
        for line in read_lines(self.data / "lexical" / name):
            words, _, count = line.rpartition("\t")
            number = int(count)
            if number >= least:
                out[words] = number
        return out

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

    def known(self, word: str) -> bool:
        """Whether a lower-case word is an English word rather than a typo."""
        return self.zipf.get(word, 0.0) >= 2.3 or word in self.scowl

    def frequency(self, phrase: str) -> float:
        """Zipf frequency; of several words, the rarest one's less half a point for each further word."""
        words = phrase.split()
        return min((self.zipf.get(w, 0.0) for w in words), default=0.0) - 0.5 * (len(words) - 1)

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
        return sorted(weights.items(), key=lambda item: (-item[1], item[0]))

    @cached_property
    def _contexts(self) -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
        """For each word its bound neighbours on the left and on the right, with their affinity."""
        left: dict[str, dict[str, float]] = {}
        right: dict[str, dict[str, float]] = {}
        for words, count in self.bigrams.items():
            a, _, b = words.partition(" ")
            expected = _NEWS_WORDS * 10 ** (self.zipf.get(a, 3.0) + self.zipf.get(b, 3.0) - 18)
            affinity = math.log(count / expected)
            if affinity > 1:
                right.setdefault(a, {})[b] = affinity
                left.setdefault(b, {})[a] = affinity
        return left, right

    def interchangeable(self, a: str, b: str) -> float:
        """From 0 (other contexts) to 2 (the same contexts in news): "happened" and "occurred" have about 1."""
        key = (a, b) if a < b else (b, a)
        value = self._alike.get(key)
        if value is None:
            value = self._alike[key] = sum(_cosine(side.get(a, {}), side.get(b, {})) for side in self._contexts)
        return value

    def visible(self, original: str, new: str) -> float:
        """The share of places where an editor would notice `new` for `original`: from .08 for synonyms to 1."""
        return max(0.08, min(1.0, 1.5 - 2.0 * self.interchangeable(original, new)))

    def fluent(self, left: str, new: str, right: str) -> bool:
        """Whether `new` between its neighbours is ordinary news wording, so that no editor would flag it."""
        first, last = new.split()[0], new.split()[-1]
        if left and right and first == last and f"{left} {new} {right}" in self.trigrams:
            return True
        before = self.bigrams.get(f"{left} {first}", 0) if left else 0
        after = self.bigrams.get(f"{last} {right}", 0) if right else 0
        if left and right:
            return before >= 4 and after >= 4
        return max(before, after) >= 15


def is_coarse(phrase: str) -> bool:
    """Whether a phrase holds a word that no news desk would print."""
    return any(word in _COARSE or word.removesuffix("s") in _COARSE for word in phrase.split())


def _cosine(a: dict[str, float], b: dict[str, float]) -> float:
    if not a or not b:
        return 0.0
    shorter, longer = (a, b) if len(a) < len(b) else (b, a)
    product = sum(value * longer[word] for word, value in shorter.items() if word in longer)
    return product / math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))


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
