"""Pieces of an example: (garbled, original, kind), where unchanged text has no kind."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from garbler.passage import Edit, Passage, vowel_sound

Piece = tuple[str, str, str]


def apply_edits(passage: Passage, edits: Sequence[Edit]) -> list[Piece]:
    """The passage as pieces; edits that touch become one piece."""
    text, words = passage.text, passage.words
    pieces: list[Piece] = []
    done = 0
    ordered = sorted(edits, key=lambda e: e.first)
    k = 0
    while k < len(ordered):
        first = ordered[k]
        start, end = words[first.first].start, words[first.last - 1].end
        garbled, kind, width = first.text, first.kind, first.last - first.first
        while k + 1 < len(ordered) and ordered[k + 1].first == ordered[k].last and passage.joined(ordered[k].last - 1):
            following = ordered[k + 1]
            garbled += text[end : words[following.first].start] + following.text
            end = words[following.last - 1].end
            if following.last - following.first > width:
                kind, width = following.kind, following.last - following.first
            k += 1
        if start > done:
            pieces.append((text[done:start], text[done:start], ""))
        pieces.append((garbled, text[start:end], kind))
        done = end
        k += 1
    if done < len(text):
        pieces.append((text[done:], text[done:], ""))
    return pieces


def with_article(passage: Passage, edit: Edit, rng: random.Random) -> Edit:
    """The edit with the a/an before it put right, as most spinners do; three in ten leave it wrong."""
    i = edit.first
    article = passage.left(i)
    if article not in ("a", "an") or not edit.text:
        return edit
    wanted = "an" if vowel_sound(edit.text) else "a"
    if wanted == article or rng.random() < 0.3:
        return edit
    head = wanted if passage.words[i - 1].text[0].islower() else wanted.capitalize()
    return Edit(i - 1, edit.last, f"{head} {edit.text}", edit.kind)


def headline(pieces: Sequence[Piece]) -> list[Piece] | None:
    """The pieces with the first line as a headline; None when there is no short first line."""
    first: list[Piece] = []
    rest = list(pieces)
    while rest and "\n" not in rest[0][1]:
        first.append(rest.pop(0))
    if rest and rest[0][2]:
        return None
    if rest:
        head, _, tail = rest[0][1].partition("\n")
        first.append((head, head, ""))
        rest[0] = ("\n" + tail, "\n" + tail, "")
    line = "".join(original for _, original, _ in first)
    if not first or first[-1][2] or not line.endswith(".") or not 4 <= len(line.split()) <= 14:
        return None
    last = first[-1][0][:-1]
    first[-1] = (last, last, "")
    cased = [(title_case(g), title_case(o), k) for g, o, k in first if o]
    return [(g, o, k if g != o else "") for g, o, k in cased] + rest


def title_case(text: str) -> str:
    """Capitals on all words but the smallest."""
    small = {"a", "an", "the", "of", "in", "on", "at", "to", "for", "and", "or", "by", "with", "as", "from"}
    return re.sub(
        r"[^\W\d_][^\s]*", lambda m: m.group() if m.group() in small else m.group()[0].upper() + m.group()[1:], text
    )
