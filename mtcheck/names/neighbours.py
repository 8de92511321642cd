"""Names that a word may be a wrong spelling of: near by spelling, sound or transliteration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import jellyfish
from rapidfuzz import process
from rapidfuzz.distance import OSA

from mtcheck.names.name_list import Name, NameList
from mtcheck.names.transliteration import fold, transliteration_key

MOST = 8
"""Neighbours that are looked at closely."""
SHORTEST = 4
"""Letters from which a word has neighbours: shorter ones are near to everything."""
LONG = 8
"""Letters from which a name two edits away is looked for, where its first or last half is the same."""
FURTHEST = 3
"""Edits beyond which a name of the same consonants is another name."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two spellings are: edits (a swap of neighbouring letters is one), and whether their keys are equal."""

    edits: int
    sound: bool
    transliteration: bool
    initial: bool
    share: float
    """Edits by the letters of the longer spelling."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A name near a word, and how near."""

    name: Name
    likeness: Likeness


def likeness(one: str, other: str) -> Likeness:
    """Compare two spellings, without case and accents."""
    a, b = fold(one), fold(other)
    edits = OSA.distance(a, b)
    return Likeness(
        edits=edits,
        sound=_sound(a) == _sound(b),
        transliteration=transliteration_key(a) == transliteration_key(b),
        initial=a[:1] == b[:1],
        share=edits / max(len(a), len(b), 1),
    )


def neighbours(word: str, names: NameList, most: int = MOST) -> list[Neighbour]:
    """The names of the list near a word, itself left out: every one within one edit, others of the same consonants.

    At most ``most`` come back, nearest first and the commonest first among equally near ones.
    """
    folded = fold(word)
    if len(folded) < SHORTEST:
        return []
    cutoff = 2 if len(folded) >= LONG else 1
    near = process.extract(folded, names.within_reach(folded), scorer=OSA.distance, score_cutoff=cutoff, limit=None)
    found = {text: names.get(text) for text, *_ in near}
    for name in names.same_skeleton(word):
        found.setdefault(fold(name.text), name)
    far = max(1, min(FURTHEST, len(folded) // 2 - 1))
    ranked: list[tuple[int, int, str, Name]] = []
    for text, found_name in found.items():
        if found_name is not None and text != folded:
            edits = OSA.distance(folded, text, score_cutoff=far)
            if edits <= far:
                ranked.append((edits, -found_name.count, text, found_name))
    ranked.sort(key=lambda item: item[:3])
    # Within one edit all are wanted; of the others the nearest fill up.
    kept = [item for item in ranked if item[0] <= 1] or ranked[:most]
    kept = _commonest(kept, most) + [item for item in ranked if item[0] > 1][: max(0, most // 2)]
    return [Neighbour(name, likeness(folded, text)) for _, _, text, name in dict.fromkeys(kept)]


def _commonest(ranked: Sequence[tuple[int, int, str, Name]], most: int) -> list[tuple[int, int, str, Name]]:
    return sorted(ranked, key=lambda item: (item[1], item[0], item[2]))[:most]


def _sound(folded: str) -> str:
    return jellyfish.metaphone(folded)
