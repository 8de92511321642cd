"""Which words of a window look garbled: editing surprisal and the tagger's view, weighed by the calibration."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from mtcheck.calibration import Logistic
from mtcheck.language_model.editing import Tokens
from mtcheck.language_model.passes import CopyReading, Reading
from mtcheck.segments import Span, unchecked, words
from mtcheck.swaps import Swaps

CAP = 12.0
"""Features are cut off here, in nats: what is beyond is the language model's noise."""
USUAL_RATE = 0.05
"""The share of garbled words that a document is taken to have before anything of it is read."""
DOUBT = 40
"""Words that the usual rate counts for beside those that were read."""


@dataclass(frozen=True, slots=True)
class Company:
    """What was read of a document so far: words, and how many of them are expected to be garbled."""

    words: int = 0
    garbled: float = 0.0


@dataclass(frozen=True, slots=True)
class WordReading:
    """A word of a window and what the pass said of it.

    ``span`` is in the window's code points; its tokens are ``first`` up to but not including ``behind``; ``departs``
    is the token at which the model would first leave the wording. ``alone`` is the log odds that the word is garbled by
    its own figures, ``logit`` those in view of the rest of the document.
    """

    span: Span
    first: int
    behind: int
    departs: int
    alone: float
    logit: float
    features: dict[str, float]

    @property
    def chance(self) -> float:
        """The probability that the word is garbled."""
        return _chance(self.logit)

    @property
    def chance_alone(self) -> float:
        """The probability that the word is garbled, by its own figures."""
        return _chance(self.alone)


@dataclass(frozen=True, slots=True)
class WordPlace:
    """Where a word is: its code points and tokens, and the token at which the model would first leave the wording."""

    span: Span
    first: int
    behind: int
    departs: int


def measure(
    text: str, tokens: Tokens, reading: CopyReading, swaps: Swaps, spell: Callable[[int], str]
) -> Iterator[tuple[WordPlace, dict[str, float]]]:
    """Words of a copy, but those in addresses, code and numbers, and their figures; ``spell`` gives a token's text."""
    barred = unchecked(text)
    token = 0
    for span in words(text):
        while token < len(tokens.ids) and tokens.offsets[token][1] <= span.start:
            token += 1
        behind = token
        while behind < len(tokens.ids) and tokens.offsets[behind][0] < span.end:
            behind += 1
        if behind > token and not any(bar.overlaps(span.start, span.end) for bar in barred):
            place = WordPlace(span, token, behind, token + _departure(reading.surprisal[token:behind]))
            written = text[span.start : span.end]
            swap = _swap(written, tokens.ids[token], reading, token, swaps, spell)
            yield place, _features(text, place, tokens, reading) | {"swap": swap}


def read_words(
    text: str, tokens: Tokens, reading: Reading, weights: Logistic, swaps: Swaps, spell: Callable[[int], str]
) -> list[WordReading]:
    """Judge every word of a window but those in addresses, code and numbers; ``spell`` gives a token's text."""
    found = []
    for place, figures in measure(text, tokens, reading, swaps, spell):
        plain = float(reading.plain[place.first : place.behind].max())
        features = figures | {"plain": min(plain, CAP)}
        alone = weights.logit(features)
        found.append(WordReading(place.span, place.first, place.behind, place.departs, alone, alone, features))
    return found


def in_company(
    read: Sequence[Sequence[WordReading]], weights: Logistic, before: Company
) -> tuple[list[list[WordReading]], Company]:
    """Judge a document's words, window by window, in view of how garbled its other words look.

    A text is spun or translated as a whole: what is doubtful in a sound text is probable in one that is full of
    garbles. ``before`` is what was read of the document earlier; what has been read by now comes back with the words.
    """
    chances = [[word.chance_alone for word in words] for words in read]
    now = Company(before.words + sum(map(len, chances)), before.garbled + sum(map(sum, chances)))
    judged: list[list[WordReading]] = []
    for window, row in zip(read, chances, strict=True):
        judged.append([])
        for word, chance in zip(window, row, strict=True):
            rate = (now.garbled - chance + USUAL_RATE * DOUBT) / (now.words - 1 + DOUBT)
            features = word.features | {"rate": math.log(rate / (1.0 - rate))}
            judged[-1].append(replace(word, logit=weights.logit(features), features=features))
    return judged, now


def _chance(logit: float) -> float:
    return 1.0 / (1.0 + math.exp(-logit))


def _departure(surprisal: np.ndarray) -> int:
    """The first token that is about as surprising as the most surprising one: behind it all is guesswork."""
    return int(np.argmax(surprisal >= 0.5 * surprisal.max()))


def _swap(word: str, copied: int, reading: CopyReading, first: int, swaps: Swaps, spell: Callable[[int], str]) -> float:
    """Log of the chance (nats) that another word should stand here and a machine made this one of it."""
    others = zip(reading.best_ids[first].tolist(), reading.best_logprobs[first].tolist(), strict=True)
    spelled = ((spell(token), logprob) for token, logprob in others if token != copied)
    return swaps.evidence(word, [(text.strip(), logprob) for text, logprob in spelled if first == 0 or text[:1] == " "])


def _features(text: str, place: WordPlace, tokens: Tokens, reading: CopyReading) -> dict[str, float]:
    span, first, behind, departs = place.span, place.first, place.behind, place.departs
    surprisal = float(reading.surprisal[departs])
    others = reading.best_logprobs[departs][reading.best_ids[departs] != tokens.ids[departs]]
    margin = float(others[0]) + surprisal
    tag = float(reading.garbled[first:behind].max())
    word = text[span.start : span.end]
    inside = span.start > 0 and text[: span.start].rstrip(' “"‘(')[-1:] not in ".!?:\n”"
    name = float(word[0].isupper() and inside)
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
        "edge": float(first == 0),
    }
