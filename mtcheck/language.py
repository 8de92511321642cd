"""Is a paragraph English prose? What is not is never checked: other languages, code, lists of data."""

from __future__ import annotations

import re

FUNCTION_WORDS = frozenset(
    """a about after all also an and are as at be been before but by can could did do for from had has have he her his
    how i if in into is it its more most my no not of on one or our out over said say she should so some such than
    that the their them then there they this to two under up us was we were what when which who will with would you
    your""".split()
)
ENGLISH = frozenset({"en", "pcm", "sco", "jam"})
"""English and what the classifier takes it for in short headlines: Nigerian Pidgin, Scots, Jamaican Patois."""

CLEAR_MARGIN = 6.0
"""Nats by which another language must beat English before a paragraph counts as foreign."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CODE_SIGN = re.compile(r"[{}\[\]<>=;|\\^~`$#@_*+]|::|->|\(\)|//")


def is_english_prose(paragraph: str) -> bool:
    """Whether a paragraph reads as English wording rather than another language, code, a table or numbers."""
    words = _WORD.findall(paragraph)
    if not words or _looks_like_code(paragraph, len(words)):
        return False
    letters = sum(map(len, words))
    if letters * 2 < sum(not char.isspace() for char in paragraph):
        return False
    latin = sum(char < "\u0250" for word in words for char in word)
    if latin * 2 < letters:
        return False
    functional = sum(word.casefold() in FUNCTION_WORDS for word in words)
    if functional * 5 >= len(words) or len(words) < 4:
        return True
    from py3langid import rank

    ranked: dict[str, float] = dict(rank(paragraph))
    language = max(ranked, key=ranked.__getitem__)
    return language in ENGLISH or ranked[language] - ranked["en"] < CLEAR_MARGIN


def _looks_like_code(paragraph: str, words: int) -> bool:
    signs = len(_CODE_SIGN.findall(paragraph))
    return signs >= 3 and signs * 3 >= words
