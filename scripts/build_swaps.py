"""Makes the table of swaps that the checker looks words up in, from the garbler's dictionary.

python scripts/build_swaps.py --dictionary dictionary.tsv.gz --out models/NAME/swaps.tsv.gz
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from garbler.dictionary import Dictionary

ATTESTED = 0.5
"""Weight of what was seen beside what a spinner is likely to choose, where both know an original."""
LEAST = 0.01
MOST = 24
"""Originals kept for a written word."""


def chances(rows: Iterable[tuple[str, str, str, str, float]]) -> dict[str, dict[str, float]]:
    """Original -> written word -> chance, from a dictionary's rows of single words.

    The attested swaps' weights and the plausible swaps' chances are brought to sum 1 for each original and mixed.
    """
    sums: dict[str, dict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for kind, _, original, garbled, weight in rows:
        if kind in ("attested", "plausible") and original.isalpha() and garbled.isalpha():
            held = sums[original][kind]
            held[garbled] = held.get(garbled, 0.0) + weight
    out: dict[str, dict[str, float]] = {}
    for original, by_kind in sums.items():
        mixed: dict[str, float] = defaultdict(float)
        for kind, weights in by_kind.items():
            share = 1.0 if len(by_kind) == 1 else ATTESTED if kind == "attested" else 1.0 - ATTESTED
            total = sum(weights.values())
            for garbled, weight in weights.items():
                mixed[garbled] += share * weight / total
        out[original] = dict(mixed)
    return out


def lines(table: dict[str, dict[str, float]]) -> list[str]:
    """The lines of the file, by written word."""
    by_written: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for original, garbles in table.items():
        for garbled, chance in garbles.items():
            if chance >= LEAST:
                by_written[garbled].append((chance, original))
    return [
        "\t".join([written, *(f"{o}\t{c:.2g}" for c, o in sorted(found, key=lambda p: (-p[0], p[1]))[:MOST])])
        for written, found in sorted(by_written.items())
    ]


def main() -> None:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dictionary", type=Path, required=True, help="what garble.py --write-dictionary wrote")
    parser.add_argument("--out", type=Path, required=True, help="the file to write")
    options = parser.parse_args()
    found = lines(chances(Dictionary.read(options.dictionary).rows()))
    with options.out.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as stream:
        stream.write("".join(f"{line}\n" for line in found).encode())
    print(f"{len(found)} written words, {options.out.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
