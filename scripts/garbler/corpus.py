"""Clean news: which sentences are read, which are held out, and how they are cleaned."""

from __future__ import annotations

import gzip
import itertools
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from garbler.passage import word_set

# Share of examples from each file: old or noisy news is capped, recent and broad news favoured.
SOURCE_SHARES: Mapping[str, float] = {
    "bbc_2004": 0.17,
    "wmt21_23_refs_en": 0.21,
    "mafand_en": 0.12,
    "nltk_abc_2006": 0.10,
    "basil_2010_2019": 0.09,
    "fnc1_2014_2016": 0.14,
    "agnews_test_2004": 0.02,
    "reuters21578_1987": 0.04,
    "reuters_c50_1996": 0.10,
    "gum_wikinews": 0.01,
}
SINGLE_SHARE = 0.45
MOST_WORDS = 110
WMT_HELD_OUT = 3000
HELD_OUT_SHARE = 0.03


def held_out(source: str, index: int, total: int) -> bool:
    """Whether sentence `index` (from 0) of the `total` of a news file is kept out of training.

    The last 3,000 sentences of the WMT references, the last 3 % of every other file.
    """
    if source.startswith("wmt"):
        return index >= total - WMT_HELD_OUT
    return index >= total - int(total * HELD_OUT_SHARE)


_JUNK = re.compile(
    r"[<>|_\\{}~^=#*@\[\]]|https?:|www\.|\.(?:com|org|net)\b|\.{4,}|--{2,}|�|Ã|â€|&\w+;|[•·■►→]|\bid=|\b(?:REUTER|Reuter)\b|\bpct\b.*\bpct\b.*\bpct\b",
)
_LOST_APOSTROPHE = re.compile(
    r"\b(?:thats|theres|dont|doesnt|didnt|isnt|wasnt|arent|wont|cant|couldnt|wouldnt|hes|shes|theyre|youre|im|ive|weve|havent|hasnt)\b",
    re.IGNORECASE,
)
# Scripture and sermons are no news; a file of translations holds long runs of them.
_RELIGIOUS = re.compile(
    r"\b(?:jehovah|bible|jesus|christ|scriptures?|god|apostles?|prophets?|gospel|disciples?|congregation|psalms?|"
    r"baptis[em]\w*|preach\w*|israelites|moses|abraham|holy spirit|the lord|heavenly|satan|sins?|allah)\b",
    re.IGNORECASE,
)
_RELIGIOUS_SPAN = 12  # lines on either side that tell whether a line stands in religious text
_RELIGIOUS_MOST = 0.2
_SPACED = re.compile(r"\s+([,.;:!?%)\]])")
_OPENED = re.compile(r"([(\[])\s+")
_DOUBLED = re.compile(r"\b(?!had\b|that\b|bye\b|very\b|far\b|so\b|no\b)([a-z]+) \1\b", re.IGNORECASE)
_FUNCTION = word_set(
    "the a an of to in and that is was for on it with as at by be are from has have had he she they his her we "
    "this but not i you will who or said would which their its were been all more"
)
_WIRE = {"mln": "million", "bln": "billion", "dlrs": "dollars", "dlr": "dollar", "pct": "percent", "stg": "sterling"}
_WIRE_WORDS = re.compile(r"\b(" + "|".join(_WIRE) + r")\b")


def normalise(line: str, source: str = "") -> str:
    """One sentence with straight quotes, single spaces and no space before punctuation."""
    text = re.sub(r"`` ?", '"', re.sub(r" ?''", '"', line.strip()))
    text = re.sub(r"[“”„]", '"', text)
    text = re.sub(r"[‘’`´]", "'", text)
    if source.startswith("reuters21578"):
        text = re.sub(r'(\w)"s\b', r"\1's", text)
        text = re.sub(r'(\w)"(t|re|ve|ll|d)\b', r"\1'\2", text)
        text = _WIRE_WORDS.sub(lambda m: _WIRE[m.group()], text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" (n't|'s|'re|'ve|'ll|'d|'m)\b", r"\1", text)
    text = _OPENED.sub(r"\1", _SPACED.sub(r"\1", text))
    text = text.replace("--", " - " if " --" in text else "—")
    return re.sub(r"\s+", " ", text.replace(" - - ", " - "))


def is_clean(text: str, known: Callable[[str], bool]) -> bool:
    """Whether a normalised sentence looks like well-formed English prose; `known` tells words from typos."""
    if _JUNK.search(text) or _LOST_APOSTROPHE.search(text) or _DOUBLED.search(text):
        return False
    words = re.findall(r"[^\W\d_]+(?:['-][^\W\d_]+)*", text)
    if len(words) < 5 or (not text[0].isalnum() and text[0] not in "\"'($£€"):
        return False
    digits = sum(c.isdigit() for c in text)
    if digits > 0.09 * len(text) or text.count("(") != text.count(")"):
        return False
    capitals = sum(w[0].isupper() for w in words)
    shouting = sum(len(w) > 3 and w.isupper() for w in words)
    if capitals > 0.55 * len(words) or shouting > 2 or sum(w.lower() in _FUNCTION for w in words) < 0.15 * len(words):
        return False
    return all(known(w) for w in words if w.islower() and "-" not in w and "'" not in w)


