"""MT202: one name spelled two ways in a document."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import OSA

from mtcheck.names.evidence import Candidate, borne_by_many, inflected, likeness_features, log_count
from mtcheck.names.name_list import NameList
from mtcheck.names.neighbours import likeness
from mtcheck.names.spotting import NameWord, spot
from mtcheck.names.transliteration import fold, skeleton, transliteration_key
from mtcheck.segments import Span

RULE = "MT202"
KIND = "pair"
SHORTEST = 4
MOST_EDITS = 3
LARGEST_SHARE = 0.34
"""Edits by letters up to which two spellings may be one name."""
ESTABLISHED = 8
"""The count from which a name is known to be a name of its own."""
MOST_TOLD = 3
"""Places of each spelling that a finding points to."""
MOST_LOOKED_AT = 40
"""Places of each spelling whose company is looked at."""
MOST_ALIKE = 30
"""Names of the same consonants that are held to each other."""
_LIST = re.compile(r"\s*(?:,|and|or|&|versus|vs\.?|,\s*and)\s*")


def find(text: str, words: Sequence[Span], names: NameList) -> list[Candidate]:
    """The places of the less likely spellings of names that a document spells in two ways.

    ``words`` are the text's words in order. All near pairs that are not ruled out come back; ``believed`` tells of
    which their letters, counts and company say enough.
    """
    forms: dict[str, list[NameWord]] = defaultdict(list)
    for word in spot(text, words, names):
        if len(word.text) >= SHORTEST and not word.shouted and not _plain(word, names):
            forms[fold(word.text)].append(word)
    found = []
    for one, other in _near_pairs(forms):
        if OSA.distance(one, other, score_cutoff=MOST_EDITS) > MOST_EDITS:
            continue
        right, wrong = _likelier(forms[one], forms[other], names)
        features = _features(text, right, wrong, names)
        if features is None:
            continue
        suggestion = right[0].text
        spans = [word.span for word in (*right[:MOST_TOLD], *wrong[:MOST_TOLD])]
        found += [
            Candidate(
                RULE,
                KIND,
                word.span,
                word.text,
                suggestion,
                features,
                tuple(sorted((span for span in spans if span != word.span), key=lambda span: span.start)),
            )
            for word in wrong
        ]
    return _one_each(found)


def believed(candidate: Candidate) -> bool:
    """Whether the spellings are surely of one name, by their letters, counts and company alone."""
    f = candidate.features
    if f["conflict"]:
        return False
    if f["group"]:
        return bool(f["company"] or not f["many"])
    if f["established_both"]:
        return False
    if f["many"]:
        return bool(f["company"] and (f["transliteration"] or f["sound"] or f["edits"] <= 1))
    if f["transliteration"]:
        return True
    if f["company"]:
        return f["letters"] >= 6 and (f["edits"] <= 1 or f["share"] <= 0.25 or bool(f["sound"]))
    if f["wrong_list"] and f["right_list"]:
        return False
    return (
        bool(f["initial"]) and f["letters"] >= 6 and (f["share"] <= 0.15 or (bool(f["sound"]) and f["share"] <= 0.25))
    )


def _near_pairs(forms: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of folded names that may be one, in the order in which they come; not every name is held to every other.

    They have the same consonants, or become equal when each loses a letter.
    """
    order = {form: number for number, form in enumerate(forms)}
    sharing: dict[str, list[str]] = defaultdict(list)
    for form in order:
        for key in {skeleton(form) + "|", *(form[:i] + form[i + 1 :] for i in range(len(form))), form}:
            sharing[key].append(form)
    pairs = {pair for same in sharing.values() for pair in itertools.combinations(same[:MOST_ALIKE], 2)}
    return sorted(pairs, key=lambda pair: (order[pair[0]], order[pair[1]]))


def _plain(word: NameWord, names: NameList) -> bool:
    """A word of the language: its capital is a heading's, an institution's or a sentence's."""
    return names.is_ordinary(word.text) and names.count(word.text) < ESTABLISHED


