"""Swaps that machines make: for a word as written, the words it may stand for and how likely each becomes it.

The table lies beside the adapter as ``swaps.tsv.gz``. A line holds a written word and, behind tabs, pairs of an
original and the chance that a spinner or translator who swaps that original takes the written word for it. It is lower
case and sorted. With the language model's chances for what should stand at a place it makes a noisy channel: Kernighan
et al. 1990, "A spelling correction program based on a noisy channel model", COLING, C90-2036.
"""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from mtcheck.errors import ModelError

FILE = "swaps.tsv.gz"
LEAST = 1e-6
"""Stands in for the chance of what the table does not hold."""
NONE = math.log(LEAST)
SHORTEST_START = 3
"""Letters of a word's beginning, as a first token may be, that are taken for the word."""


class Swaps:
    """The table, looked up by what is written."""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        """``lines`` are those of the file, without line ends."""
        self._lines = dict(line.split("\t", 1) for line in lines)
        self._parsed: dict[str, Mapping[str, float]] = {}

    def __contains__(self, word: object) -> bool:
        """Whether a word (lower case) is one that machines write."""
        return word in self._lines

    def originals(self, written: str) -> Mapping[str, float]:
        """What a word (lower case) may stand for: original -> the chance that it is swapped for this word."""
        found = self._parsed.get(written)
        if found is None:
            cells = self._lines.get(written, "").split("\t")
            pairs = zip(cells[::2], cells[1::2], strict=False)
            found = self._parsed[written] = {original: float(chance) for original, chance in pairs}
        return found

    def chance(self, written: str, original: str) -> float:
        """The chance that ``original`` becomes ``written`` where it is swapped; ``LEAST`` where none is known."""
        return self.originals(written.casefold()).get(original.casefold(), LEAST)

    def evidence(self, written: str, alternatives: Iterable[tuple[str, float]]) -> float:
        """Log of the chance (nats) that what should stand here was swapped for ``written``; at least ``NONE``.

        ``alternatives`` are other words, or their first letters, with their log-probabilities at this place.
        """
        originals = self.originals(written.casefold())
        if not originals:
            return NONE
        total = LEAST
        for start, logprob in alternatives:
            begun = start.casefold()
            chance = originals.get(begun, 0.0)
            if not chance and len(begun) >= SHORTEST_START:
                chance = max((c for original, c in originals.items() if original.startswith(begun)), default=0.0)
            total += math.exp(logprob) * chance
        return math.log(total)


def load(folder: Path) -> Swaps:
    """The table of an adapter's folder; an empty one where it has none.

    Raises:
        ModelError: The file is damaged.
    """
    path = folder / FILE
    if not path.exists():
        return Swaps()
    try:
        return Swaps(gzip.decompress(path.read_bytes()).decode("utf-8").splitlines())
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ModelError(f"{path}: not a table of swaps ({error}); install mtcheck again.") from error
