"""Findings out of judged words and proposals: spans chosen and joined, confidences given, rules and places named."""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtcheck.articles import fit_articles
from mtcheck.calibration import ERROR_CONFIDENCE, Calibration, severity
from mtcheck.detector import WordReading
from mtcheck.document import Document
from mtcheck.findings import Finding, Severity, Suggestion, fingerprint
from mtcheck.names import variants
from mtcheck.names.judging import NameReading, may_stand_for
from mtcheck.names.name_list import NameList
from mtcheck.names.wholes import SMALL
from mtcheck.segments import Span, Window, quotations, sentences
from mtcheck.suggester import Place, Proposal

MOST_SUGGESTIONS = 3
LEAST_CONFIDENCE = 0.1
"""What is wrong in nine cases of ten is not worth a line, not even as information."""
CONVINCING = 0.05
"""A suggestion of which a part is less likely than this is offered only where the finding is sure."""
JOINED_FROM = 0.35
"""Log odds that both neighbours must have to be joined; garbles count twice in them, so .7 would be even odds."""
UNMENDED = -1.5
"""Log odds to be right that a joined neighbour's text has where nothing was proposed for it."""
LEAST_SCORE = -6.0
"""Log odds that a finding's best wording is taken to have where it has none."""
LONGEST_JOINED = 8
"""Words that a finding may grow to by joining neighbours."""

_ARTICLE = re.compile(r"\b[Aa]n? $")
SURE = 5.0
"""Log odds of a finding that needs no language model."""
NEVER_DOUBLED = frozenset(
    "a an and as at but by for from if into of or our than the their these they to was were with".split()
)


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording for a candidate: ``score`` is the log odds that it is the original's, ``weakest`` its weakest part's.

    ``surprisal`` (nats) is that of decoding it.
    """

    text: str
    score: float
    weakest: float
    surprisal: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding in the making; ``span`` is in the window's code points, ``wordings`` are the likeliest first.

    ``rate`` is how garbled the document's other words look, in log odds.
    """

    span: Span
    logit: float
    wordings: tuple[Wording, ...]
    rate: float
    doubled: bool = False
    name: bool = False

    def features(self) -> dict[str, float]:
        """What its confidence rests on."""
        best = self.wordings[0] if self.wordings else None
        return {
            "logit": self.logit,
            "score": max(best.score, LEAST_SCORE) if best else LEAST_SCORE,
            "mended": float(best is not None),
            "name": float(self.name),
            "rate": self.rate,
        }


class Composer:
    """Makes the findings of one document, window by window in their order; windows are not kept."""

    def __init__(self, document: Document, calibration: Calibration, names: NameList) -> None:
        self._document = document
        self._calibration = calibration
        self._names = names
        self._quoted = quotations(document.text)
        self._openings = [span.start for span in self._quoted]
        self._findings: list[Finding] = []
        self._seen: dict[tuple[str, str, str], int] = {}

    def add(
        self, window: Window, words: Sequence[WordReading], places: Sequence[Place], read: Sequence[NameReading]
    ) -> None:
        """Take in one window's judged words, the proposals at suspicious ones, and its names."""
        wordings = [_without_far_names(window.text, c, self._names) for c in candidates(window.text, words, places)]
        found = [(c.span, _finding(self._document, window, c, self._calibration)) for c in wordings if c is not None]
        found += [(reading.span, _name_finding(self._document, reading)) for reading in read]
        for span, finding in _best(pair for pair in found if pair[1].confidence >= LEAST_CONFIDENCE):
            last = bisect_left(self._openings, finding.end) - 1
            inside = last >= 0 and self._quoted[last].overlaps(finding.start, finding.end)
            sentence = _sentence(window.text, span)
            key = (finding.rule, " ".join(sentence.split()).casefold(), " ".join(finding.text.split()).casefold())
            self._seen[key] = self._seen.get(key, -1) + 1
            name = fingerprint(finding.rule, sentence, finding.text, self._seen[key])
            self._findings.append(replace(finding, in_quotation=inside, fingerprint=name))

    def findings(self) -> tuple[Finding, ...]:
        """The findings of the windows so far, in the order of their places and without overlaps."""
        return tuple(sorted(self._findings, key=lambda f: (f.start, f.end)))


def _best(found: Iterable[tuple[Span, Finding]]) -> list[tuple[Span, Finding]]:
    """Findings without overlaps, the surest of those that overlap, in the order of their places.

    A name as a whole stands for what was found in it, unless that is surer by a severity.
    """
    kept: list[tuple[Span, Finding]] = []

    def rank(item: tuple[Span, Finding]) -> tuple[int, bool, int, float, int]:
        span, finding = item
        name = finding.rule.startswith("MT2")
        return -finding.severity, not name, name * (span.start - span.end), -finding.confidence, span.start

    for span, finding in sorted(found, key=rank):
        if not any(other.overlaps(span.start, span.end) for other, _ in kept):
            kept.append((span, finding))
    return sorted(kept, key=lambda item: item[0].start)


