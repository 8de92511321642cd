"""What a suggestion changes: the words that differ, so that those which stay keep their markup and line breaks."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Change:
    """Words to take out and words to put in.

    ``old`` are stretches of the text, in code points. Where there is none, ``new`` goes behind the word that ends at
    ``at``, or before the one that begins there where ``ahead``.
    """

    old: tuple[tuple[int, int], ...]
    new: tuple[str, ...]
    at: int = 0
    ahead: bool = False


def changes(text: str, wording: str, offset: int = 0) -> list[Change]:
    """How to get from ``text``, which begins at ``offset``, to ``wording``, word by word."""
    spans = [(offset + match.start(), offset + match.end()) for match in _WORD.finditer(text)]
    new = wording.split()
    found: list[Change] = []
    for first, last, begin, end in blocks(text.split(), new):
        if last - first == end - begin:
            found.extend(Change((span,), (word,)) for span, word in zip(spans[first:last], new[begin:end], strict=True))
        elif first < last:
            found.append(Change(tuple(spans[first:last]), tuple(new[begin:end])))
        elif first:
            found.append(Change((), tuple(new[begin:end]), spans[first - 1][1]))
        elif spans:
            found.append(Change((), tuple(new[begin:end]), spans[0][0], ahead=True))
    return found


def blocks(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Stretches of words that differ, each as long as it goes."""
    found: list[tuple[int, int, int, int]] = []
    for step in Levenshtein.opcodes(old, new):
        if step.tag == "equal":
            continue
        if found and found[-1][1] == step.src_start and found[-1][3] == step.dest_start:
            first, _, begin, _ = found.pop()
            found.append((first, step.src_end, begin, step.dest_end))
        else:
            found.append((step.src_start, step.src_end, step.dest_start, step.dest_end))
    return found
