"""What every garbling mechanism is: it proposes one edit at one word of a passage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from garbler.passage import Edit, Passage


@dataclass
class Habit:
    """How one writer or machine garbles: family, rate, weights over mechanisms, a memory of its swaps.

    `table` names the table of attested swaps it draws on; `sparing` makes it leave the commonest words alone;
    `pairing` is the share of swapped words whose neighbour is swapped with them. `daring` is the share of swaps that
    stay although they read well where they stand: in a text garbled throughout they are seen by the company they keep.
    """

    family: str
    seed: int
    weights: dict[str, float]
    memory: dict[str, str] = field(default_factory=dict)
    table: str = ""
    sparing: bool = False
    pairing: float = 0.0
    daring: float = 0.0

    def pick(self, key: str, options: Sequence[tuple[str, float]], rng: random.Random) -> str:
        """One of the weighted options: in four draws of five the same one for the same key and habit."""
        remembered = self.memory.get(key)
        if remembered is not None and rng.random() < 0.8 and any(o == remembered for o, _ in options):
            return remembered
        chosen = rng.choices([o for o, _ in options], [w for _, w in options])[0]
        self.memory.setdefault(key, chosen)
        return chosen


class Mechanism(Protocol):
    """A way of garbling."""

    kind: str

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """An edit that begins at word `i` (or one word before it), or None where the mechanism has none."""
