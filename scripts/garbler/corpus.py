"""Clean news: which sentences are read, which are held out, and how they are cleaned."""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from garbler.passage import word_set

# Share of examples from each file: old or noisy news is capped, recent and broad news favoured.
SOURCE_SHARES: Mapping[str, float] = {
    "bbc_2004": 0.18,
    "wmt21_23_refs_en": 0.20,
    "mafand_en": 0.12,
    "nltk_abc_2006": 0.12,
    "basil_2010_2019": 0.09,
    "fnc1_2014_2016": 0.06,
    "agnews_test_2004": 0.02,
    "reuters21578_1987": 0.08,
    "reuters_c50_1996": 0.12,
    "gum_wikinews": 0.01,
}
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
    r"[<>|_\\{}~^=#*@\[\]]|https?:|www\.|\.(?:com|org|net)\b|\.{4,}|--{2,}|�|Ã|â€|&\w+;|\bid=|\b(?:REUTER|Reuter)\b|\bpct\b.*\bpct\b.*\bpct\b",
)
_LOST_APOSTROPHE = re.compile(
    r"\b(?:thats|theres|dont|doesnt|didnt|isnt|wasnt|arent|wont|cant|couldnt|wouldnt|hes|shes|theyre|youre|im|ive|weve|havent|hasnt)\b",
    re.IGNORECASE,
)
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


@dataclass
class NewsFile:
    """The usable lines of one news file: text by position, None where a line is not clean (yet unknown: "")."""

    source: str
    lines: list[str]
    first: int
    last: int


class Corpus:
    """Draws runs of consecutive clean sentences from the news files of one split."""

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

    def draw(self, rng: random.Random, most_words: int = 130) -> tuple[str, str]:
        """A (text, source): 1 to 6 consecutive sentences."""
        while True:
            news = rng.choices(self._files, self._weights)[0]
            start = rng.randrange(news.first, news.last)
            roll = rng.random()
            wanted = 1 if roll < 0.35 else 2 if roll < 0.6 else rng.randint(3, 6)
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
                if picked and words + length > most_words:
                    break
                picked.append(sentence)
                words += length
                if len(picked) == wanted:
                    break
            if not picked:
                continue
            text = balanced(("\n" if rng.random() < 0.15 else " ").join(picked))
            if text is None or len(text) < 20:
                continue
            return (curly(text) if rng.random() < 0.5 else text), news.source


def _same_content(a: str, b: str) -> bool:
    left = {w for w in a.lower().split() if len(w) > 3}
    right = {w for w in b.lower().split() if len(w) > 3}
    return bool(left) and len(left & right) > 0.25 * min(len(left), len(right))
