"""The name list: words of names and whole names with counts, accepted variants, and what an editor adds."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from mtcheck.names.transliteration import fold, skeleton

EDITORS_COUNT = 1000
"""What a name of the editor's file counts for."""


class Kind(Enum):
    """What a name is the name of."""

    PERSON = "g"
    PLACE = "p"
    ORGANISATION = "o"
    DEMONYM = "d"
    NAME = "n"


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a name as the list spells it; ``trusted`` where an editor's file holds it."""

    text: str
    count: int
    kinds: frozenset[Kind] = frozenset({Kind.NAME})
    trusted: bool = False


class NameList:
    """Names by spelling (case and accents do not count), with what leads to their neighbours."""

    def __init__(self, sections: Mapping[str, str], sha256: str = "") -> None:
        self._sections = sections
        self.sha256 = sha256
        """Of the file that it was read from."""
        self.added: dict[str, Name] = {}
        """The words of the editor's names, folded."""
        self._added_wholes: dict[str, int] = {}
        self._added_by_skeleton: dict[str, list[Name]] = defaultdict(list)

    def get(self, word: str) -> Name | None:
        """The name with this spelling."""
        folded = fold(word)
        if folded in self.added:
            return self.added[folded]
        return self._listed(folded)

    def knows(self, word: str) -> bool:
        """Whether the list holds this spelling as a name."""
        folded = fold(word)
        return folded in self.added or _at(self._names, folded) is not None

    def count(self, word: str) -> int:
        """How common a word is as a name; 0 where it is unknown."""
        found = self.get(word)
        return found.count if found else 0

    def attests(self, word: str) -> bool:
        """Whether English texts hold this spelling now and then, though no list of names does."""
        return fold(word) in self._attested

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is one of the language, whatever its capitals."""
        return word.lower() in self._ordinary

    def variants(self, word: str) -> tuple[str, ...]:
        """All accepted spellings of a name, itself among them; none where only one is known."""
        return self._groups.get(fold(word), ())

    def whole_count(self, *words: str) -> int:
        """How often the words were seen as one name."""
        whole = " ".join(map(fold, words))
        if whole in self._added_wholes:
            return self._added_wholes[whole]
        found = _at(self._wholes, whole)
        return int(found) if found else 0

    def opens_whole(self, *words: str) -> bool:
        """Whether a longer whole name of the list begins with these words."""
        opening = " ".join(map(fold, words)) + " "
        at = bisect_left(self._wholes, opening)
        if at < len(self._wholes) and self._wholes[at].startswith(opening):
            return True
        return any(whole.startswith(opening) for whole in self._added_wholes)

    def companions(self, word: str) -> Iterator[str]:
        """What follows a word as the rest of a whole name of two; folded."""
        opening = fold(word) + " "
        for line in _with_prefix(self._wholes, opening):
            rest = line.partition("\t")[0][len(opening) :]
            if " " not in rest:
                yield rest
        for whole in self._added_wholes:
            if whole.startswith(opening) and whole.count(" ") == 1:
                yield whole[len(opening) :]

    def swapped(self, word: str) -> tuple[str, ...]:
        """Words of whole names that a spinner or a translation may have turned into this one; lower case."""
        return tuple(self._swaps.get(fold(word), "").split())

    def rendering(self, phrase: str) -> str:
        """The whole name that a wording is a known rendering of, in lower case; empty where there is none."""
        return self._phrases.get(phrase.lower(), "")

    def same_skeleton(self, word: str) -> Iterator[Name]:
        """The names whose consonants are alike."""
        key = skeleton(word)
        for folded in (_at(self._skeletons, key) or "").split():
            if (name := self._listed(folded)) is not None:
                yield name
        yield from self._added_by_skeleton.get(key, ())

    def within_reach(self, folded: str) -> list[str]:
        """The folded names that may be one edit away: they share the first or the last half of their letters."""
        share = max(1, (len(folded) - 2) // 2)
        found = [
            key
            for line in _with_prefix(self._names, folded[:share])
            if abs(len(key := line.partition("\t")[0]) - len(folded)) <= 1
        ]
        found += [
            word[::-1]
            for word in _with_prefix(self._backwards, folded[::-1][:share])
            if abs(len(word) - len(folded)) <= 1
        ]
        found += [name for name in self.added if abs(len(name) - len(folded)) <= 1]
        return list(dict.fromkeys(found))

    def add(self, names: Iterable[str]) -> None:
        """Take names that are right, whatever the list says."""
        for name in names:
            words = name.split()
            for word in words:
                if not self.is_ordinary(word) and len(word.strip(".")) > 1:
                    held = Name(word, max(EDITORS_COUNT, self.count(word)), frozenset({Kind.NAME}), trusted=True)
                    self.added[fold(word)] = held
                    self._added_by_skeleton[skeleton(word)].append(held)
            if len(words) > 1:
                self._added_wholes[" ".join(map(fold, words))] = max(EDITORS_COUNT, self.whole_count(*words))

    def added_names(self) -> list[str]:
        """What editors added, folded, in an order of its own."""
        return sorted(self.added.keys() | self._added_wholes.keys())

    def _listed(self, folded: str) -> Name | None:
        entry = _at(self._names, folded)
        if entry is None:
            return None
        count, kinds, *spelling = entry.split("\t")
        text = spelling[0] if spelling else folded[:1].upper() + folded[1:]
        return Name(text, int(count), frozenset(map(Kind, kinds)))

    @cached_property
    def _names(self) -> list[str]:
        return self._sections["names"].splitlines()

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(line.partition("\t")[0][::-1] for line in self._names)

    @cached_property
    def _attested(self) -> frozenset[str]:
        return frozenset(self._sections["attested"].splitlines())

    @cached_property
    def _skeletons(self) -> list[str]:
        return self._sections["skeletons"].splitlines()

    @cached_property
    def _wholes(self) -> list[str]:
        return self._sections["wholes"].splitlines()

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {}
        for line in self._sections["variants"].splitlines():
            words = tuple(line.split())
            for word in words:
                groups[fold(word)] = tuple(dict.fromkeys([*groups.get(fold(word), ()), *words]))
        return groups

    @cached_property
    def _swaps(self) -> dict[str, str]:
        return _pairs(self._sections["swaps"])

    @cached_property
    def _phrases(self) -> dict[str, str]:
        return _pairs(self._sections["phrases"])

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return frozenset(self._sections["ordinary"].splitlines())


def _pairs(section: str) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in section.splitlines())


def _at(lines: Sequence[str], key: str) -> str | None:
    """What stands behind a key in sorted lines."""
    wanted = f"{key}\t"
    at = bisect_left(lines, wanted)
    return lines[at][len(wanted) :] if at < len(lines) and lines[at].startswith(wanted) else None


def _with_prefix(lines: Sequence[str], prefix: str) -> Sequence[str]:
    return lines[bisect_left(lines, prefix) : bisect_left(lines, prefix + "\U0010ffff")]
