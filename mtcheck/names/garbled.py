"""MT201: a name that the list does not know, beside one that it knows well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mtcheck.names.evidence import (
    Candidate,
    borne_by_many,
    inflected,
    is_made_of_known,
    likeness_features,
    log_count,
)
from mtcheck.names.name_list import Kind, NameList
from mtcheck.names.neighbours import Neighbour, neighbours
from mtcheck.names.spotting import NameWord, spot
from mtcheck.names.transliteration import fold
from mtcheck.segments import Span

RULE = "MT201"
KIND = "word"
SHORTEST = 5
COMMON = 15
"""The count that a neighbour must have where nothing but likeness speaks for it."""
FAMOUS = 60
LEAST_COMMON = 2
"""Neighbours with a smaller count are no better known than the word itself."""
RARE = 3
"""The count up to which a name of the list may still be a slip for one that is FAR_COMMONER."""
FAR_COMMONER = 8


def find(text: str, words: Sequence[Span], names: NameList) -> list[Candidate]:
    """The places of unknown names with a neighbour that is far commoner, the best one of each.

    ``words`` are the text's words in order. All with a neighbour come back; ``believed`` tells of which their letters
    and counts say enough.
    """
    spotted = spot(text, words, names)
    counts = Counter(fold(word.text) for word in spotted)
    found = []
    for word in spotted:
        if _may_be_garbled(word, names):
            near = neighbours(word.text, names)
            candidates = [
                _candidate(word, one, near, names, counts[fold(word.text)])
                for one in near
                if one.name.count >= max(LEAST_COMMON, FAR_COMMONER * names.count(word.text)) or one.name.trusted
            ]
            if candidates:
                found.append(min(candidates, key=lambda candidate: _rank(candidate)))
    return found


def believed(candidate: Candidate) -> bool:
    """Whether the name is surely a wrong spelling, by letters, counts and the name around it alone."""
    f = candidate.features
    if f["inflected"]:
        return False
    if f["trusted"]:
        return f["share"] <= 0.25
    if f["known"]:
        return False
    if f["whole"]:
        return f["share"] <= 0.25 or bool(f["transliteration"] or f["sound"])
    if f["given"] and f["first"]:
        close = bool(f["transliteration"]) or f["edits"] <= 1 or (f["edits"] <= 2 and f["letters"] >= 9)
        return close and f["list"] >= log_count(COMMON) and f["letters"] >= 7 and not f["rivals"]
    if f["beside"]:
        return False
    if f["transliteration"]:
        return f["list"] >= log_count(COMMON) and f["letters"] >= 6
    return bool(
        f["edits"] <= 1
        and f["initial"]
        and f["list"] >= log_count(FAMOUS)
        and f["letters"] >= 7
        and not f["rivals"]
        and (f["place"] or f["letters"] >= 8)
    )


def _may_be_garbled(word: NameWord, names: NameList) -> bool:
    held = names.get(word.text)
    return (
        len(word.text) >= SHORTEST
        and not word.shouted
        and (held is None or (held.count <= RARE and not held.trusted))
        and not names.is_ordinary(word.text)
        and not is_made_of_known(word.text, names)
    )


def _candidate(
    word: NameWord, near: Neighbour, all_near: Sequence[Neighbour], names: NameList, in_document: int
) -> Candidate:
    name = near.name
    whole = names.whole_count(word.before, name.text) + names.whole_count(name.text, word.after)
    rivals = sum(
        1
        for other in all_near
        if other.name.text != name.text
        and other.likeness.edits <= near.likeness.edits
        and other.name.count * 5 >= name.count
        and fold(other.name.text) not in map(fold, names.variants(name.text))
    )
    features = likeness_features(near.likeness) | {
        "letters": float(len(word.text)),
        "list": log_count(name.count),
        "own": log_count(names.count(word.text)),
        "known": float(names.knows(word.text)),
        "attested": float(names.attests(word.text)),
        "document": log_count(in_document),
        "whole": log_count(whole),
        "trusted": float(name.trusted),
        "place": float(Kind.PLACE in name.kinds),
        "given": float(borne_by_many(name.text, names)),
        "first": float(not word.before and bool(word.after)),
        "beside": float(bool(word.before or word.after)),
        "titled": float(word.titled),
        "opens": float(word.opens),
        "rivals": float(rivals),
        "inflected": float(inflected(word.text, name.text)),
    }
    return Candidate(RULE, KIND, word.span, word.text, _as_written(word.text, name.text), features)


def _as_written(text: str, name: str) -> str:
    return name if name[:1].isupper() or not text[:1].isupper() else name[:1].upper() + name[1:]


def _rank(candidate: Candidate) -> tuple[bool, float, float, float, str]:
    f = candidate.features
    return (
        not believed(candidate),
        -f["whole"],
        f["edits"] - 0.5 * f["transliteration"],
        -f["list"],
        candidate.suggestion,
    )
