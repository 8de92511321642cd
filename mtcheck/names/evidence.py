"""What speaks for a name being a wrong spelling of another: candidates with their evidence as features."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mtcheck.names.name_list import NameList
from mtcheck.names.neighbours import Likeness
from mtcheck.names.transliteration import fold
from mtcheck.segments import Span

_ENDINGS = tuple(
    "s es n an ian ans ians en ese i is ish ic er ers ite ites a na ism ist ists esque e o in ya aya care land".split()
)
# Endings that man and woman, people and land, or cases of one name have in turn.
_PAIRS = tuple(
    (pair.split("/")[0], pair.split("/")[1])
    for pair in """sky/skaya ski/ska sky/ska skyi/ska o/a os/as us/a e/a ia/ian ia/ic y/ia y/ies e/ian a/an a/ese i/a
    an/ans an/a ez/es ene/aite as/iene dottir/son ii/a iy/a y/a is/i is/a al/el ina/ine o/i us/i""".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name at ``span`` that may be a wrong spelling of ``suggestion``.

    ``kind`` names the evidence it rests on: a ``word`` near one of the list, a ``whole`` name, a ``pair`` in the text.
    ``elsewhere`` has the other places of the name in the document that support it, in either spelling. ``features``
    are what a confidence can be fitted to; counts in them are natural logarithms of one more than the count.
    """

    rule: str
    kind: str
    span: Span
    text: str
    suggestion: str
    features: Mapping[str, float]
    elsewhere: tuple[Span, ...] = ()


def likeness_features(alike: Likeness) -> dict[str, float]:
    """Likeness as numbers."""
    return {
        "edits": float(alike.edits),
        "share": alike.share,
        "sound": float(alike.sound),
        "transliteration": float(alike.transliteration),
        "initial": float(alike.initial),
    }


def log_count(count: int) -> float:
    """A count as a feature."""
    return math.log1p(count)


def inflected(one: str, other: str) -> bool:
    """Whether two words differ as forms of one word, a people and its land, or man and woman of a family do."""
    a, b = sorted((fold(one), fold(other)), key=len)
    if a + a[-1:] != b and b.startswith(a) and b[len(a) :] in _ENDINGS:
        return True
    for x, y in _PAIRS:
        if (a.endswith(x) and b.endswith(y) and a[: -len(x)] == b[: -len(y)]) or (
            a.endswith(y) and b.endswith(x) and a[: -len(y)] == b[: -len(x)]
        ):
            return len(a) > len(x)
    return False


def is_made_of_known(word: str, names: NameList) -> bool:
    """Whether a word is put together from names and words that are right: "Franco-German", "Trumpism", "al-Sisi"."""
    folded = fold(word)
    parts = folded.replace("'", "-").split("-")
    if len(parts) > 1:
        return all(len(part) < 3 or names.knows(part) or names.is_ordinary(part) for part in parts)
    if any(
        folded.endswith(end) and len(folded) - len(end) >= 4 and _is_right(folded[: -len(end)], names)
        for end in _ENDINGS
    ):
        return True
    return any(
        _is_right(folded[:cut], names) and _is_right(folded[cut:], names) for cut in range(4, len(folded) - 3)
    ) or (folded.startswith(("mc", "mac", "non", "pro", "pan", "anti")) and _is_right(folded[3:], names))


def borne_by_many(word: str, names: NameList) -> bool:
    """Whether a word is a first name, or part of many names: two bearers of it need not be one person."""
    return sum(1 for _ in names.companions(word)) >= _MANY


_MANY = 6


def _is_right(word: str, names: NameList) -> bool:
    return names.knows(word) or names.is_ordinary(word)
