"""Institutions, titles and places with one word swapped: White House -> White Home."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path

from garbler.lexicon import Lexicon, read_lines
from garbler.mechanism import Habit
from garbler.neighbours import STOP
from garbler.passage import Edit, Passage, match_case, word_set

_LONGEST = 6
_TITLES = word_set("inc corp co ltd plc mr mrs ms dr sir st jr sr llc group")


def read_institutions(folder: Path, least: int = 5) -> set[str]:
    """Capitalised sequences seen at least `least` times, and named agencies, companies and newspapers."""
    out = set()
    for line in read_lines(folder / "news_capitalised_sequences.tsv.gz"):
        sequence, count, *_ = line.split("\t")
        if int(count) >= least:
            out.add(sequence)
    for line in read_lines(folder / "entities.jsonl"):
        row = json.loads(line)
        if row.get("type") in ("organisation", "company", "newspaper") and " " in row.get("name", ""):
            out.add(row["name"])
    return out


class Institutions:
    """Swaps one word of a capitalised name that is made of ordinary words."""

    kind = "institution"

    def __init__(self, lexicon: Lexicon, known: set[str], swaps: Mapping[str, tuple[str, ...]]) -> None:
        self._lexicon = lexicon
        self._known = known
        self._swaps = swaps

    def propose(self, passage: Passage, i: int, habit: Habit, rng: random.Random) -> Edit | None:
        """A swap of word `i` inside a known capitalised sequence."""
        word = passage.words[i]
        if (
            not word.text[0].isupper()
            or not word.text[1:].islower()
            or word.lower in STOP
            or word.lower in _TITLES
            or passage.protected(i)
        ):
            return None
        span = self._sequence(passage, i)
        if span is None:
            return None
        garbles = self._swaps.get(word.lower)
        if garbles and rng.random() < 0.7:
            new = habit.pick("i:" + word.lower, [(g, 1.0) for g in garbles], rng)
        else:
            others = [passage.words[k].lower for k in range(*span) if k != i]
            if self._lexicon.zipf.get(word.lower, 0.0) < 4.0 or not any(o in self._swaps for o in [*others]):
                return None
            if not garbles and passage.words[span[0]].lower not in self._swaps and i == span[0]:
                return None  # probably a person's first name
            options = self._lexicon.neighbours(word.lower)[:10]
            if not options:
                return None
            new = habit.pick("i:" + word.lower, options, rng)
        titled = " ".join(
            match_case(word.text, part) if len(part) > 3 or k == 0 else part for k, part in enumerate(new.split())
        )
        return Edit(i, i + 1, titled, self.kind)

    def _sequence(self, passage: Passage, i: int) -> tuple[int, int] | None:
        for length in range(_LONGEST, 1, -1):
            for first in range(max(0, i - length + 1), i + 1):
                last = first + length
                if passage.contiguous(first, last) and passage.slice(first, last) in self._known:
                    return first, last
        return None