def _without_far_names(text: str, candidate: Candidate, names: NameList) -> Candidate | None:
    """A candidate without wordings that would replace a name by another; none where it is nothing but such a name."""
    written = text[candidate.span.start : candidate.span.end]
    left = tuple(wording for wording in candidate.wordings if may_stand_for(wording.text, written, names))
    if not left and not may_stand_for("", written, names):
        return None
    return replace(candidate, wordings=left)


def candidates(text: str, words: Sequence[WordReading], places: Sequence[Place]) -> list[Candidate]:
    """Spans of one window: doubled words, then likely ones from the left, then doubtful ones."""
    found = _doubled(text, words)
    for place in sorted(places, key=lambda p: (p.word.logit < JOINED_FROM, p.word.span.start)):
        if any(other.span.overlaps(place.word.span.start, place.word.span.end) for other in found):
            continue
        span = place.proposals[0].span if place.proposals else place.word.span
        if any(other.span.overlaps(span.start, span.end) for other in found):
            span = place.word.span
        likeliest = max(
            (word for word in words if word.span.overlaps(span.start, span.end)), key=lambda word: word.logit
        )
        name = text[span.start].isupper() and not _opens_sentence(text, span.start)
        wordings = _wordings(text, span, place.proposals)
        found.append(Candidate(span, likeliest.logit, wordings, likeliest.features["rate"], name=name))
    joined = _joined(text, sorted(found, key=lambda c: c.span.start))
    ends = [0, *(candidate.span.end for candidate in joined)]
    return [_with_article(text, candidate, end) for candidate, end in zip(joined, ends, strict=False)]


def _wordings(text: str, span: Span, proposals: Sequence[Proposal]) -> tuple[Wording, ...]:
    """The proposals as wordings of one span; those that reach beyond it are left out."""
    found: dict[str, Wording] = {}
    for proposal in proposals:
        if proposal.span.start != span.start or proposal.span.end > span.end:
            continue
        wording = proposal.text + text[proposal.span.end : span.end]
        if text[span.start].isupper() and _opens_sentence(text, span.start):
            wording = wording[:1].upper() + wording[1:]
        held = Wording(wording, proposal.score, proposal.score, round(max(0.0, -proposal.logprob), 2))
        found.setdefault(wording.casefold(), held)
    return tuple(itertools.islice(found.values(), MOST_SUGGESTIONS))


def _joined(text: str, found: list[Candidate]) -> list[Candidate]:
    """Neighbours that both look garbled, with nothing but white space between them, become one finding."""
    joined: list[Candidate] = []
    for candidate in found:
        last = joined[-1] if joined else None
        if last is not None and _belong_together(text, last, candidate):
            joined[-1] = _pair(text, last, candidate)
        else:
            joined.append(candidate)
    return joined


def _belong_together(text: str, left: Candidate, right: Candidate) -> bool:
    if left.doubled or right.doubled or min(left.logit, right.logit) < JOINED_FROM:
        return False
    near = text[left.span.end : right.span.start] == " "
    return near and len(text[left.span.start : right.span.end].split()) <= LONGEST_JOINED


def _pair(text: str, left: Candidate, right: Candidate) -> Candidate:
    """Two candidates as one: wordings side by side, likeliest pairs first; a side without any keeps its text."""
    sides = (_wordings_or_text(text, left), _wordings_or_text(text, right))
    pairs = [
        Wording(
            f"{a.text} {b.text}",
            _both(a.score, b.score),
            min(a.weakest, b.weakest),
            None if a.surprisal is None or b.surprisal is None else round(a.surprisal + b.surprisal, 2),
        )
        for a, b in itertools.product(*sides)
    ]
    pairs.sort(key=lambda pair: (-pair.score, pair.text))
    wordings = tuple(pairs[:MOST_SUGGESTIONS]) if left.wordings or right.wordings else ()
    span = Span(left.span.start, right.span.end)
    return Candidate(
        span, max(left.logit, right.logit), wordings, max(left.rate, right.rate), name=left.name and right.name
    )


def _both(left: float, right: float) -> float:
    """Log odds that two things with these log odds are both so, one having nothing to do with the other."""
    log_chance = -math.log1p(math.exp(-left)) - math.log1p(math.exp(-right))
    return log_chance - math.log(-math.expm1(log_chance))


