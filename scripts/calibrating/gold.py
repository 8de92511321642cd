"""Documents with known garbles, put together from held-out examples of the garbler."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from garbler.counts import read_lines

from mtcheck.segments import Span

SIZES = (1, 2, 3, 5, 8, 12)
"""Windows that a document may have; one of these is drawn."""

EDITED = frozenset("basil_2010_2019 bbc_2004 gum_wikinews nltk_abc_2006 reuters21578_1987 reuters_c50_1996".split())
"""News that was edited well: what looks garbled in the other files often is, and no label says so."""
THINNED = frozenset({"light", "names", "sparse"})
"""Habits that make few garbles a text; whole texts are rarely so, and one in three such examples is enough."""


POST_EDITED = ("ro-en", "et-en", "ru-en")
"""Language pairs whose post-edits are right; those of the others are as bad as the translations."""
SPUN_FROM = 0.04
"""The garbled share of a document above which it counts as spun; with less, but some, it is neither that nor clean."""
TOGETHER = 8
"""Post-edited sentences of a document."""
_SPACED = re.compile(r" (?=[.,;:!?')%])")


@dataclass(frozen=True)
class Gold:
    """A window's text and its garbled stretches with what the original had there: (start, end, original)."""

    text: str
    spans: list[tuple[int, int, str]]
    family: str = "clean"

    @property
    def original(self) -> str:
        """The text with all originals in place."""
        return self.mended([])

    @property
    def rate(self) -> float:
        """The garbled share of the text's code points."""
        return sum(end - start for start, end, _ in self.spans) / max(1, len(self.text))

    def mended(self, keep: Sequence[tuple[int, int]], edits: Sequence[tuple[int, int, str]] = ()) -> str:
        """The text with the given edits, and with all originals but those in the stretches to keep."""
        chosen = [s for s in self.spans if not any(s[0] < b and a < s[1] for a, b in keep)]
        text = self.text
        for start, end, new in sorted([*chosen, *edits], reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def garbled(self, start: int, end: int) -> bool:
        """Whether a stretch shares a code point with a garbled one."""
        return any(a < end and start < b for a, b, _ in self.spans)

    def touches(self, span: Span) -> bool:
        """Whether a finding is at a garbled stretch; where the original only goes on, also at the word behind it."""
        return any(touches(self.text, stretch, span) for stretch in self.spans)

    def restores(self, span: Span, wording: str) -> bool:
        """Whether a wording in place of a stretch gives the original, all other garbles aside."""
        got = self.mended([(span.start, span.end)], [(span.start, span.end, wording)])
        return _plain(got) == _plain(self.original)

    def holds(self, span: Span) -> bool:
        """Whether a stretch is at a garble and holds every garble that it touches as a whole."""
        touched = [s for s in self.spans if touches(self.text, s, span)]
        return bool(touched) and all(span.start <= s[0] and s[1] <= span.end for s in touched)


Document = list[Gold]


def garbled_share(document: Document) -> float:
    """The share of a document's code points that are garbled."""
    return sum(gold.rate * len(gold.text) for gold in document) / max(1, sum(len(gold.text) for gold in document))


def touches(text: str, gold: tuple[int, int, str], span: Span) -> bool:
    """Whether a finding is at one garbled stretch."""
    start, end, original = gold
    if original.casefold().startswith(text[start:end].casefold()):
        end += 2
    return span.start < end and start < span.end


def read_gold(path: Path, most: int) -> list[Gold]:
    """Examples of garble.py as texts with gold stretches: those of well edited news, with few of the light habits."""
    found: list[Gold] = []
    thinned = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            example = json.loads(line)
            thinned += example["family"] in THINNED
            if example["source"] not in EDITED or (example["family"] in THINNED and thinned % 3):
                continue
            if len(found) == most:
                break
            text, spans = "", []
            for garbled, original, kind in example["pieces"]:
                if kind:
                    spans.append((len(text), len(text) + len(garbled), original))
                text += garbled
            found.append(Gold(text.replace("\n", " "), spans, example["family"]))
    return found


def post_edits(path: Path) -> Iterator[str]:
    """Documents of post-edited machine translations, each of one language pair: translated, and right."""
    held: dict[str, list[str]] = {}
    for line in read_lines(path):
        row = json.loads(line)
        pair = str(row["lp"])
        if pair in POST_EDITED:
            some = held.setdefault(pair, [])
            some.append(_SPACED.sub("", row["pe"]))
            if len(some) == TOGETHER:
                yield " ".join(some)
                some.clear()


def documents(windows: Sequence[Gold], seed: int) -> list[Document]:
    """Windows put together as documents that are garbled alike, since a text is spun or translated as a whole."""
    chance = random.Random(seed)
    clean = [window for window in windows if not window.spans]
    chance.shuffle(clean)
    garbled = sorted((w for w in windows if w.spans), key=lambda w: (w.family, w.rate + chance.gauss(0.0, 0.03)))
    found: list[Document] = []
    for part in (clean, garbled):
        begin = 0
        while begin < len(part):
            size = chance.choice(SIZES)
            found.append(list(part[begin : begin + size]))
            begin += size
    chance.shuffle(found)
    return found


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
