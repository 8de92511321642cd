"""From garbled sentences to what the model is trained on: token ids, labels and tags.

An example of the garbler is a list of pieces ``[garbled, original, kind]``; the garbled parts joined are the draft, the
original parts the clean text. The model reads

    <bos> draft <sep> copy

and at each changed piece the copy holds the garbled wording or the original, by chance. Along the copy the label is
the copy itself, but where it holds a garbled wording the label of the first token that differs is the original's
token and the rest of the piece is not judged. At some places of the draft the label is its next token, so that the
model does not forget how plain text goes on, which ranks suggestions; garbled wordings are no plain text and left out.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

IGNORE = -100
PLAIN_SHARE = 0.25
"""The share of the draft's tokens that are learned as plain text."""

Encode = Callable[[str], tuple[list[int], list[tuple[int, int]]]]
"""Text to token ids and their (start, end) code point offsets, without special tokens."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One training sequence.

    ``ids``: bos, draft, sep, copy. ``labels[i]`` is the token wanted after position ``i`` and ``tags[i]`` is 1 where
    the token at position ``i`` belongs to a garbled wording or follows one that lacks a word, 0
    where not; both are IGNORE where nothing is judged.
    ``changed[i]`` is true where the label departs from the copy. ``plain[i]`` is the draft's next token or IGNORE.
    """

    ids: list[int]
    labels: list[int]
    tags: list[int]
    changed: list[bool]
    plain: list[int]


def build(
    pieces: list[list[str]],
    encode: Encode,
    bos: int,
    sep: int,
    chance: random.Random,
    keep_garbled: float = 0.5,
) -> Sample:
    """Lay out one example; ``keep_garbled`` is the share of garbled wordings that the copy keeps."""
    draft, draft_offsets = encode("".join(piece[0] for piece in pieces))
    text, kept, restored = "", [], []
    for garbled, original, kind in pieces:
        start = len(text)
        if kind and chance.random() < keep_garbled:
            text += garbled
            kept.append((start, len(text), original))
        else:
            text += original
            if kind:
                restored.append((start, len(text)))
    copy, offsets = encode(text)
    wanted = [*copy, sep]
    tags = [0] * len(copy)
    changed = [False] * (len(copy) + 1)
    for start, end in restored:
        for token in _overlapping(offsets, start, end):
            tags[token] = IGNORE
    for start, end, original in kept:
        tokens = _overlapping(offsets, start, end)
        if not tokens:
            continue
        first, behind = tokens[0], tokens[-1] + 1
        lead = " " if text[start - 1 : start] == " " else ""
        right, _ = encode(lead + original)
        wrong = copy[first:behind]
        same = 0
        while same < min(len(right), len(wrong)) and right[same] == wrong[same]:
            same += 1
        at = first + same
        wanted[at] = right[same] if same < len(right) else (copy[behind] if behind < len(copy) else sep)
        changed[at] = True
        for token in range(at + 1, behind):
            wanted[token] = IGNORE
        for token in range(first, min(at, behind)):
            tags[token] = IGNORE
        for token in range(at, max(behind, at + 1)):
            if token < len(copy):
                tags[token] = 1
    sound = set(range(len(draft)))
    start = 0
    for garbled, _, kind in pieces:
        if kind:
            sound.difference_update(_overlapping(draft_offsets, start, start + len(garbled)))
        start += len(garbled)
    plain = [token if i in sound and chance.random() < PLAIN_SHARE else IGNORE for i, token in enumerate(draft)]
    ids = [bos, *draft, sep, *copy]
    before = len(draft) + 1
    return Sample(
        ids=ids,
        labels=[IGNORE] * before + wanted,
        tags=[IGNORE] * (before + 1) + tags,
        changed=[False] * before + changed,
        plain=plain + [IGNORE] * (2 + len(copy)),
    )


def _overlapping(offsets: list[tuple[int, int]], start: int, end: int) -> list[int]:
    """The tokens that hold a code point of text[start:end]; a token's leading space does not count."""
    return [i for i, (a, b) in enumerate(offsets) if b > start and a < end]