def _with_article(text: str, candidate: Candidate, free_from: int) -> Candidate:
    """A candidate whose wordings agree with the articles in them and, if need be, with the one in front of it."""
    fitted = replace(candidate, wordings=tuple(replace(w, text=fit_articles(w.text)) for w in candidate.wordings))
    article = _ARTICLE.search(text, free_from, candidate.span.start)
    if article is None or not fitted.wordings or candidate.doubled:
        return fitted
    whole = [replace(w, text=fit_articles(f"{article.group()}{w.text}")) for w in fitted.wordings]
    if whole[0].text.startswith(article.group()):
        return fitted
    return replace(fitted, span=Span(article.start(), candidate.span.end), wordings=tuple(whole))


def _wordings_or_text(text: str, side: Candidate) -> tuple[Wording, ...]:
    return side.wordings or (Wording(text[side.span.start : side.span.end], UNMENDED, UNMENDED),)


def _doubled(text: str, words: Sequence[WordReading]) -> list[Candidate]:
    """The same word twice or more: always a fault for some, for others where the language model thinks so too."""
    found: list[Candidate] = []
    for left, right in itertools.pairwise(words):
        one, two = text[left.span.start : left.span.end], text[right.span.start : right.span.end]
        if one.casefold() != two.casefold() or two[0].isupper() or text[left.span.end : right.span.start] != " ":
            continue
        logit = max(left.logit, right.logit)
        if one.casefold() in NEVER_DOUBLED:
            logit = max(logit, SURE)
        elif logit < JOINED_FROM:
            continue
        start = left.span.start
        if found and found[-1].span.end == left.span.end:
            start = found.pop().span.start
            one = text[start : start + len(one)]
        wording = Wording(one, SURE, SURE)
        found.append(Candidate(Span(start, right.span.end), logit, (wording,), right.features["rate"], doubled=True))
    return found


def candidate_confidence(candidate: Candidate, calibration: Calibration) -> float:
    """The probability that a candidate is right."""
    return calibration.confidence(calibration.finding.logit(candidate.features()))


def _finding(document: Document, window: Window, candidate: Candidate, calibration: Calibration) -> Finding:
    # Rounded first, so that a printed confidence never contradicts its severity.
    confidence = round(candidate_confidence(candidate, calibration), 2)
    sure = confidence >= ERROR_CONFIDENCE
    offered = tuple(
        Suggestion(
            wording.text,
            round(confidence * (1.0 if candidate.doubled else calibration.suggestion(wording.score)), 2),
            wording.surprisal,
        )
        for wording in candidate.wordings
        if candidate.doubled or sure or calibration.suggestion(wording.weakest) >= CONVINCING
    )
    level = severity(confidence)
    if candidate.doubled:
        rule, message = "MT402", "The word stands twice."
    elif offered:
        written = window.text[candidate.span.start : candidate.span.end]
        name = candidate.name and _is_titled(written) and _is_titled(offered[0].text)
        rule, what = ("MT201", "name") if name else ("MT101", "wording")
        message = f"Garbled {what}? It may have been “{offered[0].text}”."
    else:
        rule, level, message = "MT102", Severity.INFO, "Suspicious wording; no convincing suggestion."
    span = window.span(candidate.span.start, candidate.span.end)
    return _placed(document, span, rule, level, confidence, message, offered)


def _name_finding(document: Document, reading: NameReading) -> Finding:
    candidate = reading.candidate
    confidence = round(reading.confidence, 2)
    message = f"Garbled name? It may have been “{candidate.suggestion}”."
    if candidate.rule == variants.RULE:
        lines = sorted({document.place(span.start)[0] for span in candidate.elsewhere})
        where = f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))}"
        message = f"One name, two spellings? See {where} for “{candidate.suggestion}” and “{candidate.text}”."
    offered = (Suggestion(candidate.suggestion, round(reading.restores * confidence, 2)),)
    return _placed(document, candidate.span, candidate.rule, severity(confidence), confidence, message, offered)


def _is_titled(wording: str) -> bool:
    """Whether a wording has a name's capitals."""
    return all(word[0].isupper() or word in SMALL for word in wording.split()) and wording[:1].isupper()


def _placed(
    document: Document,
    span: Span,
    rule: str,
    level: Severity,
    confidence: float,
    message: str,
    suggestions: tuple[Suggestion, ...],
) -> Finding:
    line, column = document.place(span.start)
    end_line, end_column = document.end_place(span.start, span.end)
    return Finding(
        rule=rule,
        severity=level,
        confidence=confidence,
        start=span.start,
        end=span.end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=document.text[span.start : span.end],
        message=message,
        suggestions=suggestions,
        location=document.location(span.start),
    )


def _sentence(text: str, span: Span) -> str:
    return next(
        (text[s.start : s.end] for s in sentences(text, 0, len(text)) if s.overlaps(span.start, span.end)), text
    )


def _opens_sentence(text: str, start: int) -> bool:
    return bool(re.search(r"(?:^|[.!?…]|\n)[\s\"'“‘”’)(]*$", text[:start]))
