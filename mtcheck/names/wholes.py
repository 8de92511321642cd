"""MT201: a whole name with words of it swapped, in another number or without its capitals: "White Home", "new York"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtcheck.names.evidence import Candidate, log_count
from mtcheck.names.name_list import NameList
from mtcheck.names.spotting import TITLES
from mtcheck.names.transliteration import fold, transliteration_key
from mtcheck.segments import Span

RULE = "MT201"
KIND = "whole"
LONGEST = 7
"""Words of a whole name."""
LEAST_COUNT = 6
"""How often a whole name must have been seen to be suggested."""
FAR_COMMONER = 10
"""How many times as often as the wording as it stands."""
MOST_CHANGED = 4
SMALL = frozenset("a an of and the for on in to by with at from de la del al bin van von der".split())
"""Words that may be lower case inside a name."""

_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")


@dataclass(frozen=True, slots=True)
class _Path:
    """How far a whole name has been followed: its words, and how many of them are swapped or in another number."""

    words: tuple[str, ...] = ()
    swapped: int = 0
    number: int = 0


def find(text: str, words: Sequence[Span], names: NameList) -> list[Candidate]:
    """The places of wordings that are one step from a far commoner whole name, the best one of each.

    ``words`` are the text's words in order. The wording must have capitals as a name has, or, where all its words are
    right, some but not all of them.
    """
    found: list[Candidate] = []
    for first in range(len(words)):
        stretch = _stretch(text, words, first)
        if len(stretch) >= 2:
            found += _renderings(text, stretch, names)
            found += _followed(text, stretch, names)
    best: list[Candidate] = []
    for candidate in sorted(found, key=_rank):
        if not any(candidate.span.overlaps(other.span.start, other.span.end) for other in best):
            best.append(candidate)
    return sorted(best, key=lambda candidate: candidate.span.start)


def _stretch(text: str, words: Sequence[Span], first: int) -> list[Span]:
    """Words from one on with single spaces between them, at most LONGEST; a possessive ends it."""
    taken = [words[first]]
    for span in words[first + 1 : first + LONGEST]:
        if span.start - taken[-1].end != 1 or text[taken[-1].end] not in " \u00a0":
            break
        if _POSSESSIVE.search(text[taken[-1].start : taken[-1].end]):
            break
        taken.append(span)
    word = text[taken[0].start : taken[0].end]
    return taken if fold(word) not in SMALL else []


def _renderings(text: str, stretch: Sequence[Span], names: NameList) -> Iterator[Candidate]:
    for size in range(2, len(stretch) + 1):
        written = _written(text, stretch[:size])
        original = names.rendering(written)
        if original and not written.isupper():
            words = original.split()
            count = names.whole_count(*words)
            if count >= max(LEAST_COUNT, FAR_COMMONER * names.whole_count(*written.split())):
                yield _candidate(text, stretch[:size], words, names, _Path(tuple(words), size, 0), rendering=True)


def _followed(text: str, stretch: Sequence[Span], names: NameList) -> Iterator[Candidate]:
    """The whole names that lead from the stretch's first word on, by swaps of words of the language."""
    if not any(text[span.start].isupper() for span in stretch[:3]):
        return
    paths = [_Path()]
    for size, span in enumerate(stretch, 1):
        word = _bare(text[span.start : span.end])
        longer = []
        for path in paths:
            for option, swapped, number in _options(word, names):
                if path.swapped + swapped + path.number + number <= MOST_CHANGED:
                    longer.append(_Path((*path.words, option), path.swapped + swapped, path.number + number))
        if size >= 2:
            for path in longer:
                if _is_candidate(text, stretch[:size], path, names):
                    yield _candidate(text, stretch[:size], path.words, names, path)
        paths = [path for path in longer if names.opens_whole(*path.words)]
        if not paths:
            return


def _options(word: str, names: NameList) -> list[tuple[str, int, int]]:
    folded = fold(word)
    found = [(folded, 0, 0)]
    if not names.is_ordinary(word):
        # Another transliteration is no other name.
        key = transliteration_key(word)
        return found + [(fold(x), 1, 0) for x in names.variants(word) if transliteration_key(x) != key]
    for other in names.swapped(word):
        same = other in (f"{folded}s", folded.removesuffix("s"))
        found.append((other, int(not same), int(same)))
    return found


def _is_candidate(text: str, stretch: Sequence[Span], path: _Path, names: NameList) -> bool:
    written = [_bare(text[span.start : span.end]) for span in stretch]
    count = names.whole_count(*path.words)
    if count < LEAST_COUNT or path.words[-1] in SMALL:
        return False
    content = [word for word in written if fold(word) not in SMALL]
    capitals = sum(word[0].isupper() for word in content)
    if path.swapped or path.number:
        if capitals < len(content) or all(word.isupper() for word in content) or names.opens_whole(*written):
            return False
        # A name whose words can be taken for others is a name of its own where it is seen as one.
        return count >= FAR_COMMONER * names.whole_count(*written)
    # All words right: the first has lost its capital, and it is no title, which may be without.
    lost = written[0][0].islower() and capitals == len(content) - 1
    return lost and len(content) == len(written) and fold(written[0]) not in TITLES


def _candidate(
    text: str,
    stretch: Sequence[Span],
    words: Sequence[str],
    names: NameList,
    path: _Path,
    rendering: bool = False,
) -> Candidate:
    written = [_bare(text[span.start : span.end]) for span in stretch]
    span = Span(stretch[0].start, stretch[-1].start + len(written[-1]))
    content = [word for word in written if fold(word) not in SMALL]
    features = {
        "list": log_count(names.whole_count(*words)),
        "own": log_count(names.whole_count(*written)),
        "words": float(len(words)),
        "swapped": float(path.swapped),
        "kept": float(sum(fold(a) == fold(b) for a, b in zip(written, words, strict=False))),
        "number": float(path.number),
        "rendering": float(rendering),
        "case": float(not path.swapped and not path.number),
        "lower": float(sum(word[0].islower() for word in content)),
    }
    return Candidate(RULE, KIND, span, text[span.start : span.end], _spelled(written, words, names), features)


def _spelled(written: Sequence[str], words: Sequence[str], names: NameList) -> str:
    """The words with a name's capitals; those that stay are kept as they are written but for a lost capital."""
    out = []
    for number, word in enumerate(words):
        held = written[number] if number < len(written) and fold(written[number]) == word else None
        if word in SMALL and number:
            out.append(word)
        elif held is not None:
            out.append(held[0].upper() + held[1:])
        else:
            known = names.get(word) if not names.is_ordinary(word) else None
            out.append(known.text if known else word[0].upper() + word[1:])
    return " ".join(out)


def _written(text: str, stretch: Sequence[Span]) -> str:
    return " ".join(_bare(text[span.start : span.end]) for span in stretch)


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word)


def _rank(candidate: Candidate) -> tuple[float, float, float, int]:
    f = candidate.features
    return -f["rendering"], f["swapped"] + f["number"] - f["kept"], -f["list"], candidate.span.start
