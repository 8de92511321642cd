"""The indefinite article that a suggested wording needs: "an economic gain" where "an financial gain" stood."""

from __future__ import annotations

import re

_VOWEL = re.compile(r"(?i:[aeiou]|hour|honest|honou?r|heir)|[FHLMNRSX](?:[A-Z.]|$|-)")
_CONSONANT = re.compile(r"(?i:uni(?![nm])|us[eu]|uti|ura|eu|ewe|one(?:$|-)|once|ubiq|u\.?[ks]\b|ufo)|U[A-Z]")
_BEFORE_WORD = re.compile(r"\b([Aa])n?( )(?=([^\W\d_][\w.'’-]*))")


def article_for(word: str) -> str:
    """``a`` or ``an``, by how the word most likely begins when it is spoken."""
    return "an" if _VOWEL.match(word) and not _CONSONANT.match(word) else "a"


def fit_articles(wording: str) -> str:
    """A wording in which every a and an goes with the word behind it."""

    def fitted(match: re.Match[str]) -> str:
        first, space, word = match.groups()
        return first + article_for(word)[1:] + space

    return _BEFORE_WORD.sub(fitted, wording)
