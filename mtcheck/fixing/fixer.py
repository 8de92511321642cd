"""Fixes one file after the other, as a report of the run that checks them.

When all documents of a file are there, someone chooses among the suggestions, and the fixed file goes where it belongs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mtcheck.document import Document
from mtcheck.errors import MtcheckError
from mtcheck.findings import DocumentResult, Failure, Finding, Severity
from mtcheck.fixing.edits import NotFixable
from mtcheck.fixing.fixes import Chosen, Fix, Fixed
from mtcheck.readers import Source
from mtcheck.reports import Tally
from mtcheck.reports.wording import count

Refuse = Callable[[Finding, str, str], None]
"""Told of a finding, the wording that cannot be put in its place, and why."""


class FixableFile(Protocol):
    """A file that wordings can be put into."""

    path: str
    data: bytes
    documents: list[Document | Failure]

    def fix(self, number: int, finding: Finding, wording: str) -> Fix:
        """What it takes to put a wording in place of a finding in one of the documents; or it is ``NotFixable``."""

    def fixed(self, fixes: Iterable[Fix]) -> Fixed:
        """The file with some fixes, which must not overlap."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One of a file's documents after the check; ``number`` is its place among them, from 0."""

    number: int
    document: Document
    result: DocumentResult


class Chooser(Protocol):
    """Who decides which suggestions are taken. When it has ``ended``, no further file is looked at."""

    ended: bool

    def choose(self, file: FixableFile, checked: Sequence[Checked], refuse: Refuse) -> list[Fix]:
        """The fixes to make in a file, which do not overlap."""


class Automatic:
    """Takes first suggestions that are sure enough, the surest first where two overlap."""

    ended = False

    def __init__(self, confidence: float) -> None:
        self._confidence = confidence

    def choose(self, file: FixableFile, checked: Sequence[Checked], refuse: Refuse) -> list[Fix]:
        """The fixes to make in a file."""
        offers = [
            (one.number, finding, finding.suggestions[0])
            for one in checked
            for finding in one.result.findings
            if finding.suggestions and round(finding.suggestions[0].confidence, 2) >= self._confidence
        ]
        chosen = Chosen()
        for number, finding, suggestion in sorted(offers, key=lambda offer: -offer[2].confidence):
            try:
                chosen.add(file.fix(number, finding, suggestion.text))
            except NotFixable as error:
                refuse(finding, suggestion.text, str(error))
        return chosen.fixes


@dataclass(slots=True)
class Outcome:
    """What a run fixed, and the findings by severity that are still in its files."""

    fixes: int = 0
    files: int = 0
    left: Counter[Severity] = field(default_factory=Counter)
    failures: int = 0

    def summary(self, *, fixed: str) -> str:
        """One line: ``2 fixes in 1 file; left: 1 error, 3 warnings``; ``fixed`` is what to call a fix."""
        line = f"{count(self.fixes, fixed, fixed + 'es')} in {count(self.files, 'file')}"
        kinds = ((Severity.ERROR, "errors"), (Severity.WARNING, "warnings"))
        left = [count(self.left[level], level.label, plural) for level, plural in kinds if self.left[level]]
        return f"{line}; left: {', '.join(left)}" if left else f"{line}; no warnings left"


class Fixer:
    """A report that fixes what it is told of; ``deliver`` gets each file with its fixed version.

    With ``in_place`` what was delivered is fixed; without, all findings are still there.
    """

    def __init__(
        self,
        *,
        open_file: Callable[[Source], FixableFile],
        chooser: Chooser,
        deliver: Callable[[FixableFile, Fixed], None],
        notice: Callable[[Failure], None],
        in_place: bool,
    ) -> None:
        self.outcome = Outcome()
        self._open_file = open_file
        self._chooser = chooser
        self._deliver = deliver
        self._notice = notice
        self._in_place = in_place
        self._file: FixableFile | None = None
        self._checked: list[Checked] = []
        self._expected: list[int] = []

    def read(self, source: Source) -> list[Document | Failure]:
        """The documents of the next file."""
        self._checked, self._expected = [], []
        if self._chooser.ended:
            return []
        self._file = self._open_file(source)
        documents = self._file.documents
        self._expected = [number for number, document in enumerate(documents) if isinstance(document, Document)]
        if not self._expected:
            self._deliver(self._file, self._file.fixed([]))
        return documents

    def begin(self, signature: str) -> None:
        """Nothing: fixes do not say which models proposed them."""

    def document(self, document: Document, result: DocumentResult) -> None:
        """Take a document in, and fix its file where it is the last one of it."""
        number = self._expected[len(self._checked)]
        self._checked.append(Checked(number, document, result))
        if len(self._checked) == len(self._expected):
            assert self._file is not None
            self._finish(self._file)

    def failure(self, failure: Failure) -> None:
        """Nothing: it went to standard error."""

    def end(self, tally: Tally) -> None:
        """Nothing: every file that was checked whole is finished."""

    def _finish(self, file: FixableFile) -> None:
        self.outcome.left.update(finding.severity for one in self._checked for finding in one.result.findings)
        try:
            fixed = file.fixed(self._chooser.choose(file, self._checked, self._refuse))
            for fix in fixed.refused:
                self._refuse(fix.finding, fix.wording, "more than these words would change in the text")
            self._deliver(file, fixed)
        except (MtcheckError, OSError) as error:
            message = str(error).removeprefix(f"{file.path}: ")
            self._notice(Failure(file.path, message))
            self.outcome.failures += 1
            return
        self.outcome.fixes += len(fixed.made)
        self.outcome.files += bool(fixed.made)
        if self._in_place:
            self.outcome.left.subtract(fix.finding.severity for fix in fixed.made)

    def _refuse(self, finding: Finding, wording: str, reason: str) -> None:
        assert self._file is not None
        place = f"{self._file.path}:{finding.line}:{finding.column}"
        where = f" ({finding.location})" if finding.location else ""
        said = f"“{finding.text}” cannot become “{wording}”" if wording else f"“{finding.text}” cannot be left out"
        self._notice(Failure(place, f"{said}{where}: {reason}"))
