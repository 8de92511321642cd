"""Habits of garblers: how much each family uses each mechanism, and how many examples each family gets."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from garbler.mechanism import Habit

# How much each family of garbler uses each mechanism.
FAMILIES: Mapping[str, Mapping[str, float]] = {
    "spinner": {
        "attested": 12.0, "plausible": 9.0, "neighbour": 1.2,
        "tortured": 0.7, "retranslated": 1.2, "literal": 1.0, "phrase": 4.0,
        "institution": 6.0, "name": 2.5, "function": 0.8, "pronoun": 0.1, "residue": 0.3, "broken": 0.25,
        "spelling": 0.03,
    },
    "thesaurus": {
        "attested": 6.0, "plausible": 7.0, "neighbour": 2.0,
        "tortured": 2.5, "retranslated": 1.0, "literal": 1.0, "phrase": 4.0,
        "institution": 6.0, "name": 2.0, "function": 0.5, "pronoun": 0.1, "residue": 0.3, "broken": 0.25,
        "spelling": 0.03,
    },
    "translation": {
        "attested": 2.5, "plausible": 3.0, "neighbour": 0.6,
        "tortured": 0.4, "retranslated": 6.0, "literal": 6.0, "phrase": 2.0,
        "institution": 6.0, "name": 9.0, "function": 2.5, "pronoun": 1.0, "residue": 0.6, "broken": 0.2,
        "spelling": 0.05,
    },
}  # fmt: skip
# Where the kind of a garble is drawn first, so that rare ones get their turn.
DRAWN: Mapping[str, Mapping[str, float]] = {
    "light": {
        "attested": 3.0, "plausible": 3.0, "neighbour": 0.8,
        "tortured": 1.0, "retranslated": 2.0, "literal": 2.6, "phrase": 4.0,
        "institution": 3.0, "name": 1.2, "function": 1.1, "pronoun": 0.5, "residue": 0.8, "broken": 0.6,
        "spelling": 0.3,
    },
    "sparse": {
        "attested": 2.0, "plausible": 2.0, "neighbour": 0.4,
        "tortured": 0.3, "retranslated": 4.0, "literal": 3.6, "phrase": 2.4,
        "institution": 2.0, "name": 0.9, "function": 1.8, "pronoun": 0.7, "residue": 1.0, "broken": 0.2,
        "spelling": 0.05,
    },
    "names": {
        "attested": 0.5, "plausible": 0.4, "neighbour": 0.1,
        "retranslated": 0.6, "literal": 0.4, "phrase": 0.4, "institution": 6.0,
        "name": 4.0, "function": 0.2, "pronoun": 0.1, "residue": 0.1,
    },
}  # fmt: skip
# Share of swapped words whose neighbour is swapped with them.
PAIRING: Mapping[str, float] = {
    "spinner": 0.65, "thesaurus": 0.7, "translation": 0.6, "light": 0.65, "sparse": 0.5, "names": 0.3,
}  # fmt: skip
# Of examples: clean, ready post-edits, one or two garbles, names and institutions, a few garbles to the paragraph as
# fluent translations have, then the families at any rate.
SHARES: Mapping[str, float] = {
    "clean": 0.38, "mt": 0.06, "light": 0.09, "names": 0.05, "sparse": 0.12, "spinner": 0.14, "thesaurus": 0.08,
    "translation": 0.08,
}  # fmt: skip
SPARSE_RATE = (0.01, 0.05)  # garbles by word
# What a family at any rate swaps and no reader would notice by itself stays in this share of the cases, in full where
# one word in eight is garbled and less below.
DARING = 0.5
FULL_RATE = 0.125


def draw_habit(family: str, kinds: Sequence[str], rng: random.Random) -> Habit:
    """A habit of a family: its usual weights for the mechanisms `kinds`, each bent by chance."""
    base = FAMILIES.get(family) or DRAWN[family]
    weights = {kind: base.get(kind, 0.05) * math.exp(rng.gauss(0.0, 0.7)) for kind in kinds}
    table = family if family in FAMILIES else "translation" if family == "sparse" else rng.choice(sorted(FAMILIES))
    pairing = PAIRING[family] * math.exp(rng.gauss(0.0, 0.5))
    return Habit(family, rng.getrandbits(48), weights, {}, table, family in DRAWN, pairing)