def _likelier(one: list[NameWord], other: list[NameWord], names: NameList) -> tuple[list[NameWord], list[NameWord]]:
    """The forms as (likelier, less likely): the list counts most, then the document, then what comes first."""

    def weight(form: list[NameWord]) -> tuple[bool, float, bool, int, int]:
        held = names.get(form[0].text)
        trusted = held is not None and held.trusted
        known = names.knows(form[0].text) or names.attests(form[0].text)
        return trusted, log_count(names.count(form[0].text)) // 1.5, known, len(form), -form[0].span.start

    return (one, other) if weight(one) >= weight(other) else (other, one)


def _features(text: str, right: list[NameWord], wrong: list[NameWord], names: NameList) -> dict[str, float] | None:
    a, b = right[0].text, wrong[0].text
    alike = likeness(a, b)
    group = fold(b) in map(fold, names.variants(a))
    if alike.edits == 0 or (alike.share > LARGEST_SHARE and not group and not alike.transliteration):
        return None
    counts = names.count(a), names.count(b)
    held = names.get(b)
    if (held is not None and held.trusted) or (inflected(a, b) and not group):
        return None
    return likeness_features(alike) | {
        "letters": float(min(len(a), len(b))),
        "group": float(group),
        "right_attested": float(names.attests(a)),
        "wrong_attested": float(names.attests(b)),
        "right_list": log_count(counts[0]),
        "wrong_list": log_count(counts[1]),
        "established_both": float(names.knows(a) and names.knows(b) and not alike.transliteration)
        or float(min(counts) >= ESTABLISHED),
        "right_document": log_count(len(right)),
        "wrong_document": log_count(len(wrong)),
        "company": float(_same_company(right, wrong)),
        "conflict": float(_conflict(text, right, wrong)),
        "many": float(borne_by_many(a, names) or borne_by_many(b, names)),
    }


def _same_company(right: list[NameWord], wrong: list[NameWord]) -> bool:
    """Whether both stand in one full name: the same first name or the same surname beside them."""
    pairs = itertools.product(right[:MOST_LOOKED_AT], wrong[:MOST_LOOKED_AT])
    return any(
        (x.before and fold(x.before) == fold(y.before)) or (x.after and fold(x.after) == fold(y.after))
        for x, y in pairs
    )


def _conflict(text: str, right: list[NameWord], wrong: list[NameWord]) -> bool:
    """Whether they must be two: side by side in one name or list, or never without first names that differ."""
    for x, y in itertools.product(right[:MOST_LOOKED_AT], wrong[:MOST_LOOKED_AT]):
        first, second = sorted((x.span, y.span), key=lambda span: span.start)
        between = text[first.end : second.start]
        if len(between) < 10 and (not between.strip(" -") or _LIST.fullmatch(between)):
            return True
    if _same_company(right, wrong):
        return False
    for side in ("before", "after"):
        ones = {fold(getattr(x, side)) for x in right} - {""}
        others = {fold(getattr(y, side)) for y in wrong} - {""}
        if ones and others and not any(_near(p, q) for p in ones for q in others):
            return True
    return False


def _near(one: str, other: str) -> bool:
    initials = min(len(one.rstrip(".")), len(other.rstrip("."))) == 1 and one[0] == other[0]
    return initials or transliteration_key(one) == transliteration_key(other)


def _one_each(found: list[Candidate]) -> list[Candidate]:
    """The nearest candidate of each place, in the order of places."""
    best: dict[int, Candidate] = {}
    for candidate in found:
        so_far = best.get(candidate.span.start)
        if so_far is None or _rank(candidate) < _rank(so_far):
            best[candidate.span.start] = candidate
    return [best[start] for start in sorted(best)]


def _rank(candidate: Candidate) -> tuple[bool, float, str]:
    return not believed(candidate), candidate.features["edits"], candidate.suggestion