def balanced(text: str) -> str | None:
    """`text` with even double quotes: a stray one at either end goes; None when that does not help."""
    if text.count('"') % 2 == 0:
        return text
    if text.startswith('"'):
        return text[1:].lstrip()
    if text.endswith('"'):
        return text[:-1].rstrip()
    return None


def curly(text: str) -> str:
    """Straight quotes and apostrophes made curly."""
    text = re.sub(r'(^|[\s(\[—-])"', r"\1“", text).replace('"', "”")
    return re.sub(r"(^|[\s(\[—“-])'(?!\d0s|tis\b|em\b|s\b)", r"\1‘", text).replace("'", "’")


def religious(lines: Sequence[str]) -> list[bool]:
    """For each line whether a fifth or more of the lines around it speak of scripture."""
    marks = [0, *itertools.accumulate(bool(_RELIGIOUS.search(line)) for line in lines)]
    out = []
    for i in range(len(lines)):
        first, last = max(0, i - _RELIGIOUS_SPAN), min(len(lines), i + _RELIGIOUS_SPAN + 1)
        out.append(marks[last] - marks[first] >= _RELIGIOUS_MOST * (last - first))
    return out


def names(text: str, known: Callable[[str], bool]) -> float:
    """The share of words that are capitalised and no English words: foreign persons and places."""
    words = re.findall(r"[^\W\d_]+", text)
    found = sum(len(w) > 3 and w[0].isupper() and not known(w.lower()) for w in words)
    return float(found / max(1, len(words)))


@dataclass
class NewsFile:
    """The usable lines of one news file: text by position, None where a line is not clean (yet unknown: "")."""

    source: str
    lines: list[str]
    first: int
    last: int


class Corpus:
    """Draws runs of consecutive clean sentences from the news files of one split.

    The WMT references kept out of training are left for measuring; no example is made of them, also because some of the
    Chinese-English ones, near the end of the file, were spun themselves.
    """

    def __init__(self, folder: Path, split: str, known: Callable[[str], bool]) -> None:
        self._known = known
        self._files: list[NewsFile] = []
        self._weights: list[float] = []
        self._cache: dict[tuple[str, int], str | None] = {}
        for source, share in SOURCE_SHARES.items():
            path = folder / f"{source}.txt.gz"
            if not path.exists():
                continue
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                lines = stream.read().split("\n")
            lines = [line for line in lines if line.strip()]
            kept = [i for i in range(len(lines)) if held_out(source, i, len(lines)) == (split == "held-out")]
            if split == "held-out" and source.startswith("wmt"):
                continue
            if source.startswith("mafand"):
                lines = ["" if sermon else line for line, sermon in zip(lines, religious(lines), strict=True)]
            if kept:
                self._files.append(NewsFile(source, lines, kept[0], kept[-1] + 1))
                self._weights.append(share)

    def sentence(self, news: NewsFile, index: int) -> str | None:
        """The clean sentence at `index`, or None."""
        key = (news.source, index)
        if key not in self._cache:
            text = normalise(news.lines[index], news.source)
            self._cache[key] = text if is_clean(text, self._known) else None
        return self._cache[key]

    def draw(self, rng: random.Random, least_sentences: int = 1) -> tuple[str, str]:
        """A (text, source): 1 to 6 consecutive sentences of at most MOST_WORDS words, or one longer sentence."""
        while True:
            news = rng.choices(self._files, self._weights)[0]
            start = rng.randrange(news.first, news.last)
            wanted = 1 if rng.random() < SINGLE_SHARE and least_sentences == 1 else rng.choice((2, 2, 3, 3, 4, 5, 6))
            picked = self._run(news, start, wanted)
            if len(picked) < least_sentences:
                continue
            text = balanced(("\n" if rng.random() < 0.15 else " ").join(picked))
            if text is None or len(text) < 20:
                continue
            return (curly(text) if rng.random() < 0.5 else text), news.source

    def draw_named(self, rng: random.Random) -> tuple[str, str]:
        """The draw of three with the largest share of foreign names."""
        drawn = [self.draw(rng) for _ in range(3)]
        return max(drawn, key=lambda pair: names(pair[0], self._known))

    def _run(self, news: NewsFile, start: int, wanted: int) -> list[str]:
        picked: list[str] = []
        words = 0
        for index in range(start, min(news.last, start + 2 * wanted + 2)):
            sentence = self.sentence(news, index)
            if sentence is None:
                if picked:
                    break
                continue
            if picked and _same_content(picked[-1], sentence):
                continue  # the WMT file holds two references of one sentence side by side
            length = sentence.count(" ") + 1
            if picked and words + length > MOST_WORDS:
                break
            picked.append(sentence)
            words += length
            if len(picked) == wanted:
                break
        return picked


def _same_content(a: str, b: str) -> bool:
    left = {w for w in a.lower().split() if len(w) > 3}
    right = {w for w in b.lower().split() if len(w) > 3}
    return bool(left) and len(left & right) > 0.25 * min(len(left), len(right))
