"""Builds the name list that mtcheck ships: words of names and whole names with counts, variants, swaps, ordinary words.

    python -m pip install '.[names]'
    python scripts/build_names.py --data DATA --out models/names

`DATA` holds `names/`, `news/`, `lexical/` and `pairs/` (CONTRIBUTING.md). Of the news only counts are kept, and only of
sentences that nothing is measured on. The three packages ship names of persons and places of many countries.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from garbler import tables
from garbler.corpus import held_out, normalise
from garbler.counts import read_lines
from garbler.stop_words import STOP

from mtcheck.names.list_file import FILE, seal, unparse
from mtcheck.names.name_list import Kind, Name
from mtcheck.names.transliteration import fold, skeleton

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME_WORD = re.compile(r"[A-ZÀ-Þ][^\W\d_]*[a-zß-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*|[A-Z]\.?")
_SENTENCE_OPENS = re.compile(r"(?:^|[.!?:;]['\"”)]?\s+|[\"“(]\s*)$")
_POSSESSIVE = re.compile(r"['’]s?$")
_JOINS = frozenset("of and the for on de la del al bin van von der to in".split())
_CORPUS_WORDS = 1.4e7  # about what the news holds; a Zipf frequency is turned into a count in as much text
_LEAST_NEWS = 3  # seen fewer times, a word of the news may be a slip
_LEAST_WHOLE = 4
_LEAST_LISTED = 6
_LONGEST_WHOLE = 7
_LEAST_SHARE = 0.8  # of a name's places in the news those with a capital
_SCOWL_SIZE = 80  # the largest of SCOWL's lists of proper names that is taken
_ORDINARY_SIZE = 60
_ORDINARY_ZIPF = 2.2
_VARIANT_ZIPF = 1.6  # another language's spelling of a city counts as English from this frequency
_CITY_VARIANTS_FROM = 100_000  # inhabitants of a city whose other spellings are looked at
_SWAPPED_IN = 12  # count of the whole names that a word must stand in for its swaps to be kept
_SWAP_ZIPF = 3.0  # what is rarer, spinners do not write
_MOST_SWAPS = 24
_TITLES = frozenset("Mr Mrs Ms Dr Sir Lord Lady Dame Prof Rev Gen Col Lt Sgt Capt Sen Rep Gov".split())


@dataclass
class Book:
    """What goes into the list: counts and kinds of words, counts of whole names, variants, swaps."""

    words: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))
    wholes: Counter[str] = field(default_factory=Counter)
    groups: list[list[str]] = field(default_factory=list)
    swaps: dict[str, list[str]] = field(default_factory=dict)
    phrases: dict[str, str] = field(default_factory=dict)
    attested: set[str] = field(default_factory=set)
    ordinary: set[str] = field(default_factory=set)

    def add(self, name: str, kind: Kind, whole: bool = True) -> None:
        """Take a name of one or several words."""
        parts = [part for part in name.replace("’", "'").split() if _NAME_WORD.fullmatch(part)]
        for part in parts:
            if len(part) > 1 and not part.endswith("."):
                self.words[part] += 0
                self.kinds[part].add(kind)
        if whole and 2 <= len(parts) == len(name.split()) <= 5:
            self.wholes[" ".join(parts)] = max(self.wholes[" ".join(parts)], 1)


class News:
    """How often each spelling stands in the news inside a sentence, each lower-case word, and each run of capitals."""

    def __init__(self, folder: Path) -> None:
        self.capital: Counter[str] = Counter()
        self.lower: Counter[str] = Counter()
        self.runs: Counter[tuple[str, ...]] = Counter()
        for path in sorted(folder.glob("*.txt.gz")):
            source = path.name.removesuffix(".txt.gz")
            lines = list(read_lines(path))
            for index, line in enumerate(lines):
                if not held_out(source, index, len(lines)):
                    self._count(normalise(line, source))

    def _count(self, text: str) -> None:
        found = list(_WORD.finditer(text))
        headline = 2 * sum(match[0][0].isupper() for match in found) >= len(found)
        run: list[str] = []
        end = -2
        for match in found:
            word = _POSSESSIVE.sub("", match[0])
            near = text[end : match.start()] == " "
            end = match.end() if word == match[0] else -2
            opens = bool(_SENTENCE_OPENS.search(text[max(0, match.start() - 4) : match.start()]))
            if word.islower():
                self.lower[word] += 1
                if near and word in _JOINS and run:
                    run.append(word)
                else:
                    self._close(run)
                    run = []
                continue
            if headline or not word:
                continue
            if match.start() and len(word) > 1 and _NAME_WORD.fullmatch(word):
                self.capital[word] += not opens
            if not near or opens:
                self._close(run)
                run = []
            if (not opens or word.lower() not in STOP) and word not in _TITLES:
                run.append(word)
        self._close(run)

    def _close(self, run: list[str]) -> None:
        for first, last in itertools.combinations(range(len(run) + 1), 2):
            part = run[first:last]
            if 2 <= len(part) <= _LONGEST_WHOLE and part[0][0].isupper() and part[-1][0].isupper():
                self.runs[tuple(part)] += 1

    def wholes(self) -> Iterator[tuple[str, int]]:
        """Runs that are seen often enough beside all longer runs that hold them."""
        alone = self.runs.copy()
        for run, count in self.runs.items():
            if count >= _LEAST_WHOLE:
                for part in {run[1:], run[:-1]}:
                    alone[part] -= count
        for run, count in self.runs.items():
            if count >= _LEAST_WHOLE and alone[run] >= _LEAST_WHOLE and not all(word.isupper() for word in run):
                yield " ".join(run), count


def build(data: Path) -> Book:
    """All that goes into the list."""
    book = Book()
    least: Counter[str] = Counter()
    zipf = {
        w: float(z) for w, z in (line.split("\t")[:2] for line in read_lines(data / "lexical/wordfreq_en_large.tsv.gz"))
    }
    news = News(data / "news")
    _words(data / "lexical/scowl_words.tsv.gz", book, news, zipf)
    _entities(data / "names/entities.jsonl", book)
    _cities(data / "names/geonames_cities15000.jsonl.gz", book, zipf)
    _packages(book)
    for whole, count in itertools.chain(news.wholes(), _sequences(data / "names/news_capitalised_sequences.tsv.gz")):
        book.add(whole, Kind.NAME, whole=False)
        book.wholes[whole] = max(book.wholes[whole], count)
        for word in whole.split():
            if word in book.words:
                least[word] = max(least[word], count)
    for line in (Path(__file__).parent / "naming/variants.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            book.groups.append(line.split())
            for word in line.split():
                book.add(word, Kind.NAME)
    for word in [word for word in book.words if word.lower() in book.ordinary and not news.capital[word]]:
        del book.words[word]
    for word in book.words:
        low = word.lower()
        told = 0 if low in book.ordinary else round(10 ** (zipf.get(low, 0.0) - 9) * _CORPUS_WORDS)
        book.words[word] = max(news.capital[word], told, least[word])
    known = {fold(word) for word in book.words}
    book.attested = {
        fold(word) for word in zipf if word.isalpha() and len(word) > 3 and word not in book.ordinary
    } - known
    _swaps(data, book, zipf)
    return book


def _sequences(path: Path) -> Iterator[tuple[str, int]]:
    """Runs of capitals counted in further news, some of it of this year."""
    for line in read_lines(path):
        sequence, count, *_ = line.split("\t")
        words = _POSSESSIVE.sub("", sequence.strip("'’\"“” ")).split()
        usual = all(_NAME_WORD.fullmatch(word) or word in _JOINS or word == "&" for word in words)
        if len(words) >= 2 and usual and int(count) >= _LEAST_LISTED and words[0] not in _TITLES:
            yield " ".join(words), int(count)


def _words(scowl: Path, book: Book, news: News, zipf: dict[str, float]) -> None:
    """Names and ordinary words of the spelling lists, and names that the news holds."""
    common: set[str] = set()
    for line in read_lines(scowl):
        word, size, classes = line.split("\t")
        if int(size) <= _ORDINARY_SIZE and word.islower() and "'" not in word:
            common.add(word)
        if "proper-names" in classes and int(size) <= _SCOWL_SIZE and _NAME_WORD.fullmatch(word) and "'" not in word:
            book.add(word, Kind.NAME)
    book.ordinary = {
        w for w in common if zipf.get(w, 0.0) >= _ORDINARY_ZIPF and news.lower[w] >= news.capital[w.capitalize()] / 50
    }
    for word, count in news.capital.items():
        if count >= _LEAST_NEWS and count >= _LEAST_SHARE * (count + news.lower[word.lower()]):
            book.add(word, Kind.NAME)


def _entities(path: Path, book: Book) -> None:
    kinds = {"country": Kind.PLACE, "place": Kind.PLACE, "nationality": Kind.DEMONYM, "person": Kind.PERSON}
    kinds |= {"us_politician": Kind.PERSON}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        name = re.sub(r"\s*[\[(&].*", "", row["name"])
        kind = kinds.get(row["type"], Kind.ORGANISATION)
        if kind is Kind.PERSON:
            name = " ".join(word for word in name.split() if word.strip(".") not in _TITLES)
        book.add(name, kind)
        for capital in row.get("capital", ()):
            book.add(capital, Kind.PLACE)
        for demonym in row.get("demonym", ()):
            book.add(demonym, Kind.DEMONYM)


def _cities(path: Path, book: Book, zipf: dict[str, float]) -> None:
    for line in read_lines(path):
        row = json.loads(line)
        name = row["name"]
        book.add(name, Kind.PLACE)
        plain = [fold(name)]
        if row["population"] >= _CITY_VARIANTS_FROM and _NAME_WORD.fullmatch(name):
            others = [
                other
                for other in row["alt"]
                if _NAME_WORD.fullmatch(other)
                and skeleton(other) == skeleton(name)
                and fold(other) not in plain
                and zipf.get(other.lower(), 0.0) >= _VARIANT_ZIPF
                and len(other) > 4
            ]
            if others:
                book.groups.append([name, *dict.fromkeys(others)])
                for other in others:
                    book.add(other, Kind.PLACE)


def _packages(book: Book) -> None:
    """Persons' names of faker's locales, pycountry's subdivisions, babel's languages and territories."""
    import babel
    import pycountry
    from faker.config import AVAILABLE_LOCALES
    from faker.factory import Factory

    english = babel.Locale("en")
    for name in english.territories.values():
        book.add(name, Kind.PLACE)
    for name in english.languages.values():
        book.add(name, Kind.DEMONYM)
    for subdivision in pycountry.subdivisions:
        book.add(re.sub(r"\s*[\[(,].*", "", subdivision.name), Kind.PLACE, whole=False)
    for locale in sorted(AVAILABLE_LOCALES):
        provider, used, _ = Factory._find_provider_class("faker.providers.person", locale)
        if used != locale:
            continue
        for attribute in ("first_names", "first_names_male", "first_names_female", "last_names", "last_names_male"):
            listed = getattr(provider, attribute, ())
            for name in listed if isinstance(listed, (tuple, list, dict)) else ():
                book.add(name, Kind.PERSON, whole=False)


def _swaps(data: Path, book: Book, zipf: dict[str, float]) -> None:
    """What words of whole names may have been turned into: the garbler's tables, attested pairs, synonyms."""
    inside: Counter[str] = Counter()
    for whole, count in book.wholes.items():
        for word in set(fold(whole).split()):
            inside[word] += count
    wanted = {word for word, count in inside.items() if count >= _SWAPPED_IN and word in book.ordinary} - STOP
    ranked: dict[str, dict[str, None]] = defaultdict(dict)

    def note(original: str, garble: str) -> None:
        usual = garble.isalpha() and garble != original and garble not in STOP
        if original in wanted and usual and zipf.get(garble, 0.0) >= _SWAP_ZIPF:
            ranked[garble][original] = None

    for original, garbles in tables.swaps("institutions").items():
        for garble in garbles:
            note(original, garble)
    for line in read_lines(data / "pairs/spun_pairs_train.jsonl"):
        row = json.loads(line)
        originals = row["original"] if isinstance(row["original"], list) else [row["original"]]
        for original in originals:
            note(original.lower(), row["garbled"].lower())
    for line in read_lines(data / "lexical/wordnet31_synsets.jsonl.gz"):
        lemmas = json.loads(line)["lemmas"]
        for original, garble in itertools.permutations([lemma.lower() for lemma in lemmas], 2):
            note(original, garble)
    for line in read_lines(data / "lexical/mythes_thesaurus_en.jsonl.gz"):
        row = json.loads(line)
        if row["w"] in wanted:
            for garble in itertools.chain.from_iterable(sense[1:] for sense in row["senses"]):
                if garble.endswith("(similar term)") or "(" not in garble:
                    note(row["w"], garble.partition(" (")[0].lower())
    for word in wanted:  # a plural lost or won, and what was swapped besides
        for other in (f"{word}s", word[:-1] if word.endswith("s") and len(word) > 4 else ""):
            if other:
                note(word, other)
    for garble, found in list(ranked.items()):
        for original in list(found):
            for one in (f"{original}s", original.removesuffix("s")):
                note(one, f"{garble}s" if one.endswith("s") else garble.removesuffix("s"))
    book.swaps = {
        garble: sorted(list(own)[:_MOST_SWAPS], key=lambda word: -inside[word]) for garble, own in ranked.items()
    }
    for original, garbles in tables.swaps("institution_phrases").items():
        for garble in garbles:
            if " " in garble:
                book.phrases.setdefault(garble, original)


def write(book: Book, folder: Path) -> Path:
    """Write the list and its sums; equal books give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    text = unparse(
        (Name(word, count, frozenset(book.kinds[word])) for word, count in sorted(book.words.items())),
        book.wholes,
        attested=book.attested,
        variants=book.groups,
        swaps=book.swaps,
        phrases=book.phrases,
        ordinary=book.ordinary,
    )
    path = folder / FILE
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode())
    seal(folder)
    return path


def main() -> None:
    """Build and tell the sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    book = build(options.data)
    path = write(book, options.out)
    print(
        f"{path}: {path.stat().st_size} bytes, {len(book.words)} words, {len(book.wholes)} whole names, "
        f"{len(book.groups)} groups of variants, {len(book.attested)} attested words, {len(book.swaps)} swaps, "
        f"{len(book.phrases)} phrases, {len(book.ordinary)} ordinary words"
    )


if __name__ == "__main__":
    main()
