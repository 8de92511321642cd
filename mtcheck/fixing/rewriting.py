"""A file whose texts say what a person made of them: all that it can take of the change, and what it cannot.

Words are changed, added and left out where they stand; lines and paragraphs stay those of the file, since only an
editor of its format knows how to make new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Indel

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Finding, Severity
from mtcheck.fixing.edits import NotFixable
from mtcheck.fixing.fixer import FixableFile
from mtcheck.fixing.fixes import Fix
from mtcheck.fixing.wording import blocks, changes
from mtcheck.segments import Span

MOST_COMPARED = 25_000_000
"""Pairs of words or lines that are compared for one document; each takes a bit or two."""
SAME_LINE = 0.5
"""How alike lines are of which one was made out of the other, by their words; 1 is the same."""

_LINE = re.compile(r"[^\r\n]+")
_NEW_LINES = "lines or paragraphs were added, joined or split, and the file keeps its own"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Words that could not be put in place of others, and why, as a clause."""

    was: str
    wording: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file's bytes with ``made`` changes, and those that it could not take."""

    data: bytes
    made: int
    refused: tuple[Refusal, ...]


def rewrite(file: FixableFile, texts: Sequence[str]) -> Rewritten:
    """The file with its documents saying ``texts``, one for each of them that could be read, in their order.

    Raises:
        InputError: there are more or fewer texts than documents, or the file cannot be written.
    """
    documents = [(number, one) for number, one in enumerate(file.documents) if isinstance(one, Document)]
    if len(texts) != len(documents):
        raise InputError(file.path, f"has {len(documents)} texts, not {len(texts)}; read it anew")
    refused: list[Refusal] = []
    fixes: list[Fix] = []
    for (number, document), text in zip(documents, texts, strict=True):
        comparison = _Comparison(document, text)
        for span, wording in comparison.changes():
            try:
                fixes.append(file.fix(number, _as_finding(document, span), wording))
            except NotFixable as error:
                refused.append(Refusal(document.text[span.start : span.end], wording, str(error)))
        refused += comparison.refused
    fixed = file.fixed(fixes)
    refused += [
        Refusal(fix.finding.text, fix.wording, "more than these words would change in the file")
        for fix in fixed.refused
    ]
    return Rewritten(fixed.data, len(fixed.made), tuple(refused))


@dataclass(slots=True)
class _Comparison:
    """A document and the text that it is to have, line by line and word by word."""

    document: Document
    text: str
    refused: list[Refusal] = field(default_factory=list)
    compared: int = 0

    def changes(self) -> Iterator[tuple[Span, str]]:
        """Stretches of the document and what they are to say."""
        before, after = _lines(self.document.text), _lines(self.text)
        old, new = [_words(self.document.text, line) for line in before], [_words(self.text, line) for line in after]
        ahead = next((i for i, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), None)
        ahead = min(len(old), len(new)) if ahead is None else ahead
        if not self._may_compare(len(old) - ahead, len(new) - ahead):
            self._refuse(before, after, "too much was changed")
            return
        for first, last, begin, end in blocks(old[ahead:], new[ahead:]):
            lines, wanted = before[ahead + first : ahead + last], after[ahead + begin : ahead + end]
            if len(wanted) not in (0, len(lines)):
                yield from self._in_unlike_lines(lines, wanted)
                continue
            for number, line in enumerate(lines):
                yield from self._in_line(line, _words(self.text, wanted[number]) if wanted else "")

    def _in_unlike_lines(self, lines: Sequence[Span], wanted: Sequence[Span]) -> Iterator[tuple[Span, str]]:
        """The changes in those of more or fewer lines that are surely still the same ones; the others are refused."""
        old = [_words(self.document.text, line).split() for line in lines]
        new = [_words(self.text, line).split() for line in wanted]
        pairs: dict[int, int] = {}
        at = 0
        for number, words in enumerate(old):
            for other in range(at, len(new)):
                if not self._may_compare(len(words), len(new[other])):
                    break
                if Indel.normalized_similarity(words, new[other]) >= SAME_LINE:
                    pairs[number], at = other, other + 1
                    break
        # A word that left its line for another one would be lost, or there twice.
        alone = {word for number, words in enumerate(old) if number not in pairs for word in words}
        alone |= {word for other, words in enumerate(new) if other not in pairs.values() for word in words}
        sure = {i: j for i, j in pairs.items() if not alone & (set(old[i]) ^ set(new[j]))}
        self._refuse(
            [line for number, line in enumerate(lines) if number not in sure],
            [line for other, line in enumerate(wanted) if other not in sure.values()],
            _NEW_LINES,
        )
        for number, other in sure.items():
            yield from self._in_line(lines[number], " ".join(new[other]))

    def _in_line(self, line: Span, wording: str) -> Iterator[tuple[Span, str]]:
        text = self.document.text
        old = text[line.start : line.end]
        if not wording:
            yield line, ""
            return
        if not self._may_compare(len(old.split()), len(wording.split())):
            self.refused.append(Refusal(old, wording, "too much was changed"))
            return
        for change in changes(old, wording, line.start):
            words = " ".join(change.new)
            if change.old:
                yield Span(change.old[0][0], change.old[-1][1]), words
            elif change.ahead:
                end = _end_of_word(text, change.at)
                yield Span(change.at, end), f"{words} {text[change.at : end]}"
            else:
                start = _start_of_word(text, change.at)
                yield Span(start, change.at), f"{text[start : change.at]} {words}"

    def _may_compare(self, old: int, new: int) -> bool:
        self.compared += old * new
        return self.compared <= MOST_COMPARED

    def _refuse(self, lines: Sequence[Span], wanted: Sequence[Span], reason: str) -> None:
        was = "\n".join(self.document.text[line.start : line.end] for line in lines)
        wording = "\n".join(self.text[line.start : line.end] for line in wanted)
        self.refused.append(Refusal(was, wording, reason))


def _lines(text: str) -> list[Span]:
    """The lines with words, from the first to the last of them."""
    found = []
    for match in _LINE.finditer(text):
        line = match.group()
        if words := line.strip():
            start = match.start() + len(line) - len(line.lstrip())
            found.append(Span(start, start + len(words)))
    return found


def _words(text: str, line: Span) -> str:
    return " ".join(text[line.start : line.end].split())


def _start_of_word(text: str, end: int) -> int:
    while end > 0 and not text[end - 1].isspace():
        end -= 1
    return end


def _end_of_word(text: str, start: int) -> int:
    while start < len(text) and not text[start].isspace():
        start += 1
    return start


def _as_finding(document: Document, span: Span) -> Finding:
    """A stretch that a person changed, as what files are fixed by."""
    return Finding.at(
        document,
        span.start,
        span.end,
        rule="",
        severity=Severity.INFO,
        confidence=1.0,
        message="changed by a person",
    )
