"""Files to fix, and what a check finds in them: each stretch that a pattern matches."""

from __future__ import annotations

import re

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.fixing.fixer import Checked
from mtcheck.fixing.fixes import Fix, Fixed
from mtcheck.fixing.text_file import TextFile

WORDINGS = {"dying march": "death march", "Witkov": "Witkoff", "in some time in the future": "at some point"}


def findings(document: Document, wordings: dict[str, str]) -> tuple[Finding, ...]:
    found = []
    for words, wording in wordings.items():
        for match in re.finditer(r"\s+".join(map(re.escape, words.split())), document.text):
            place = (*document.place(match.start()), *document.end_place(*match.span()))
            suggestions = (Suggestion(wording, 0.9), Suggestion("other words", 0.1))
            found.append(
                Finding(
                    "MT101", Severity.ERROR, 0.9, *match.span(), *place, match.group(), "garbled", False, suggestions
                )
            )
    return tuple(sorted(found, key=lambda finding: finding.start))


def checked(file: TextFile, wordings: dict[str, str] = WORDINGS) -> list[Checked]:
    result = []
    for number, document in enumerate(file.documents):
        assert isinstance(document, Document)
        verdict = Verdict(1.0, None, None, None)
        result.append(
            Checked(
                number, document, DocumentResult(file.path, 9, verdict, findings(document, wordings), document.name)
            )
        )
    return result


def fixes(file: TextFile, wordings: dict[str, str] = WORDINGS) -> list[Fix]:
    """A fix for each finding; one that cannot be made fails the test."""
    return [
        file.fix(one.number, finding, finding.suggestions[0].text)
        for one in checked(file, wordings)
        for finding in one.result.findings
    ]


def fixed(path: str, source: str, wordings: dict[str, str] = WORDINGS) -> Fixed:
    file = TextFile(path, source.encode())
    return file.fixed(fixes(file, wordings))


def fixed_text(path: str, source: str, wordings: dict[str, str] = WORDINGS) -> str:
    """The source after all fixes, none of which was refused."""
    result = fixed(path, source, wordings)
    assert not result.refused
    return result.data.decode()
