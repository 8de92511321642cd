"""Which words of a window look garbled: editing surprisal and the tagger's view, weighed by the calibration."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mtcheck.calibration import Logistic
from mtcheck.language_model.editing import Reading, Tokens
from mtcheck.segments import Span, unchecked, words

CAP = 12.0
"""Features are cut off here, in nats: what is beyond is the language model's noise."""


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word of a window and what the pass said of it.

    ``span`` is in the window's code points; its tokens are ``first`` up to but not including ``behind``; ``departs``
    is the token at which the model would first leave the wording. ``logit`` is the log odds that the word is garbled.
    """

    span: Span
    first: int
    behind: int
    departs: int
    logit: float
    features: dict[str, float]

    @property
    def chance(self) -> float:
        """The probability that the word is garbled."""
        return 1.0 / (1.0 + math.exp(-self.logit))


def read_words(text: str, tokens: Tokens, reading: Reading, weights: Logistic) -> list[WordReading]:
    """Judge every word of a window but those in addresses, code and numbers."""
    barred = unchecked(text)
    found = []
    token = 0
    for span in words(text):
        while token < len(tokens.ids) and tokens.offsets[token][1] <= span.start:
            token += 1
        behind = token
        while behind < len(tokens.ids) and tokens.offsets[behind][0] < span.end:
            behind += 1
        if behind == token or any(bar.overlaps(span.start, span.end) for bar in barred):
            continue
        departs = token + _departure(reading.surprisal[token:behind])
        features = _features(text, span, tokens, reading, token, behind, departs)
        found.append(WordReading(span, token, behind, departs, weights.logit(features), features))
    return found


def _departure(surprisal: np.ndarray) -> int:
    """The first token that is about as surprising as the most surprising one: behind it all is guesswork."""
    return int(np.argmax(surprisal >= 0.5 * surprisal.max()))


def _features(
    text: str, span: Span, tokens: Tokens, reading: Reading, first: int, behind: int, departs: int
) -> dict[str, float]:
    surprisal = float(reading.surprisal[departs])
    others = reading.best_logprobs[departs][reading.best_ids[departs] != tokens.ids[departs]]
    margin = float(others[0]) + surprisal
    tag = float(reading.garbled[first:behind].max())
    word = text[span.start : span.end]
    inside = span.start > 0 and text[: span.start].rstrip(' “"‘(')[-1:] not in ".!?:\n”"
    name = float(word[0].isupper() and inside)
    plain = float(reading.plain[first:behind].max())
    margin, tag = float(np.clip(margin, -CAP, CAP)), float(np.clip(tag, -CAP, CAP))
    return {
        "surprisal": min(surprisal, CAP),
        "margin": margin,
        "tag": tag,
        "name": name,
        "name_margin": name * margin,
        "name_tag": name * tag,
        "pieces": float(min(behind - first - 1, 4)),
        "pieces_margin": min(behind - first - 1, 4) * margin,
        "plain": min(plain, CAP),
        "edge": float(first == 0),
    }
