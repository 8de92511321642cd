"""What the original may have said: alternatives decoded from the editing pass until the copy resumes."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mtcheck.detector import WordReading
from mtcheck.language_model.editing import Tokens
from mtcheck.language_model.passes import Continuation, Copies, CopyReading, Start
from mtcheck.segments import Span, unchecked
from mtcheck.swaps import NONE

ALTERNATIVES = 3
"""First tokens that are tried at each place."""
LEAST_SHARE = 0.02
"""A first token with a smaller share of the probability that is not the copy's is not tried."""
FIRST_BEHIND = 1.5
"""Nats that a first token may be less likely than the likeliest of its place."""
MOST_BEHIND = 2.5
"""Nats that a whole wording may be less likely than the likeliest of its place."""
LONGEST = 6
"""Tokens decoded behind the first, the two in which the copy resumes among them."""
SURE_RETURN = math.log(0.5)
"""Log-probability from which the token behind the word proves by itself that the copy resumes there."""
REACH = 16
"""How many tokens of the draft a suggestion may replace."""
FALLBACK_LENGTH = 6
"""Decoded tokens after which a return that only one token proves is no longer believed."""
FALLBACK_REACH = 4
"""How many tokens of the draft may be replaced where only one token proves the return."""
LEAST_GARBLED = 0.3
"""Mean chance to be garbled that the words replaced by a proposal must have, unless it is likely itself."""
LIKELY_SHARE = math.log(0.3)

LEAST_SHARE_NATS = -12.0
"""Log shares are cut off here: what is below is the language model's noise."""

