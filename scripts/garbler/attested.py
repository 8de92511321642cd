"""Swaps seen on real garbled pages: phrase for phrase, and word for word where pairs align."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from garbler.counts import read_lines
from garbler.lexicon import Lexicon, is_coarse, same_stem
from garbler.mechanism import Habit
from garbler.passage import Edit, Passage, match_case
from garbler.stop_words import STOP

_OWNERS = frozenset(("his", "her", "their", "its", "my", "our", "your"))
_PLAIN = re.compile(r"[a-z'\- ]+")


_FAMILY = {"A": "spinner", "C": "thesaurus", "D": "translation"}


@dataclass(frozen=True)
class Pair:
    """An attested swap: lower-case original and garble, and the family of garbler it was seen from."""

    original: str
    garbled: str
    family: str


def read_pairs(path: Path) -> list[Pair]:
    """The attested pairs of a file."""
    out = []
    for line in read_lines(path):
        row = json.loads(line)
        original = row["original"].strip(" .,\"'()").lower().replace("’", "'")
        garbled = row["garbled"].strip(" .,\"'()").lower().replace("’", "'")
        if original and garbled and original != garbled:
            out.append(Pair(original, garbled, _FAMILY.get(str(row.get("family", ""))[:1], "spinner")))
    return out


def align_words(original: str, garbled: str) -> list[tuple[str, str]]:
    """Word or phrase swaps inside a pair: equal ends go, the rest pairs one to one when it is as long."""
    left, right = original.split(), garbled.split()
    while left and right and left[0] == right[0]:
        left, right = left[1:], right[1:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    if not left or not right or len(left) > 3 or len(right) > 4:
        return []
    if len(left) == len(right):
        pairs = [(a, b) for a, b in zip(left, right, strict=True) if a != b]
        if len(pairs) > 1 and {a for a, _ in pairs} & {b for _, b in pairs}:
            return [(" ".join(left), " ".join(right))]
        return pairs
    return [(" ".join(left), " ".join(right))]


class SwapTable:
    """Original wording -> weighted garbles, looked up longest first by its first word."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], dict[str, float]]] = defaultdict(dict)

    def add(self, original: str, garbled: str, weight: float) -> None:
        """Adds one swap; weights of a repeated swap add up."""
        if not _PLAIN.fullmatch(original) or not _PLAIN.fullmatch(garbled) or original == garbled:
            return
        words = tuple(original.replace("'s", " 's").split())
        options = self._by_first[words[0]].setdefault(words, {})
        options[garbled] = options.get(garbled, 0.0) + weight

    def matches(self, passage: Passage, i: int) -> list[tuple[int, dict[str, float]]]:
        """(number of words, garbles) of the entries that begin at word `i`, longest first."""
        entries = self._by_first.get(passage.words[i].lower)
        if not entries:
            return []
        found = []
        for words, options in entries.items():
            n = len(words)
            if i + n > passage.count or any(passage.words[i + k].lower != words[k] for k in range(1, n)):
                continue
            if n == 1 or passage.contiguous(i, i + n):
                found.append((n, options))
        return sorted(found, key=lambda item: -item[0])

    def update(self, other: SwapTable) -> None:
        """Adds all entries of another table."""
        for original, garbled, weight in other.rows():
            self.add(original, garbled, weight)

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """(original, garble, weight) of every swap."""
        for entries in self._by_first.values():
            for words, options in entries.items():
                for garbled, weight in options.items():
                    yield " ".join(words).replace(" 's", "'s"), garbled, weight

    def words(self) -> dict[str, list[tuple[str, float]]]:
        """The swaps of single words, likeliest first."""
        single = {
            words[0]: options for by in self._by_first.values() for words, options in by.items() if len(words) == 1
        }
        return {word: sorted(options.items(), key=lambda item: -item[1]) for word, options in single.items()}

    def __len__(self) -> int:
        return sum(len(options) for entries in self._by_first.values() for options in entries.values())


def add_with_relatives(table: SwapTable, lexicon: Lexicon, original: str, garbled: str, weight: float) -> None:
    """Adds a swap and, for single words, the same swap in the other inflections both words have."""
    table.add(original, garbled, weight)
    if " " in original or original in STOP or garbled in STOP:
        return
    head = garbled.split()[0]
    readings = {(pos, tag): lemma for lemma, pos, tag in lexicon.analyses(original) if lemma in lexicon.thesaurus}
    for lemma, pos, tag in lexicon.analyses(garbled if " " not in garbled else head):
        if " " in garbled and pos != "v":
            continue
        base = readings.get((pos, tag))
        if base is None or pos == "r" or not any(p == pos for p, _ in lexicon.thesaurus.get(lemma, [])):
            continue
        if not any(p == pos for p, _ in lexicon.thesaurus.get(base, [])):
            continue
        for other in {"n": ("", "s"), "v": ("", "s", "ed", "en", "ing"), "a": ("",)}[pos]:
            a, b = lexicon.inflector.inflect(base, pos, other), lexicon.inflector.inflect(lemma, pos, other)
            if " " in garbled:
                b = f"{b} {garbled.split(' ', 1)[1]}"
            if a != original and lexicon.frequency(a) >= 2.5 and lexicon.frequency(b) >= 2.0 and not same_stem(a, b):
                table.add(a, b, weight * 0.4)


