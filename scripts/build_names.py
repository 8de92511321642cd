"""Builds the name list that mtcheck ships: words of names and whole names with counts, variants, ordinary words.

    python scripts/build_names.py --data DATA --out models/names

`DATA` holds `names/`, `news/` and `lexical/` (CONTRIBUTING.md). Of the news only counts are kept, and only of sentences
that nothing is measured on.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from garbler.corpus import held_out, normalise
from garbler.counts import read_lines

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.names.name_list import FILE, FORMAT, Kind
from mtcheck.names.transliteration import fold, skeleton

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_NAME_WORD = re.compile(r"[A-ZÀ-Þ][^\W\d_]*[a-zß-ÿ][^\W\d_]*(?:['’-][^\W\d_]+)*|[A-Z]\.?")
_SENTENCE_OPENS = re.compile(r"(?:^|[.!?:;]['\"”)]?\s+|[\"“(]\s*)$")
_CORPUS_WORDS = 1.4e7  # about what the news holds; a Zipf frequency is turned into a count in as much text
_LEAST_NEWS = 3  # seen fewer times, a word of the news may be a slip
_LEAST_SHARE = 0.8  # of a name's places in the news those with a capital
_SCOWL_SIZE = 80  # the largest of SCOWL's lists of proper names that is taken
_ORDINARY_SIZE = 60
_ORDINARY_ZIPF = 2.2
_VARIANT_ZIPF = 1.6  # another language's spelling of a city counts as English from this frequency
_CITY_VARIANTS_FROM = 100_000  # inhabitants of a city whose other spellings are looked at
_TITLES = frozenset(
    """President Presidents Vice Prime Minister Chancellor King Queen Prince Princess Pope Sir Lord Lady Dame Mr Mrs Ms
    Dr Prof Professor Senator Sen Rep Gov Governor Gen General Col Colonel Major Captain Lt Sgt Judge Justice Sheikh Rev
    Former Acting Deputy Chief Secretary Mayor Coach Comrade Attorney Ambassador Foreign Defence Defense Finance Speaker
    Chairman Director Inspector Officer Constable Superintendent Admiral Bishop Archbishop Cardinal Councillor
    Chairwoman Congressman Congresswoman Premier First Special Envoy Republican Democrat Democratic House Architect Monday Tuesday
    Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October
    November December Mideast""".split()
)


@dataclass
class Book:
    """What goes into the list: counts and kinds of words and of whole names, by spelling."""

    words: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))
    wholes: Counter[str] = field(default_factory=Counter)
    whole_kinds: dict[str, set[Kind]] = field(default_factory=lambda: defaultdict(set))
    groups: list[list[str]] = field(default_factory=list)

    def add(self, name: str, kind: Kind, count: int = 0) -> None:
        """Take a name of one or several words."""
        parts = [part for part in name.replace("’", "'").split() if _NAME_WORD.fullmatch(part)]
        for part in parts:
            if len(part) > 1 and not part.endswith("."):
                self.words[part] += 0
                self.kinds[part].add(kind)
        if 2 <= len(parts) == len(name.split()) <= 5:
            whole = " ".join(parts)
            self.wholes[whole] = max(self.wholes[whole], count, 1)
            self.whole_kinds[whole].add(kind)


def news_counts(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """How often each spelling stands in the news inside a sentence, and each lower-case word anywhere."""
    capital: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for path in sorted(folder.glob("*.txt.gz")):
        source = path.name.removesuffix(".txt.gz")
        lines = list(read_lines(path))
        for index, line in enumerate(lines):
            if held_out(source, index, len(lines)):
                continue
            text = normalise(line, source)
            found = list(_WORD.finditer(text))
            capitals = sum(match[0][0].isupper() for match in found)
            for match in found:
                word = re.sub(r"['’]s?$", "", match[0])
                if word.islower():
                    lower[word] += 1
                elif 2 * capitals < len(found) and match.start() and len(word) > 1 and _NAME_WORD.fullmatch(word):
                    capital[word] += not _SENTENCE_OPENS.search(text[max(0, match.start() - 4) : match.start()])
    return capital, lower


def sequences(path: Path) -> Iterator[tuple[str, int]]:
    """The capitalised sequences of the news without titles, days and quotation marks, parts at "and" apart."""
    for line in read_lines(path):
        sequence, count, *_ = line.split("\t")
        for part in re.split(r" and | & ", sequence):
            words = part.strip("'’\"“” ").split()
            while words and words[0].strip(".'") in _TITLES:
                words = words[1:]
            while words and words[-1].strip(".'") in _TITLES:
                words = words[:-1]
            if len(words) >= 2 and not any(word.isupper() and len(word) > 4 for word in words):
                yield re.sub(r"['’]s?$", "", " ".join(words)), int(count)


def build(data: Path) -> tuple[Book, set[str]]:
    """The book of names, and the ordinary words in lower case."""
    book = Book()
    zipf = {
        w: float(z) for w, z in (line.split("\t")[:2] for line in read_lines(data / "lexical/wordfreq_en_large.tsv.gz"))
    }
    proper: set[str] = set()
    common: set[str] = set()
    for line in read_lines(data / "lexical/scowl_words.tsv.gz"):
        word, size, classes = line.split("\t")
        if int(size) <= _ORDINARY_SIZE and word.islower() and "'" not in word:
            common.add(word)
        if "proper-names" in classes and int(size) <= _SCOWL_SIZE and _NAME_WORD.fullmatch(word) and "'" not in word:
            proper.add(word)
    capital, lower = news_counts(data / "news")
    ordinary = {w for w in common if zipf.get(w, 0.0) >= _ORDINARY_ZIPF and lower[w] >= capital[w.capitalize()] / 50}
    for word in proper:
        book.add(word, Kind.NAME)
    for word, count in capital.items():
        if count >= _LEAST_NEWS and count >= _LEAST_SHARE * (count + lower[word.lower()]):
            book.add(word, Kind.NAME)
    _entities(data / "names/entities.jsonl", book)
    _cities(data / "names/geonames_cities15000.jsonl.gz", book, zipf)
    for sequence, count in sequences(data / "names/news_capitalised_sequences.tsv.gz"):
        if all(
            word[0].isupper() or word in ("of", "the", "de", "al", "bin", "van", "der") for word in sequence.split()
        ):
            book.add(sequence, Kind.NAME, count)
            for word in sequence.split():
                if word in book.words:
                    capital[word] = max(capital[word], count)
    for line in (Path(__file__).parent / "naming/variants.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            book.groups.append(line.split())
            for word in line.split():
                book.add(word, Kind.NAME)
    for word in book.words:
        low = word.lower()
        told = 0 if low in ordinary else round(10 ** (zipf.get(low, 0.0) - 9) * _CORPUS_WORDS)
        book.words[word] = max(capital[word], told)
    return book, ordinary


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


def write(book: Book, ordinary: set[str], folder: Path) -> Path:
    """Write the list and its sums; equal books give equal bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    best: dict[str, tuple[str, int, set[Kind]]] = {}
    for word, count in sorted(book.words.items()):
        spelling, so_far, kinds = best.get(fold(word), (word, -1, set()))
        best[fold(word)] = (word if count > so_far else spelling, max(count, so_far), kinds | book.kinds[word])
    by_key: dict[str, list[str]] = defaultdict(list)
    for word, count, kinds in best.values():
        by_key[skeleton(word)].append(f"{word}:{count}:{''.join(sorted(kind.value for kind in kinds))}")
    lines = [FORMAT, "[words]"]
    lines += [f"{key}\t{' '.join(sorted(words))}" for key, words in sorted(by_key.items())]
    lines.append("[wholes]")
    lines += [
        f"{name}\t{count}\t{''.join(sorted(kind.value for kind in book.whole_kinds[name]))}"
        for name, count in sorted(book.wholes.items())
    ]
    lines += ["[variants]", *sorted({" ".join(group) for group in book.groups})]
    lines += ["[ordinary]", *sorted(ordinary)]
    path = folder / FILE
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(("\n".join(lines) + "\n").encode())
    (folder / SUMS).write_text(f"{file_sha256(path)}  {FILE}\n", encoding="utf-8", newline="\n")
    return path


def main() -> None:
    """Build and tell the sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    book, ordinary = build(options.data)
    path = write(book, ordinary, options.out)
    print(
        f"{path}: {path.stat().st_size} bytes, {len(book.words)} words, {len(book.wholes)} whole names, "
        f"{len(book.groups)} groups of variants, {len(ordinary)} ordinary words"
    )


if __name__ == "__main__":
    main()
