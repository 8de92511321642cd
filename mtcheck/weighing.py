"""What a text gains by a wording: put in its place, and the sentence read on behind it as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mtcheck.language_model.editing import Tokens
from mtcheck.language_model.passes import Pass, Variant
from mtcheck.segments import Span

BEHIND = 3
"""Words behind a wording that are read again."""
MOST_NATS = 15.0
"""Gains are cut off here: what is beyond is the language model's noise."""

_BEHIND = re.compile(rf"(?:\s*[^\s.!?…\n]+(?:\.(?=\S)[^\s.!?…\n]+)*){{0,{BEHIND}}}[.!?…]?")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether ``text`` would do better at ``span``, in code points of a window."""

    span: Span
    text: str


def weigh(
    read: Pass,
    texts: Sequence[str],
    tokens: Sequence[Tokens],
    questions: Sequence[Sequence[Question]],
    tokenize: Callable[[str], Tokens],
) -> list[list[float]]:
    """The gains in nats for the questions of each window of a pass, at most ``MOST_NATS`` either way."""
    asked = [(row, question) for row, some in enumerate(questions) for question in some]
    variants, stands = [], []
    for row, question in asked:
        variant, behind = _mended(row, question, texts[row], tokens[row], tokenize)
        variants.append(variant)
        stands.append(-float(read.readings[row].plain[variant.at : behind].sum()))
    scores = read.score(variants) if variants else []
    gains = iter([max(-MOST_NATS, min(MOST_NATS, score - stood)) for score, stood in zip(scores, stands, strict=True)])
    return [[next(gains) for _ in some] for some in questions]


def _mended(
    row: int, question: Question, text: str, tokens: Tokens, tokenize: Callable[[str], Tokens]
) -> tuple[Variant, int]:
    """The text with the wording in place, some way on, and the first of the draft's tokens behind all that."""
    start, end = question.span.start, question.span.end
    found = _BEHIND.match(text, end)
    rest = found.end() if found else end
    offsets = tokens.offsets
    at = next(i for i, (_, last) in enumerate(offsets) if last > start)
    last = next((i for i in range(at, len(offsets)) if offsets[i][1] >= rest), len(offsets) - 1)
    wording = text[offsets[at][0] : start] + question.text + text[end : offsets[last][1]]
    return Variant(row, at, tuple(tokenize(wording).ids)), last + 1
