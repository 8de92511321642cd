"""Findings out of judged words and proposals: spans chosen and joined, confidences given, rules and places named."""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtcheck.calibration import Calibration, severity
from mtcheck.detector import WordReading
from mtcheck.document import Document
from mtcheck.findings import Finding, Severity, Suggestion, fingerprint
from mtcheck.segments import Span, Window, quotations, sentences
from mtcheck.suggester import Place, Proposal

MOST_SUGGESTIONS = 3
CONVINCING = 0.1
"""A suggestion less likely than this is not offered."""
LONGEST_JOINED = 8
"""Words that a finding may grow to by joining neighbours."""

LEGITIMATE_DOUBLES = frozenset(
    "had that is very so no ha bye blah long many never really far big now well yes there".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding in the making, in the window's code points; ``suggestions`` are (wording, log share)."""

    span: Span
    logit: float
    suggestions: tuple[tuple[str, float], ...]
    doubled: bool = False


def compose(
    document: Document, judged: Iterable[tuple[Window, list[WordReading], list[Place]]], calibration: Calibration
) -> tuple[Finding, ...]:
    """The findings of a document, in the order of their places and without overlaps.

    ``judged`` may be a generator: the windows are taken one by one and not kept.
    """
    quoted = quotations(document.text)
    openings = [span.start for span in quoted]
    findings: list[Finding] = []
    seen: dict[tuple[str, str, str], int] = {}
    for window, words, places in judged:
        for candidate in candidates(window.text, words, places):
            finding = _finding(document, window, candidate, calibration)
            last = bisect_left(openings, finding.end) - 1
            inside = last >= 0 and quoted[last].overlaps(finding.start, finding.end)
            sentence = _sentence(window.text, candidate.span)
            key = (finding.rule, sentence, finding.text)
            seen[key] = seen.get(key, -1) + 1
            name = fingerprint(finding.rule, sentence, finding.text, seen[key])
            findings.append(replace(finding, in_quotation=inside, fingerprint=name))
    return tuple(sorted(findings, key=lambda f: (f.start, f.end)))


def candidates(text: str, words: Sequence[WordReading], places: Sequence[Place]) -> list[Candidate]:
    """Spans of one window: doubled words, then each suspicious word with what its best proposal replaces, joined."""
    found = _doubled(text, words)
    for place in sorted(places, key=lambda p: p.word.span.start):
        span = place.proposals[0].span if place.proposals else place.word.span
        if any(other.span.overlaps(span.start, span.end) for other in found if other.doubled):
            continue
        before = next((c for c in found if c.span.overlaps(place.word.span.start, place.word.span.end)), None)
        if before is not None:
            found[found.index(before)] = replace(before, logit=max(before.logit, place.word.logit))
            continue
        clash = [c for c in found if c.span.overlaps(span.start, span.end)]
        if clash:
            span = place.word.span
        found.append(Candidate(span, place.word.logit, _wordings(text, span, place.proposals)))
    return _joined(text, sorted(found, key=lambda c: c.span.start))


def _wordings(text: str, span: Span, proposals: Sequence[Proposal]) -> tuple[tuple[str, float], ...]:
    """The proposals as wordings of one span; those that reach beyond it are left out."""
    found: dict[str, tuple[str, float]] = {}
    for proposal in proposals:
        if proposal.span.start != span.start or proposal.span.end > span.end:
            continue
        wording = proposal.text + text[proposal.span.end : span.end]
        if text[span.start].isupper() and _opens_sentence(text, span.start):
            wording = wording[:1].upper() + wording[1:]
        found.setdefault(wording.casefold(), (wording, proposal.share))
    return tuple(itertools.islice(found.values(), MOST_SUGGESTIONS))


def _joined(text: str, found: list[Candidate]) -> list[Candidate]:
    """Neighbours with nothing but white space between them become one finding."""
    joined: list[Candidate] = []
    for candidate in found:
        last = joined[-1] if joined else None
        if last and not (last.doubled or candidate.doubled) and _touch(text, last.span, candidate.span):
            joined[-1] = _pair(text, last, candidate)
        else:
            joined.append(candidate)
    return joined


def _touch(text: str, left: Span, right: Span) -> bool:
    between = text[left.end : right.start]
    return between == " " and len(text[left.start : right.end].split()) <= LONGEST_JOINED


def _pair(text: str, left: Candidate, right: Candidate) -> Candidate:
    """Two candidates as one: their best wordings side by side, then one of them exchanged at a time."""
    lefts = left.suggestions or ((text[left.span.start : left.span.end], math.log(0.5)),)
    rights = right.suggestions or ((text[right.span.start : right.span.end], math.log(0.5)),)
    suggestions: tuple[tuple[str, float], ...] = ()
    if left.suggestions or right.suggestions:
        pairs = [(f"{a} {b}", x + y) for (a, x), (b, y) in itertools.product(lefts, rights)]
        suggestions = tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0]))[:MOST_SUGGESTIONS])
    return Candidate(Span(left.span.start, right.span.end), max(left.logit, right.logit), suggestions)


def _doubled(text: str, words: Sequence[WordReading]) -> list[Candidate]:
    """The same word twice, but for words that may stand doubled and names such as Pago Pago."""
    found = []
    for left, right in itertools.pairwise(words):
        one, two = text[left.span.start : left.span.end], text[right.span.start : right.span.end]
        if one.casefold() != two.casefold() or text[left.span.end : right.span.start] != " ":
            continue
        if two[0].isupper() or one.casefold() in LEGITIMATE_DOUBLES:
            continue
        found.append(Candidate(Span(left.span.start, right.span.end), math.inf, ((one, 0.0),), doubled=True))
    return found


def _finding(document: Document, window: Window, candidate: Candidate, calibration: Calibration) -> Finding:
    span = window.span(candidate.span.start, candidate.span.end)
    text = document.text[span.start : span.end]
    confidence = calibration.finding(candidate.logit)
    offered = tuple(
        Suggestion(wording, round(calibration.suggestion(share), 4))
        for wording, share in candidate.suggestions
        if candidate.doubled or calibration.suggestion(share) >= CONVINCING
    )
    if candidate.doubled:
        rule, level, message = "MT402", severity(confidence), "The word stands twice."
    elif offered:
        rule, level, message = "MT101", severity(confidence), f"Garbled wording? It may have been “{offered[0].text}”."
    else:
        rule, level, message = "MT102", Severity.INFO, "Suspicious wording; no convincing suggestion."
    line, column = document.place(span.start)
    end_line, end_column = document.place(span.end)
    return Finding(
        rule=rule,
        severity=level,
        confidence=round(confidence, 4),
        start=span.start,
        end=span.end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=text,
        message=message,
        suggestions=offered,
    )


def _sentence(text: str, span: Span) -> str:
    return next(
        (text[s.start : s.end] for s in sentences(text, 0, len(text)) if s.overlaps(span.start, span.end)), text
    )


def _opens_sentence(text: str, start: int) -> bool:
    return bool(re.search(r"(?:^|[.!?…]|\n)[\s\"'“‘”’)(]*$", text[:start]))
