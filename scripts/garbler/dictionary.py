"""The dictionary of swaps: every wording that a mechanism knows with the garbles it may become, in one file.

A line holds, separated by tabs: mechanism, family of garbler (empty for any), original, garble, weight. It is built
from the lexical sources, the attested pairs and the hand-written tables.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from garbler import tables
from garbler.attested import Pair, SwapTable, attested_table, read_pairs, tortured_table, word_table, written_table
from garbler.counts import read_lines
from garbler.lexicon import Lexicon

_NEIGHBOUR = "neighbour"
_LEAST_FREQUENCY = 3.0  # Zipf: rarer words of the thesaurus are looked up when they are met
_MOST_NEIGHBOURS = 24


@dataclass
class Dictionary:
    """Swap tables by mechanism and family of garbler, and the neighbours of the common words."""

    tables: dict[str, dict[str, SwapTable]]
    neighbours: dict[str, list[tuple[str, float]]]

    def rows(self) -> Iterator[tuple[str, str, str, str, float]]:
        """(mechanism, family, original, garble, weight) of every swap."""
        for kind, by_family in self.tables.items():
            for family, table in by_family.items():
                for original, garbled, weight in table.rows():
                    yield kind, family, original, garbled, weight
        for word, options in self.neighbours.items():
            for garbled, weight in options:
                yield _NEIGHBOUR, "", word, garbled, weight

    def write(self, path: Path) -> int:
        """Writes the dictionary, compressed; the number of swaps."""
        count = 0
        with path.open("wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as stream:
            for kind, family, original, garbled, weight in self.rows():
                stream.write(f"{kind}\t{family}\t{original}\t{garbled}\t{weight!r}\n".encode())
                count += 1
        return count

    @classmethod
    def read(cls, path: Path) -> Dictionary:
        """The dictionary that `write` wrote."""
        swaps: dict[str, dict[str, SwapTable]] = defaultdict(lambda: defaultdict(SwapTable))
        neighbours: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for line in read_lines(path):
            kind, family, original, garbled, weight = line.split("\t")
            if kind == _NEIGHBOUR:
                neighbours[original].append((garbled, float(weight)))
            else:
                swaps[kind][family].add(original, garbled, float(weight))
        return cls({kind: dict(by_family) for kind, by_family in swaps.items()}, dict(neighbours))


def build_tables(
    kinds: Collection[str],
    data: Path,
    lexicon: Lexicon,
    post_edited: Mapping[tuple[str, str], int],
    round_trip: Path | None,
) -> dict[str, dict[str, SwapTable]]:
    """The swap tables of those mechanisms of `kinds` that look their swaps up.

    `post_edited` counts (post-edit, machine translation) pairs of words; `round_trip` is the file that
    scripts/round_trip.py wrote.
    """
    out: dict[str, dict[str, SwapTable]] = {}
    if "attested" in kinds:
        out["attested"] = attested_tables(read_pairs(data / "pairs" / "spun_pairs_train.jsonl"), lexicon)
    if "tortured" in kinds:
        out["tortured"] = {"": tortured_table(data / "tortured" / "pps_tortured_phrases.jsonl", lexicon)}
    if "retranslated" in kinds:
        out["retranslated"] = {"": word_table(retranslations(post_edited, round_trip, lexicon), lexicon)}
    if "literal" in kinds:
        out["literal"] = {"": written_table(tables.swaps("literal"))}
    return out


def common_neighbours(lexicon: Lexicon) -> dict[str, list[tuple[str, float]]]:
    """The thesaurus neighbours of every common word, in each of its inflections."""
    out = {}
    for word, frequency in lexicon.zipf.items():
        if frequency >= _LEAST_FREQUENCY and word.isalpha() and word.isascii():
            options = lexicon.neighbours(word)[:_MOST_NEIGHBOURS]
            if options:
                out[word] = options
    return out


def attested_tables(pairs: Iterable[Pair], lexicon: Lexicon) -> dict[str, SwapTable]:
    """The attested tables by family, with the hand-written swaps of that family."""
    pairs = list(pairs)
    written = {"spinner": tables.swaps("spinner"), "thesaurus": tables.swaps("thesaurus"), "translation": {}}
    return {
        family: attested_table([p for p in pairs if p.family == family], lexicon, swaps)
        for family, swaps in written.items()
    }


def retranslations(
    post_edited: Mapping[tuple[str, str], int], round_trip: Path | None, lexicon: Lexicon
) -> dict[tuple[str, str], float]:
    """(original, garble) -> weight: written confusions, post-edited words, words that share a translation."""
    counts: dict[tuple[str, str], float] = {(a, b): 4.0 for a, garbles in tables.confusions().items() for b in garbles}
    for pair, n in post_edited.items():
        if lexicon.frequency(pair[0]) < 5.3:  # slips on the commonest words depend on their sentence
            counts[pair] = counts.get(pair, 0.0) + (0.1 if n == 1 else 2.0)
    if round_trip is not None:
        for original, garble, weight in _shared_translations(round_trip, lexicon):
            counts[original, garble] = counts.get((original, garble), 0.0) + weight
    return counts


def _shared_translations(path: Path, lexicon: Lexicon, most: int = 12) -> Iterator[tuple[str, str, float]]:
    best: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for line in read_lines(path):
        original, garble, count = line.split("\t")
        if count == "1" or " " in original or garble.count(" ") > 1:
            continue
        if lexicon.frequency(original) >= 3.3 and (frequency := lexicon.frequency(garble)) >= 3.1:
            best[original].append((min(int(count), 16) ** 0.5 * (frequency - 2.0), garble))
    for original, garbles in best.items():
        for weight, garble in sorted(garbles, reverse=True)[:most]:
            yield original, garble, 0.5 * weight
