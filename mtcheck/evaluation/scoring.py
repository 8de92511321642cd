"""Counts of what findings get right and wrong in one document; everything that is measured is a ratio of their sums."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.evaluation.wording import Edit, Overlaps, apply, normal, word_errors, word_spans, words
from mtcheck.findings import Finding

SUGGESTIONS = 3
"""How many suggestions of a finding are looked at."""
_COMBINATIONS = 64
"""Of the combinations of originals that several spans allow, the most that are compared with a suggestion."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over documents.

    Words: a word is garbled if a sure span overlaps it, flagged if a finding does; words of unsure spans alone are in
    neither. ``clean_words`` are those of documents without spans, ``original_words`` those of the originals, and
    ``errors_before`` and ``errors_after`` the words to change in the text, as it is and with all first suggestions
    applied, to get the original.

    Findings: ``judged`` are those that overlap sure spans and no other; ``first_right`` and ``three_right`` those of
    them whose first, or one of whose first three suggestions gives what the original said. ``clean_findings`` are in
    documents without spans.

    Spans: ``spans`` are the sure ones; ``found`` those that a finding overlaps, ``mended`` those that first suggestions
    put right.
    """

    garbled_flagged: int = 0
    garbled_missed: int = 0
    other_flagged: int = 0
    findings: int = 0
    judged: int = 0
    first_right: int = 0
    three_right: int = 0
    spans: int = 0
    found: int = 0
    mended: int = 0
    errors_before: int = 0
    errors_after: int = 0
    original_words: int = 0
    clean_findings: int = 0
    clean_words: int = 0


def total(counts: Iterable[Counts]) -> Counts:
    """The sum of counts."""
    return Counts(*map(sum, zip(astuple(Counts()), *map(astuple, counts), strict=True)))


def count_clean(document: GoldDocument, findings: Sequence[Finding]) -> Counts:
    """The false findings in a document without spans; nothing else is counted."""
    return Counts(clean_findings=len(findings), clean_words=len(word_spans(document.text)))


class Comparison:
    """The findings on one annotated document, compared with its spans."""

    def __init__(self, document: GoldDocument, findings: Sequence[Finding]) -> None:
        self.document = document
        self.findings = sorted(findings, key=lambda finding: (finding.start, finding.end))
        self._spans = Overlaps(document.spans)

    def counts(self) -> Counts:
        """All counts."""
        return total([self._findings(self.findings), *self.kinds().values(), self._damage()])

    def rule(self, code: str) -> Counts:
        """The counts of words and findings for the findings of one rule; garbled words are those of all spans."""
        return self._findings([finding for finding in self.findings if finding.rule == code])

    def kinds(self) -> dict[str, Counts]:
        """The counts of spans for each kind of sure span."""
        flagged = Overlaps(self.findings)
        found: dict[str, Counts] = {}
        for span in self.document.spans:
            if span.sure:
                over = flagged.touching(span.start, span.end)
                one = Counts(spans=1, found=bool(over), mended=bool(over) and self._mended(span, over))
                found[span.kind] = total([found.get(span.kind, Counts()), one])
        return found

    def words(self) -> list[tuple[bool, float | None]]:
        """For each word but those of unsure spans alone: whether it is garbled, and the surest finding's confidence."""
        flagged = Overlaps(self.findings)
        seen = []
        for start, end in word_spans(self.document.text):
            spans = self._spans.touching(start, end)
            if not spans or any(span.sure for span in spans):
                confidences = [finding.confidence for finding in flagged.touching(start, end)]
                seen.append((bool(spans), max(confidences, default=None)))
        return seen

    def is_right(self, finding: Finding) -> bool | None:
        """Whether a finding overlaps a sure span; ``None`` where it overlaps unsure ones alone."""
        spans = self._spans.touching(finding.start, finding.end)
        if not spans:
            return False
        return True if any(span.sure for span in spans) else None

    def suggestions_right(self, finding: Finding) -> list[bool] | None:
        """Whether each of a finding's suggestions gives the original; ``None`` where the finding overlaps unsure spans.

        Where the finding overlaps no span, the original is the text itself.
        """
        spans = self._spans.touching(finding.start, finding.end)
        if not all(span.sure for span in spans):
            return None
        return [
            bool(spans) and self._gives_original(Edit(finding.start, finding.end, suggestion.text), spans)
            for suggestion in finding.suggestions
        ]

    def first_suggestions(self) -> list[Edit]:
        """The first suggestion of each finding that has one; of overlapping findings the first counts."""
        edits: list[Edit] = []
        for finding in self.findings:
            if finding.suggestions and (not edits or finding.start >= edits[-1].end):
                edits.append(Edit(finding.start, finding.end, finding.suggestions[0].text))
        return edits

    def originals(self) -> list[Edit]:
        """What makes the text the original, unsure spans included.

        Of several originals it is the one that a finding on just this span suggests first, else the preferred one.
        """
        suggested = {
            (finding.start, finding.end): normal(finding.suggestions[0].text)
            for finding in self.findings
            if finding.suggestions
        }
        edits = []
        for span in self.document.spans:
            first = suggested.get((span.start, span.end))
            chosen = [wording for wording in span.originals if normal(wording) == first]
            edits.append(Edit(span.start, span.end, chosen[-1] if chosen else span.originals[0]))
        return edits

    def _findings(self, findings: Sequence[Finding]) -> Counts:
        """Counts of words and findings, for some of the findings."""
        flagged = Overlaps(findings)
        right = missed = wrong = 0
        for start, end in word_spans(self.document.text):
            spans = self._spans.touching(start, end)
            if spans and not any(span.sure for span in spans):
                continue
            is_flagged = bool(flagged.touching(start, end))
            right += bool(spans) and is_flagged
            missed += bool(spans) and not is_flagged
            wrong += not spans and is_flagged
        hits = [
            verdicts[:SUGGESTIONS]
            for finding in findings
            if self._spans.touching(finding.start, finding.end)
            and (verdicts := self.suggestions_right(finding)) is not None
        ]
        clean = Counts() if self.document.spans else count_clean(self.document, findings)
        return total(
            [
                clean,
                Counts(
                    garbled_flagged=right,
                    garbled_missed=missed,
                    other_flagged=wrong,
                    findings=len(findings),
                    judged=len(hits),
                    first_right=sum(verdicts[:1] == [True] for verdicts in hits),
                    three_right=sum(map(any, hits)),
                ),
            ]
        )

    def _damage(self) -> Counts:
        """How far the text is from the original in words, before and after the first suggestions."""
        text = self.document.text
        wanted = words(apply(text, self.originals()))
        return Counts(
            errors_before=word_errors(words(text), wanted),
            errors_after=word_errors(words(apply(text, self.first_suggestions())), wanted),
            original_words=len(wanted),
        )

    def _mended(self, span: GoldSpan, over: Sequence[Finding]) -> bool:
        """Whether the first suggestions of the findings over a span together give the original."""
        start = min(span.start, *(finding.start for finding in over))
        end = max(span.end, *(finding.end for finding in over))
        edits = [Edit(f.start, f.end, f.suggestions[0].text) for f in over if f.suggestions]
        new = apply(self.document.text[start:end], edits, start)
        return self._gives_original(Edit(start, end, new), self._spans.touching(start, end))

    def _gives_original(self, edit: Edit, spans: Sequence[GoldSpan]) -> bool:
        """Whether an edit gives an original of every span that it overlaps, and leaves the rest of them as it was."""
        start = min(edit.start, *(span.start for span in spans))
        end = max(edit.end, *(span.end for span in spans))
        text = self.document.text[start:end]
        got = normal(apply(text, [edit], start))
        combinations = itertools.product(*([Edit(s.start, s.end, o) for o in s.originals] for s in spans))
        return any(normal(apply(text, edits, start)) == got for edits in itertools.islice(combinations, _COMBINATIONS))
