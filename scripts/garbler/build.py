"""Puts the garbler together from the data folder."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from garbler import tables
from garbler.attested import Swaps, SwapTable, read_pairs
from garbler.broken import Broken
from garbler.composer import Composer
from garbler.corpus import Corpus
from garbler.dictionary import Dictionary, build_tables, common_neighbours
from garbler.function_words import FunctionWords
from garbler.institutions import Institutions, read_institutions
from garbler.lexicon import Lexicon
from garbler.mechanism import Mechanism
from garbler.names import NameBook, Names
from garbler.neighbours import Neighbours
from garbler.phrases import Phrases, read_idioms
from garbler.pronouns import Pronouns
from garbler.residue import Residue
from garbler.spelling import Spelling, read_eggcorns
from garbler.translated import PostEdits

KINDS: Mapping[str, str] = {
    "attested": "swaps seen on spun and translated news pages, whole and word by word",
    "plausible": "swaps as spinners choose them, among near words of thesaurus, translations and embeddings",
    "tortured": "phrases of spun science papers, whole and word by word",
    "neighbour": "thesaurus neighbours in the same inflection, wrong senses included",
    "retranslated": "words that share a translation in another language",
    "literal": "phrasal verbs, idioms and terms translated word by word",
    "phrase": "idioms and collocations broken, several words for one and one for several",
    "institution": "institutions, offices and titles, whole and word by word",
    "name": "persons and places in another transliteration or spelling",
    "function": "articles, prepositions, conjunctions, auxiliaries",
    "pronoun": "pronouns of the wrong gender, number or person",
    "residue": "grammar that a swap leaves damaged",
    "broken": "words doubled, glued, split, stray markup",
    "spelling": "homophones, eggcorns, slips, scanning errors",
    "mt": "machine translations with their post-edits, as they are",
}
# How many of the swaps that read as ordinary news wording stay: no editor would flag the rest.
_KEEP_FLUENT = {"attested": 0.15, "plausible": 0.1, "tortured": 0.04, "retranslated": 0.04, "literal": 0.3}


def post_edits(data: Path, lexicon: Lexicon, split: str) -> PostEdits:
    """The post-edited translations of a split."""
    return PostEdits(data / "qe" / "mlqe_pe_train.jsonl.gz", lexicon, split)


def build_dictionary(data: Path, round_trip: Path | None = None, base: Path | None = None) -> Dictionary:
    """The dictionary of swaps, from the training split; the plausible ones need a base model's folder."""
    lexicon = Lexicon(data)
    swaps = build_tables(KINDS, data, lexicon, post_edits(data, lexicon, "train").swaps(), round_trip)
    neighbours = common_neighbours(lexicon)
    if base is not None:
        swaps["plausible"] = {"": plausible_swaps(data, lexicon, swaps["retranslated"][""], base, neighbours)}
    return Dictionary(swaps, neighbours)


def plausible_swaps(
    data: Path, lexicon: Lexicon, retranslated: SwapTable, base: Path, words: Collection[str]
) -> SwapTable:
    """The swaps that spinners are likely to make of `words`, by a choice model fitted to the attested pairs."""
    from garbler.plausible import Chooser, Embeddings, Options, attested_choices, plausible_table

    counts = {word: dict(garbles) for word, garbles in retranslated.words().items()}
    options = Options(lexicon, counts, Embeddings(base, lexicon))
    chooser = Chooser(attested_choices(read_pairs(data / "pairs" / "spun_pairs_train.jsonl"), options))
    held = attested_choices(read_pairs(data / "pairs" / "spun_pairs_dev.jsonl"), options)
    uniform = sum(math.log(len(rows)) for rows, _ in held) / max(1, len(held))
    print(
        f"held-out swaps: {chooser.surprise(held):.2f} nats, {uniform:.2f} if all options were alike", file=sys.stderr
    )
    return plausible_table(words, options, chooser)


def build_composer(
    data: Path,
    split: str,
    kinds: Collection[str],
    round_trip: Path | None = None,
    dictionary: Dictionary | None = None,
) -> Composer:
    """A composer with the mechanisms named in `kinds`, over the sentences of `split`.

    `round_trip` is the file that scripts/round_trip.py writes; neither it nor the pairs are read when there is a
    dictionary already.
    """
    lexicon = Lexicon(data)
    translated = None
    if "mt" in kinds or (dictionary is None and "retranslated" in kinds):
        translated = post_edits(data, lexicon, split)
    if dictionary is None:
        post_edited = translated.swaps() if translated else {}
        dictionary = Dictionary(build_tables(kinds, data, lexicon, post_edited, round_trip), {})
    plausible = dictionary.tables.get("plausible", {})
    lexicon.remember(dictionary.neighbours, plausible[""].words() if plausible else {})
    makers = _makers(data, lexicon, dictionary)
    mechanisms = [makers[kind]() for kind in kinds if kind in makers]
    corpus = Corpus(data / "news", split, lexicon.known)
    return Composer(corpus, mechanisms, translated if "mt" in kinds else None)


def _makers(data: Path, lexicon: Lexicon, dictionary: Dictionary) -> dict[str, Callable[[], Mechanism]]:
    names, lexical = data / "names", data / "lexical"

    def swaps(kind: str) -> Callable[[], Mechanism]:
        return lambda: Swaps(kind, dictionary.tables[kind], lexicon, _KEEP_FLUENT[kind])

    def institutions() -> Mechanism:
        words, wholes = tables.swaps("institutions"), tables.swaps("institution_phrases")
        return Institutions(lexicon, read_institutions(names), words, wholes)

    return {
        **{kind: swaps(kind) for kind in _KEEP_FLUENT if kind in dictionary.tables},
        "neighbour": lambda: Neighbours(lexicon),
        "phrase": lambda: Phrases(lexicon, read_idioms(lexical / "idioms_npm.txt")),
        "institution": institutions,
        "name": lambda: Names(NameBook.read(names, lexicon), lexicon.zipf),
        "function": lambda: FunctionWords(lexicon),
        "pronoun": lambda: Pronouns(lexicon),
        "residue": lambda: Residue(lexicon),
        "broken": lambda: Broken(lexicon),
        "spelling": lambda: Spelling(lexicon, tables.swaps("homophones"), read_eggcorns(lexical / "eggcorns.json")),
    }