class Swaps:
    """Proposes swaps; those that read as ordinary news wording are mostly left out.

    `tables` go by family of garbler, "" for any: a habit mostly uses its own family's table.
    """

    def __init__(self, kind: str, tables: Mapping[str, SwapTable], lexicon: Lexicon, keep_fluent: float) -> None:
        self.kind = kind
        self.tables = tables
        self._lexicon = lexicon
        self._keep_fluent = keep_fluent

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A swap of the longest entry that begins at word `i` (one draw in four: a shorter one)."""
        own = self.tables.get(habit.table)
        table = own if own is not None and rng.random() < 0.8 else self.tables[rng.choice(sorted(self.tables))]
        matches = table.matches(passage, i)
        if not matches:
            return None
        n, options = matches[0] if len(matches) == 1 or rng.random() < 0.75 else matches[1]
        if any(passage.protected(k) for k in range(i, i + n)):
            return None
        original = passage.slice(i, i + n)
        if n == 1 and (passage.named(i) or _in_name(passage, i)):
            return None
        new = habit.pick(f"{self.kind}:{original.lower()}", list(options.items()), rng)
        if n == 1 and rng.random() > self._appetite(passage.words[i].lower, habit):
            return None
        keep = max(self._keep_fluent, habit.daring)
        if n == 1 and rng.random() > max(keep, self._lexicon.visible(original.lower(), new)):
            return None
        fluent = self._lexicon.reads_well(original.lower(), new, passage.before(i), passage.after(i + n - 1))
        if fluent and rng.random() > keep:
            return None
        return Edit(i, i + n, match_case(original, new), self.kind)

    def _appetite(self, word: str, habit: Habit) -> float:
        # The commonest words would fill every example: "in" is swapped in one place of eight, "game" nearly always.
        excess = self._lexicon.zipf.get(word, 0.0) - 5.4
        return float(min(1.0, 10 ** -(excess if habit.sparing else 0.35 * excess)))


def _in_name(passage: Passage, i: int) -> bool:
    # A capitalised first word followed by a capitalised word is probably a name: "Apple Computer".
    word = passage.words[i].text
    return word[0].isupper() and passage.joined(i) and passage.words[i + 1].text[0].isupper()


def attested_table(pairs: Iterable[Pair], lexicon: Lexicon, written: Mapping[str, tuple[str, ...]]) -> SwapTable:
    """The attested pairs, their words and relatives, and hand-written swaps."""
    table = SwapTable()
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for pair in pairs:
        if any(w not in STOP for w in pair.original.split()) or all(w in STOP for w in pair.garbled.split()):
            table.add(pair.original, pair.garbled, 3.0)
        for a, b in align_words(pair.original, pair.garbled):
            counts[a, b] += 1
    for (a, b), n in counts.items():
        small, smaller = (all(w in STOP for w in side.split()) for side in (a, b))
        if " " not in a and any(w in _OWNERS for w in b.split()):
            continue  # "reducing his shots to" for "making" is true of one sentence only
        if (small and (n < 3 if not smaller else " " not in a)) or same_stem(a, b):
            continue
        add_with_relatives(table, lexicon, a, b, 1.5 + 0.75 * min(n, 4))
    for original, garbles in written.items():
        for garbled in garbles:
            add_with_relatives(table, lexicon, original, garbled, 1.0)
    return table


def written_table(swaps: Mapping[str, tuple[str, ...]]) -> SwapTable:
    """A hand-written table as it stands, without relatives."""
    table = SwapTable()
    for original, garbles in swaps.items():
        for rank, garbled in enumerate(garbles):
            table.add(original, garbled, 1.0 / (1 + 0.3 * rank))
    return table


def word_table(counts: Mapping[tuple[str, str], float], lexicon: Lexicon) -> SwapTable:
    """A table of (original, garble) -> times seen, with relatives; pairs seen once carry little weight."""
    table = SwapTable()
    for (a, b), n in counts.items():
        if a in STOP or b in STOP or same_stem(a, b) or is_coarse(b):
            continue
        if lexicon.frequency(a) >= 2.6 and lexicon.frequency(b) >= 2.6:
            add_with_relatives(table, lexicon, a, b, float(min(n, 8)) ** 0.5)
    return table


def tortured_table(path: Path, lexicon: Lexicon) -> SwapTable:
    """Tortured phrases of science, whole and word by word."""
    table = SwapTable()
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for line in read_lines(path):
        row = json.loads(line)
        expected = re.sub(r"\s*\([^)]*\)", "", row["expected"].lower()).strip()
        tortured = re.sub(r"\s*\([^)]*\)", "", row["tortured"].lower()).strip()
        if not expected or expected in STOP or not _PLAIN.fullmatch(expected) or not _PLAIN.fullmatch(tortured):
            continue
        if len(expected.split()) <= 3 and len(tortured.split()) <= 4:
            table.add(expected, tortured, 2.0)
        for a, b in align_words(expected, tortured):
            if " " not in a and " " not in b:
                counts[a, b] += 1
    words = word_table({pair: n for pair, n in counts.items() if n >= 2}, lexicon)
    table.update(words)
    return table
