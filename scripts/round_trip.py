"""Finds English words that share a translation, from FreeDict's bilingual dictionaries (the dict-freedict-* packages).

A round trip through another language may put the one where the other stood: "right" and "law" (Recht), "peace" and
"world" (mir). The garbler takes the list with --round-trip.

    python scripts/round_trip.py --dictionaries /usr/share/dictd --out round_trip.tsv
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

_HEAD = re.compile(r"^(?P<word>[^/<\[]+?) /[^/]*/|^(?P<plain>[^/<\[(]+?) <")
_TERM = re.compile(r"[a-z]{3,}(?: [a-z]{2,}){0,2}")
_NOTE = re.compile(r"\([^)]*\)|\[[^\]]*\]|<[^>]*>|\{[^}]*\}|^\d+\.\s*")
_SKIPPED = ("Note:", "Synonym", "see:", '"')
_LEAST_SHARED = 2  # two words that share one translation in one dictionary only are mostly noise
_MOST_SHARING = 12  # a foreign word with more translations than this says little about any two of them


def entries(path: Path) -> Iterator[tuple[str, str]]:
    """(headword, translation) pairs of one dictionary file."""
    head = ""
    with gzip.open(path, "rt", encoding="utf-8", errors="replace") as stream:
        for line in stream:
            match = _HEAD.match(line)
            if match:
                head = (match["word"] or match["plain"]).strip().lower()
                continue
            text = line.strip()
            if not head or not text or text.startswith(_SKIPPED):
                continue
            for part in re.split(r"[,;]", _NOTE.sub("", text)):
                term = part.strip().removeprefix("to ").strip().lower()
                if term:
                    yield head, term


def sharing(folder: Path) -> Iterator[set[str]]:
    """Sets of English words that one foreign word translates."""
    for path in sorted(folder.glob("freedict-*.dict.dz")):
        source, target = path.name.removeprefix("freedict-").removesuffix(".dict.dz").split("-")
        if "eng" not in (source, target):
            continue
        groups: dict[str, set[str]] = defaultdict(set)
        for head, term in entries(path):
            foreign, english = (head, term) if target == "eng" else (term, head)
            if _TERM.fullmatch(english):
                groups[foreign].add(english)
        yield from (group for group in groups.values() if 1 < len(group) <= _MOST_SHARING)


def main() -> int:
    """Runs the program."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dictionaries", type=Path, required=True, help="a folder with freedict-xxx-yyy.dict.dz files")
    parser.add_argument("--out", type=Path, required=True, help="the file to write: original, garble, times shared")
    options = parser.parse_args()
    counts: Counter[tuple[str, str]] = Counter()
    for group in sharing(options.dictionaries):
        counts.update(permutations(sorted(group), 2))
    rows = sorted((pair, n) for pair, n in counts.items() if n >= _LEAST_SHARED)
    if not rows:
        print(f"{options.dictionaries}: no freedict-xxx-yyy.dict.dz with English on one side", file=sys.stderr)
        return 1
    options.out.write_text("".join(f"{a}\t{b}\t{n}\n" for (a, b), n in rows), encoding="utf-8")
    print(f"{len(rows)} pairs", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
