"""News with names garbled by program: what the confidences of findings on names are fitted to and measured on."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from garbler import tables
from garbler.corpus import held_out, normalise
from garbler.counts import read_lines
from garbler.names import respell

from mtcheck.names import wholes
from mtcheck.names.name_list import NameList
from mtcheck.names.spotting import TITLES, spot
from mtcheck.names.transliteration import fold
from mtcheck.segments import Span, words

SENTENCES = 8
"""Of one document."""
GARBLED_DOCUMENTS = 0.6
GARBLED_NAMES = 0.25
GARBLED_WHOLES = 0.5
LOST_CAPITALS = 0.15
SHORTEST = 5


@dataclass(frozen=True)
class Garble:
    """A garbled name: its span in the text, and the original."""

    span: Span
    original: str


@dataclass(frozen=True)
class Text:
    """A text and its garbled names, in the order of their places."""

    text: str
    garbles: tuple[Garble, ...] = ()


def held_out_documents(folder: Path, sources: Sequence[str], part: slice) -> Iterator[str]:
    """Documents of sentences that training and the name list leave out; ``part`` of each source's."""
    for source in sources:
        lines = list(read_lines(folder / f"{source}.txt.gz"))
        kept = [normalise(line, source) for i, line in enumerate(lines) if held_out(source, i, len(lines))]
        grouped = [" ".join(kept[at : at + SENTENCES]) for at in range(0, len(kept), SENTENCES)]
        yield from grouped[part]


def garble(text: str, names: NameList, rng: random.Random) -> Text:
    """A text with some of its names garbled, all places of a name or some of them; or as it is."""
    if rng.random() > GARBLED_DOCUMENTS:
        return Text(text)
    spans = list(words(text))
    edits: dict[int, tuple[Span, str]] = {}
    for span, new in _wholes(text, spans, names, rng):
        edits[span.start] = (span, new)
    spotted = [word for word in spot(text, spans, names) if len(word.text) >= SHORTEST and not word.shouted]
    forms = sorted({word.text for word in spotted if not names.is_ordinary(word.text) and word.text.isalpha()})
    for form in forms:
        if rng.random() > GARBLED_NAMES:
            continue
        respelt = respell(form, rng, 1 + (rng.random() < 0.3))
        if respelt is None or names.knows(respelt) or names.is_ordinary(respelt) or fold(respelt) == fold(form):
            continue
        places = [word.span for word in spotted if word.text == form]
        # All places, or all but the first or one: the right form is elsewhere.
        kept = places if len(places) == 1 or rng.random() < 0.5 else places[rng.randrange(1, len(places)) :]
        for span in kept:
            if not any(other.overlaps(span.start, span.end) for other, _ in edits.values()):
                edits[span.start] = (span, respelt)
    return _applied(text, [edits[start] for start in sorted(edits)])


def _wholes(text: str, spans: Sequence[Span], names: NameList, rng: random.Random) -> Iterator[tuple[Span, str]]:
    """Whole names of ordinary words with one or two of them swapped, or without their first capital."""
    swaps = tables.swaps("institutions")
    at = 0
    while at < len(spans) - 1:
        size = next((n for n in range(5, 1, -1) if _is_whole(text, spans[at : at + n], n, names)), 0)
        if not size:
            at += 1
            continue
        parts = [text[span.start : span.end] for span in spans[at : at + size]]
        places = [i for i, part in enumerate(parts) if part.lower() in swaps and part[0].isupper()]
        whole = Span(spans[at].start, spans[at + size - 1].end)
        inside = whole.start > 0 and text[whole.start - 2] not in ".!?:\"“'"
        if inside and rng.random() < LOST_CAPITALS and fold(parts[0]) not in TITLES and len(parts) == 2:
            yield whole, parts[0].lower() + " " + parts[1]
        elif places and rng.random() < GARBLED_WHOLES:
            for i in rng.sample(places, min(len(places), 1 + (rng.random() < 0.3))):
                parts[i] = rng.choice(swaps[parts[i].lower()]).title()
            yield whole, " ".join(parts)
        at += size


def _is_whole(text: str, spans: Sequence[Span], size: int, names: NameList) -> bool:
    if len(spans) < size or any(b.start - a.end != 1 for a, b in itertools.pairwise(spans)):
        return False
    parts = [text[span.start : span.end] for span in spans]
    titled = all(part[0].isupper() or part in wholes.SMALL for part in parts) and parts[0][0].isupper()
    return titled and not re.search(r"['’]", "".join(parts)) and names.whole_count(*parts) >= wholes.LEAST_COUNT


def _applied(text: str, edits: Sequence[tuple[Span, str]]) -> Text:
    out: list[str] = []
    garbles = []
    last = length = 0
    for span, new in edits:
        out += [text[last : span.start], new]
        length += span.start - last
        garbles.append(Garble(Span(length, length + len(new)), text[span.start : span.end]))
        length += len(new)
        last = span.end
    return Text("".join([*out, text[last:]]), tuple(garbles))


def touches(text: Text, span: Span) -> bool:
    """Whether a stretch shares a code point with a garbled name."""
    return any(garble.span.overlaps(span.start, span.end) for garble in text.garbles)


def restores(text: Text, span: Span, wording: str) -> bool:
    """Whether a wording in place of a stretch gives what the original had there."""
    over = [garble for garble in text.garbles if garble.span.overlaps(span.start, span.end)]
    if not over:
        return False
    start, end = min(span.start, over[0].span.start), max(span.end, over[-1].span.end)
    mended = text.text[start : span.start] + wording + text.text[span.end : end]
    original, last = "", start
    for item in over:
        original += text.text[last : item.span.start] + item.original
        last = item.span.end
    return fold(mended) == fold(original + text.text[last:end])
