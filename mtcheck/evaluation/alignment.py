"""Parallel text: garbled spans found by aligning the words of a garbled text with those of its original."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import takewhile

from mtcheck.evaluation.spans import GoldSpan
from mtcheck.evaluation.wording import words

SURFACE = "case or punctuation"
"""The kind of unsure spans: they belong to the original text but are no garbled wording."""

_TOKEN = re.compile(r"\w+(?:[-'’.]\w+)*|[^\w\s]")
_KINDS = {"replace": "substitution", "delete": "insertion", "insert": "deletion"}
"""How difflib makes the original of the garbled text -> what happened to the original."""


def align(garbled: str, original: str) -> tuple[GoldSpan, ...]:
    """The spans that make the garbled text the original, up to white space between equal words.

    Their kinds are ``substitution``, ``insertion`` (words that the original lacks) and ``deletion``. Where words were
    lost, the span is the word behind the gap, or else the one before it, so that a finding can be there. Differences
    of case, punctuation and quotation marks alone are unsure spans of their own.
    """
    left = [match.span() for match in _TOKEN.finditer(garbled)]
    right = [match.span() for match in _TOKEN.finditer(original)]
    tokens = [garbled[a:b] for a, b in left], [original[a:b] for a, b in right]
    spans: list[GoldSpan] = []
    for edit, i, j, k, m in SequenceMatcher(None, *tokens, autojunk=False).get_opcodes():
        if edit == "equal":
            continue
        start, end = _between(left, i, j, len(garbled))
        first, last = _between(right, k, m, len(original))
        start, end, wording = _trimmed(garbled, start, end, original[first:last])
        if words(garbled[start:end]) == words(wording):
            spans.append(GoldSpan(start, end, (wording,), SURFACE, sure=False))
        elif start < end or not left:
            spans.append(GoldSpan(start, end, (wording,), _KINDS[edit]))
        elif j < len(left):
            behind = left[j][1]
            spans.append(GoldSpan(end, behind, (wording + garbled[end:behind],), _KINDS[edit]))
        elif spans and spans[-1].end == start:
            spans[-1] = replace(spans[-1], originals=(spans[-1].originals[0] + wording,))
        else:
            before = left[-1][0]
            spans.append(GoldSpan(before, start, (garbled[before:start] + wording,), _KINDS[edit]))
    return tuple(spans)


def _between(tokens: list[tuple[int, int]], first: int, last: int, length: int) -> tuple[int, int]:
    """The stretch from behind the token before ``first`` up to token ``last``, white space at both ends included."""
    return tokens[first - 1][1] if first else 0, tokens[last][0] if last < len(tokens) else length


def _trimmed(text: str, start: int, end: int, wording: str) -> tuple[int, int, str]:
    """A stretch and its new wording without the white space that both start with, and then that both end with."""
    head = _shared_space(text[start:end], wording)
    old, new = text[start + head : end], wording[head:]
    tail = _shared_space(old[::-1], new[::-1])
    return start + head, end - tail, new[: len(new) - tail]


def _shared_space(one: str, other: str) -> int:
    """How many code points of white space both texts start with."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1] and pair[0].isspace(), pairs))
