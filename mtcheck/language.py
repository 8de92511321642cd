"""Is a paragraph English prose? What is not is never checked: other languages, code, lists of data."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

FUNCTION_WORDS = frozenset(
    """about after and because been before being between but by could does during from has have he him his how its it's
    may more most not only other should since than that the their them then there they this those through under until
    which while who whose with would you your said says""".split()
)
"""Words that are common in English and in no neighbour of it: "in", "was" or "for" would let Dutch or Danish pass."""
ENGLISH = frozenset({"en", "pcm", "sco", "jam"})
"""English and what the classifier takes it for in short headlines: Nigerian Pidgin, Scots, Jamaican Patois."""

LONG = 4
"""Letters from which a word is looked up in the vocabulary: shorter ones are words in many languages."""
SHORT_WORDS = frozenset(
    """a all an and are as at be but by can for he his how i in is it its new no not of off on or our out say she so
    the to up us was we who why you""".split()
)
"""Shorter words that count as English."""
LEAST_LONG = 5
LEAST_KNOWN = 0.6
"""Share of all words that must be English, at least ``LEAST_LONG`` of them long."""

CLEAR_MARGIN = 6.0
"""Nats by which another language must beat English before a paragraph counts as foreign."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CODE_LINE = re.compile(
    r"""(?x)
    ^\s*(?:def|class|if|for|while|elif|else|try|with)\b[^.]*:\s*$ |      # Python's blocks
    ^\s*(?:return|import|const|let|var|function|public|private)\b[^ ]* [^.]*[\w)]\.\w+[^.]*$ |
    ^\s*(?:const|let|var)\s+\w+\s*= | ^\s*[\w.]+\s*[-+*/|&:]?=\s*\S |  # assignments
    \w\([^)\s]*\)\s*[;{:]?\s*$ | [;{}]\s*$ |                            # calls, ends of statements
    ^\s*(?:SELECT|INSERT|UPDATE|DELETE)\b.*\b(?:FROM|INTO|SET)\b |
    ^\s*(?:\$|git|pip|npm|sudo|docker|curl)\ [\w./-]+(?:\ [^.]*)?$         # commands
    """
)
_CODE_SIGN = re.compile(r"[{}\[\]<>=;|\\^~`$#@_*+]|::|->|\(\)|//")


def is_english_prose(paragraph: str, vocabulary: Container[str] = ()) -> bool:
    """Whether a paragraph reads as English wording rather than another language, code, a table or numbers.

    Where most words are in an English ``vocabulary`` (lower case), the classifier, which takes as long to load as a
    short draft to check, is not asked.
    """
    words = _WORD.findall(paragraph)
    if not words or _looks_like_code(paragraph, len(words)):
        return False
    letters = sum(map(len, words))
    if letters * 2 < sum(not char.isspace() for char in paragraph):
        return False
    latin = sum(char < "\u0250" for word in words for char in word)
    if latin * 2 < letters:
        return False
    functional = sum(word.casefold().replace("’", "'") in FUNCTION_WORDS for word in words)
    if functional * 6 >= len(words) or len(words) < 3:
        return True
    if _is_known(words, vocabulary):
        return True
    from py3langid import rank

    ranked: dict[str, float] = dict(rank(paragraph))
    language = max(ranked, key=ranked.__getitem__)
    return language in ENGLISH or ranked[language] - ranked["en"] < CLEAR_MARGIN


def _is_known(words: Sequence[str], vocabulary: Container[str]) -> bool:
    folded = [word.casefold() for word in words]
    known = sum(word in (SHORT_WORDS if len(word) < LONG else vocabulary) for word in folded)
    return sum(len(word) >= LONG for word in folded) >= LEAST_LONG and known >= LEAST_KNOWN * len(folded)


def _looks_like_code(paragraph: str, words: int) -> bool:
    if _CODE_LINE.search(paragraph):
        return True
    signs = len(_CODE_SIGN.findall(paragraph))
    return signs >= 3 and signs * 3 >= words
