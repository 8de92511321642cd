"""Keys that spellings of one name share, whatever the transliteration: "Zelenskyy" and "Zelensky".

``transliteration_key`` is narrow: two names with the same key are most likely one name. ``skeleton`` is wide: it drops
the vowels and only says where to look for neighbours.
"""

from __future__ import annotations

import re
import unicodedata

RULES: tuple[tuple[str, str], ...] = (
    (r"['’ʼʻ`-]", ""),
    (r"s(?:hch|ch?tch|hh)|tzsch|tsch|tch|cz|ch", "C"),
    (r"sch|sh|sz", "S"),
    (r"dzh|zh|dj|j(?=[aeou])", "J"),
    (r"kh|gh(?=[aeiou])|(?<=[aeiou])h(?=[aeiou])", "h"),
    (r"ph", "f"),
    (r"th", "t"),
    (r"dh", "d"),
    (r"ts|tz", "c"),
    (r"x", "ks"),
    (r"ck|q|c(?![ei])", "k"),
    (r"ku(?=[aei])", "kv"),
    (r"(?<=[oe])(?:ff?|w)$", "v"),
    (r"w", "v"),
    (r"sk(?:iy|ij|yy|ii|iji|yi|y|i)$|sky$", "ski"),
    (r"ou|oo", "u"),
    (r"ee|ie|ij|iy|yi|ii|yy|ey|ei|y|j", "i"),
    (r"(?<=[aeou])i(?=[aeou])", ""),
    (r"(.)\1", r"\1"),
)
"""Regular expressions on a folded name and what takes their place, in this order. Capitals are sounds of their own."""

_COMPILED = tuple((re.compile(pattern), new) for pattern, new in RULES)
_VOWELS = re.compile(r"(?<!^)[aeiouhJ]")
_FIRST_VOWEL = re.compile(r"^[aeiou]")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "’": "'", "ʼ": "'"}
)


def fold(name: str) -> str:
    """A name in lower case, without accents, its apostrophes straight: what makes no other name."""
    if not name.isascii():
        name = _plain_letters(_plain_letters(name).casefold())  # styled letters have a case once they are plain ones
    return name.casefold().translate(_LETTERS)


def _plain_letters(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def transliteration_key(name: str) -> str:
    """What all transliterations of a name should have in common."""
    key = fold(name)
    for pattern, new in _COMPILED:
        key = pattern.sub(new, key)
    return key


def skeleton(name: str) -> str:
    """The consonants of a name's transliteration key, voiced and voiceless alike where languages confuse them."""
    key = _FIRST_VOWEL.sub("a", transliteration_key(name))
    return _VOWELS.sub("", key).replace("c", "s").replace("z", "s").replace("C", "S")
