"""The second look at a window: with its sure fixes in place, the words around them are judged in a sounder context.

The draft itself stays as it is; its copy is written again, with the fixes, and read from the first of them on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtcheck.calibration import Logistic
from mtcheck.detector import WordPlace, WordReading
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal

SURE_WORDING = 0.0
"""Log odds that a wording must have to be put in place."""
NEAR = 15
"""Code points from a fix within which the first look's proposals are made anew."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A window's text with fixes in place, and the way back: ``fixed`` are the fixes' spans in both texts, in order."""

    text: str
    fixed: tuple[tuple[Span, Span], ...]

    def back(self, span: Span) -> Span | None:
        """The first text's span for one of this text; None where it touches a fix."""
        number = bisect_right(self.fixed, span.start, key=lambda pair: pair[1].start)
        if number < len(self.fixed) and span.end > self.fixed[number][1].start:
            return None
        if number == 0:
            return span
        before, after = self.fixed[number - 1]
        if span.start < after.end:
            return None
        shift = before.end - after.end
        return Span(span.start + shift, span.end + shift)


def sure_fixes(places: Sequence[Place], fix_from: float) -> list[Proposal]:
    """The likeliest proposals of places that are surely garbled (log odds of ``fix_from`` and up), without overlaps."""
    chosen: list[Proposal] = []
    for place in sorted(places, key=lambda p: (-p.word.logit, p.word.span.start)):
        if place.word.logit < fix_from or not place.proposals:
            continue
        best = place.proposals[0]
        if best.score >= SURE_WORDING and not any(best.span.overlaps(c.span.start, c.span.end) for c in chosen):
            chosen.append(best)
    return chosen


def mend(text: str, fixes: Sequence[Proposal]) -> Mended:
    """Put fixes in place; they must not overlap."""
    parts: list[str] = []
    fixed: list[tuple[Span, Span]] = []
    last = length = 0
    for fix in sorted(fixes, key=lambda f: f.span.start):
        parts += [text[last : fix.span.start], fix.text]
        start = length + fix.span.start - last
        length = start + len(fix.text)
        fixed.append((fix.span, Span(start, length)))
        last = fix.span.end
    return Mended("".join([*parts, text[last:]]), tuple(fixed))


def judge_again(
    copied: Iterable[tuple[WordPlace, dict[str, float]]],
    mended: Mended,
    before: Sequence[WordReading],
    weights: Logistic,
) -> list[WordReading]:
    """Judge the words of the mended copy that are not fixes, in view of what the first look said of them."""
    known = {word.span: word for word in before}
    judged = []
    for place, figures in copied:
        span = mended.back(place.span)
        first = known.get(span) if span else None
        if first is not None:
            old = {name: first.features[name] for name in ("plain", "rate")}
            features = figures | old | {"before": first.logit}
            logit = weights.logit(features)
            judged.append(
                WordReading(place.span, place.first, place.behind, place.departs, first.alone, logit, features)
            )
    return judged


def settled(mended: Mended, words: Sequence[WordReading], places: Sequence[Place]) -> set[Span]:
    """The mended text's words, by span, that keep the first look's proposals: they have some, and no fix is near."""
    known = {place.word.span for place in places if place.proposals}
    fixes = [after for _, after in mended.fixed]
    ends = [after.end for after in fixes]
    found = set()
    for word in words:
        span = word.span
        number = bisect_right(ends, span.start - NEAR)
        far = number == len(fixes) or fixes[number].start > span.end + NEAR
        if far and mended.back(span) in known:
            found.add(span)
    return found


def join(
    mended: Mended,
    words: Sequence[WordReading],
    places: Sequence[Place],
    again: Sequence[WordReading],
    found: Sequence[Place],
) -> tuple[list[WordReading], list[Place]]:
    """Words and places of both looks, in the draft's code points.

    Fixes keep what the first look said of them; of all other words the second is believed. Where it proposes nothing
    new for a word, the first look's proposals stay.
    """
    judged = {mended.back(word.span): word for word in again}
    merged = []
    for word in words:
        second = judged.get(word.span)
        merged.append(replace(word, logit=second.logit, features=second.features) if second else word)
    now = {word.span: word for word in merged}
    before = {place.word.span: place.proposals for place in places}
    proposals = {span: some for span, some in before.items() if span not in judged}
    for place in found:
        span = mended.back(place.word.span)
        if span is not None:
            proposals[span] = _moved(mended, place.proposals) or before.get(span, [])
    return merged, [Place(0, now[span], some) for span, some in proposals.items()]


def _moved(mended: Mended, proposals: Sequence[Proposal]) -> list[Proposal]:
    """Proposals for the mended text as such for the first; those that would change a fix are left out."""
    moved = []
    for proposal in proposals:
        span = mended.back(proposal.span)
        if span is not None:
            moved.append(replace(proposal, span=span))
    return moved
