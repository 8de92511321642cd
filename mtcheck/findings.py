"""What a check yields: findings with their suggestions, the verdict, and the results of files and runs.

These objects flow from the checker to every command, report and server. Offsets are Unicode code points into the
document's text, ``Document.source_span`` turns them into those of the source; lines and columns are the source's,
count from 1, columns in code points.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

from mtcheck.surprisals import Surprisals

if TYPE_CHECKING:
    from mtcheck.document import Document


class Severity(IntEnum):
    """How sure a finding is, in the order in which a run may fail on it."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        """The name used in reports and options: ``info``, ``warning`` or ``error``."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A wording that may be the original; ``confidence`` is the calibrated probability that it is.

    ``surprisal`` (nats) is that of the wording when the text is copied as an editor would, up to where the copy
    resumes; ``None`` where it was not decoded, as for names.
    """

    text: str
    confidence: float
    surprisal: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of whole words that looks garbled.

    ``start`` and ``end`` are code points into the document's text and ``text`` is exactly that slice. ``end_column``
    is the column just behind the last code point. ``confidence`` is the calibrated probability that the finding is
    right. ``location`` is what a person looks for where line and column do not say it all: ``entry 2, title``.
    """

    rule: str
    severity: Severity
    confidence: float
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    text: str
    message: str
    in_quotation: bool = False
    suggestions: tuple[Suggestion, ...] = ()
    fingerprint: str = ""
    location: str = ""

    @classmethod
    def at(
        cls,
        document: Document,
        start: int,
        end: int,
        *,
        rule: str,
        severity: Severity,
        confidence: float,
        message: str,
        suggestions: tuple[Suggestion, ...] = (),
        fingerprint: str = "",
    ) -> Finding:
        """The finding on a stretch of a document's text; lines, columns, wording and location are the document's."""
        line, column = document.place(start)
        end_line, end_column = document.end_place(start, end)
        return cls(
            rule=rule,
            severity=severity,
            confidence=confidence,
            start=start,
            end=end,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            text=document.text[start:end],
            message=message,
            suggestions=suggestions,
            fingerprint=fingerprint,
            location=document.location(start),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the whole document looks like.

    Perplexities are per token, exp of mean surprisal in nats; ``None`` where no text was scored. ``spun`` is the
    calibrated probability that the text was spun or badly translated, ``None`` where the text is too short to tell.
    """

    findings_per_1000_words: float
    editing_perplexity: float | None
    perplexity: float | None
    spun: float | None


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """The findings of one document in the order of their places, and its verdict.

    ``name`` says which part of the file the document is; it is empty where it is all of it. ``surprisals`` are those
    of all words of the document's text.
    """

    path: str
    words: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    name: str = ""
    surprisals: Surprisals | None = field(default=None, repr=False)

    @property
    def title(self) -> str:
        """The path and, where the document is a part of the file, its name."""
        return f"{self.path} ({self.name})" if self.name else self.path


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be checked; ``message`` says why and what to do."""

    path: str
    message: str


def fingerprint(rule: str, sentence: str, text: str, occurrence: int) -> str:
    """Name a finding so that it stays known when its text moves.

    It depends on the rule, the sentence around the finding, the wording, and ``occurrence``: how many equal ones come
    before it in the document. White space and case do not count.
    """
    normal = "\x1f".join([rule, " ".join(sentence.split()).casefold(), " ".join(text.split()).casefold()])
    return hashlib.sha256(f"{normal}\x1f{occurrence}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
