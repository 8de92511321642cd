"""Puts a composer together from the data folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from garbler import tables
from garbler.attested import Pair, Swaps, SwapTable, attested_table, read_pairs, tortured_table, word_table
from garbler.composer import Composer
from garbler.corpus import Corpus
from garbler.function_words import FunctionWords
from garbler.institutions import Institutions, read_institutions
from garbler.lexicon import Lexicon, read_lines
from garbler.mechanism import Mechanism
from garbler.names import NameBook, Names
from garbler.neighbours import Neighbours
from garbler.phrases import Phrases, read_idioms
from garbler.residue import Residue
from garbler.spelling import Spelling, read_eggcorns
from garbler.translated import PostEdits

KINDS = (
    "attested", "tortured", "neighbour", "retranslated", "phrase", "institution", "name", "function", "residue",
    "spelling", "mt",
)  # fmt: skip
# How many of the swaps that read as ordinary news wording stay: no editor would flag the rest.
_KEEP_FLUENT = {"attested": 0.25, "tortured": 0.08, "retranslated": 0.08}


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


def build_composer(data: Path, split: str, kinds: Collection[str], round_trip: Path | None = None) -> Composer:
    """A composer with the mechanisms named in `kinds`, over the sentences of `split`.

    `round_trip` is the file that scripts/round_trip.py writes.
    """
    lexicon = Lexicon(data)
    post_edits = (
        PostEdits(data / "qe" / "mlqe_pe_train.jsonl.gz", lexicon, split)
        if {"mt", "retranslated"} & set(kinds)
        else None
    )
    mechanisms = [mechanism for kind in kinds if (mechanism := _mechanism(kind, data, lexicon, post_edits, round_trip))]
    corpus = Corpus(data / "news", split, lexicon.known)
    return Composer(corpus, mechanisms, post_edits if "mt" in kinds else None)


def _mechanism(
    kind: str, data: Path, lexicon: Lexicon, post_edits: PostEdits | None, round_trip: Path | None
) -> Mechanism | None:
    keep = _KEEP_FLUENT.get(kind, 0.1)
    if kind == "attested":
        pairs = read_pairs(data / "pairs" / "spun_pairs_train.jsonl")
        return Swaps(kind, attested_tables(pairs, lexicon), lexicon, keep)
    if kind == "tortured":
        return Swaps(
            kind, {"": tortured_table(data / "tortured" / "pps_tortured_phrases.jsonl", lexicon)}, lexicon, keep
        )
    if kind == "retranslated":
        counts = retranslations(post_edits.swaps() if post_edits else {}, round_trip, lexicon)
        return Swaps(kind, {"": word_table(counts, lexicon)}, lexicon, keep)
    if kind == "neighbour":
        return Neighbours(lexicon)
    if kind == "phrase":
        return Phrases(lexicon, read_idioms(data / "lexical" / "idioms_npm.txt"))
    if kind == "institution":
        return Institutions(lexicon, read_institutions(data / "names"), tables.swaps("institutions"))
    if kind == "name":
        return Names(NameBook.read(data / "names", lexicon), lexicon.zipf)
    if kind == "function":
        return FunctionWords(lexicon)
    if kind == "residue":
        return Residue(lexicon)
    if kind == "spelling":
        return Spelling(lexicon, tables.swaps("homophones"), read_eggcorns(data / "lexical" / "eggcorns.json"))
    return None