_REST_OF_WORD = re.compile(r"(?:[-'’.]?[^\W_]|[\u0300-\u036f])+")
_NEXT_WORD = re.compile(r" ?([^\W_]+(?:[-'’.][^\W_]+)*)")
_LAST_WORD = re.compile(r"([^\W_]+(?:[-'’.][^\W_]+)*) $")
_DIGIT = re.compile(r"\d")
_NEGATION = re.compile(r"\b(?:not|no|never|none|nor|neither|without|cannot)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to mend a place: the window's code points of ``span`` become ``text``.

    ``logprob`` (nats) is that of the decoded tokens and of the copy resuming behind them; ``share`` the same beside all
    that is not the wording as it stands. ``swap`` is the log of the chance that a machine makes what stands there of
    it, ``score`` the log odds that it is the original's wording; ranking gives both. ``fluency`` (nats) is what the
    sentence gains by it, read as plain text, where there are others nearly as likely.
    """

    span: Span
    text: str
    logprob: float
    share: float
    swap: float = NONE
    fluency: float = 0.0
    score: float = 0.0

    def features(self) -> dict[str, float]:
        """What its score rests on."""
        return {"share": max(self.share, LEAST_SHARE_NATS), "swap": self.swap, "fluency": self.fluency}


@dataclass(slots=True)
class Place:
    """A word that looks garbled in one window of a pass, and the proposals for it, likeliest first."""

    row: int
    word: WordReading
    proposals: list[Proposal] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Attempt:
    place: Place
    at: int
    first: int
    logprob: float


def propose(
    read: Copies,
    texts: Sequence[str],
    tokens: Sequence[Tokens],
    words: Sequence[Sequence[WordReading]],
    places: Sequence[Place],
    decode: Callable[[Sequence[int]], str],
    end: int,
) -> None:
    """Fill in the proposals of all places in some copies; their decoding steps are taken together.

    ``end`` is the token that the model gives where a text ends.
    """
    barred = {row: unchecked(texts[row]) for row in {place.row for place in places}}
    attempts = [
        attempt for place in places for attempt in _attempts(place, read.readings[place.row], tokens[place.row])
    ]

    held = [[*item.ids, end] for item in tokens]

    likeliest: dict[tuple[int, int], float] = {}
    beaten: set[int] = set()
    returns: dict[int, tuple[int, int]] = {}

    def done(index: int, continuation: Continuation) -> bool:
        attempt = attempts[index]
        place = attempt.place.row, attempt.at
        decoded = [attempt.first, *continuation.tokens]
        draft, behind = held[attempt.place.row], attempt.place.word.behind
        returned = _resumption(draft, attempt.at, decoded)
        if returned is None and decoded[-1] == draft[behind] and continuation.logprobs[-1] >= SURE_RETURN:
            returned = len(decoded) - 1, behind
        logprob = attempt.logprob + sum(continuation.logprobs[: returned[0] if returned else None])
        if returned:
            returns[index] = returned
        if returned or decoded[-1] == end:
            likeliest[place] = max(logprob, likeliest.get(place, logprob))
            return True
        if logprob < likeliest.get(place, -math.inf) - MOST_BEHIND:
            beaten.add(index)
        return index in beaten

    starts = [Start(attempt.place.row, attempt.at, attempt.first) for attempt in attempts]
    for index, continuation in enumerate(read.continue_from(starts, done, LONGEST)):
        if index in beaten:
            continue
        attempt = attempts[index]
        row = attempt.place.row
        reading = read.readings[row]
        proposal = _proposal(attempt, continuation, returns.get(index), texts[row], tokens[row], reading, decode, end)
        if proposal is None or any(bar.overlaps(proposal.span.start, proposal.span.end) for bar in barred[row]):
            continue
        if _resumed_in_place(proposal, words[row]):
            attempt.place.proposals.append(proposal)
    for place in places:
        place.proposals = _ranked(place.proposals)


def _attempts(place: Place, reading: CopyReading, tokens: Tokens) -> list[_Attempt]:
    at = place.word.departs
    left = -math.expm1(-float(reading.surprisal[at]))  # probability of anything but the copy
    found: list[_Attempt] = []
    for token, logprob in zip(reading.best_ids[at].tolist(), reading.best_logprobs[at].tolist(), strict=True):
        least = max(math.log(LEAST_SHARE * left + 1e-30), found[0].logprob - FIRST_BEHIND if found else -math.inf)
        if token != tokens.ids[at] and logprob >= least and len(found) < ALTERNATIVES:
            found.append(_Attempt(place, at, token, logprob))
    return found


def _resumption(held: Sequence[int], at: int, decoded: Sequence[int], single: bool = False) -> tuple[int, int] | None:
    """Where the decoded tokens return to the draft: (decoded tokens that are new, draft token they return to).

    ``held`` are the draft's tokens and its end. Two tokens in a row must agree, or the end, or, with ``single``, one.
    """
    need, reach = (1, FALLBACK_REACH) if single else (2, REACH)
    tail = list(decoded[-need:])
    if len(decoded) >= need:
        for back in range(at, min(len(held) - need, at + reach) + 1):
            if list(held[back : back + need]) == tail:
                return len(decoded) - need, back
    ended = decoded[-1] == held[-1] and len(held) - 1 - at <= REACH
    return (len(decoded) - 1, len(held) - 1) if ended else None


def _proposal(
    attempt: _Attempt,
    continuation: Continuation,
    returned: tuple[int, int] | None,
    text: str,
    tokens: Tokens,
    reading: CopyReading,
    decode: Callable[[Sequence[int]], str],
    end_token: int,
) -> Proposal | None:
    decoded = [attempt.first, *continuation.tokens]
    held = [*tokens.ids, end_token]
    returned = returned or next(
        (
            found
            for length in range(2, min(len(decoded), FALLBACK_LENGTH) + 1)
            if (found := _resumption(held, attempt.at, decoded[:length], single=True))
        ),
        None,
    )
    if returned is None:
        return None
    new, back = returned
    start, at = attempt.place.word.span.start, tokens.offsets[attempt.at][0]
    end = tokens.offsets[back - 1][1] if back > attempt.at else at
    edit = _whole_words(text, start, end, text[start : max(start, at)] + decode(decoded[:new]))
    if edit is None or _is_nonsense(text[edit[0].start : edit[0].end], edit[1]):
        return None
    logprob = attempt.logprob + sum(continuation.logprobs[:new])
    left = -math.expm1(-float(reading.surprisal[attempt.at]))
    return Proposal(*edit, logprob, logprob - math.log(max(left, 1e-6)))


def _whole_words(text: str, start: int, end: int, wording: str) -> tuple[Span, str] | None:
    """Let both sides begin and end with whole words and neither be empty; None where no word of the line serves."""
    end = max(start, end)
    if end > start and not text[end - 1].isspace() and (rest := _REST_OF_WORD.match(text, end)):
        wording, end = wording + rest.group(), rest.end()
    wording = " ".join(wording.split())
    end = start + len(text[start:end].rstrip())
    if "\n" in text[start:end]:
        return None
    if end > start and wording:
        return Span(start, end), wording
    if following := _NEXT_WORD.match(text, end):
        return Span(start, following.end()), f"{wording} {following.group(1)}".strip()
    if before := _LAST_WORD.search(text, 0, start):
        return Span(before.start(), end), f"{before.group(1)} {wording}".strip()
    return None


def _is_nonsense(before: str, after: str) -> bool:
    """Nothing changed, a number changed, a negation came or went, or what was decoded is no text."""
    if before.casefold() == after.casefold() or "<|" in after or "\ufffd" in after:
        return True
    if _DIGIT.findall(before) != _DIGIT.findall(after):
        return True
    return bool(_NEGATION.search(before)) != bool(_NEGATION.search(after))


def _resumed_in_place(proposal: Proposal, words: Sequence[WordReading]) -> bool:
    """Whether the copy resumed where it should: the wording is likely, or most of what it replaces looks garbled."""
    span = proposal.span
    chances = [word.chance_alone for word in words if word.span.overlaps(span.start, span.end)]
    return len(chances) < 2 or proposal.share >= LIKELY_SHARE or sum(chances) / len(chances) >= LEAST_GARBLED


def _ranked(proposals: list[Proposal]) -> list[Proposal]:
    """Likeliest first, each wording once, without those that are far less likely than the first."""
    seen: dict[tuple[int, int, str], Proposal] = {}
    least = max((p.logprob for p in proposals), default=0.0) - MOST_BEHIND
    for proposal in sorted((p for p in proposals if p.logprob >= least), key=lambda p: (-p.logprob, p.text)):
        seen.setdefault((proposal.span.start, proposal.span.end, proposal.text.casefold()), proposal)
    return list(seen.values())
