"""A run that tries every format: hostile text and names, several lines, wide characters, an input that failed."""

from __future__ import annotations

import io
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity, Suggestion, Verdict, fingerprint
from mtcheck.reports import FORMATS, Tally
from mtcheck.segments import words
from mtcheck.surprisals import Surprisals

HOSTILE = (
    "Stop the dying march 😀 of final week.\r\n"
    '::error::<script>alert(1)</script> ]]> & "dying\r\nmarch" % \x1b[31m \x02 \ufffe an é dying march.\n'
)


def finding(
    document: Document, text: str, severity: Severity, *suggestions: str, nth: int = 0, rule: str = "MT101"
) -> Finding:
    """The finding at the ``nth`` place where ``text`` stands."""
    start = -1
    for _ in range(nth + 1):
        start = document.text.index(text, start + 1)
    return Finding.at(
        document,
        start,
        start + len(text),
        rule=rule,
        severity=severity,
        confidence={Severity.ERROR: 0.97, Severity.WARNING: 0.6, Severity.INFO: 0.2}[severity],
        message=f"Garbled wording? It may have been “{suggestions[0]}”." if suggestions else "Suspicious wording.",
        suggestions=tuple(Suggestion(wording, round(0.9 - i / 2, 2)) for i, wording in enumerate(suggestions)),
        fingerprint=fingerprint(rule, document.text, text, start),
    )


def heated(document: Document) -> Surprisals:
    """9.5 nats for "dying", 1.2 for "final", none for the other words."""
    nats = {"dying": 950, "final": 120}
    editing = array("H", [nats.get(document.text[span.start : span.end], 0) for span in words(document.text)])
    return Surprisals(editing, editing, array("B", [1] * len(editing)))


@dataclass(frozen=True)
class Run:
    """What was checked and what was not."""

    results: Sequence[tuple[Document, DocumentResult]]
    failures: Sequence[Failure] = ()
    interrupted: bool = False

    def printed(self, format_name: str) -> str:
        """The run's report in one format, with a summary where the format has one."""
        stream, tally = io.StringIO(), Tally(interrupted=self.interrupted)
        report = FORMATS[format_name](stream, True)
        report.begin("mtcheck:0|base:fake")
        for document, result in self.results:
            report.document(document, result)
            tally.add(result)
        for failure in self.failures:
            report.failure(failure)
            tally.failures += 1
        report.end(tally)
        return stream.getvalue()


@pytest.fixture(scope="session")
def run() -> Run:
    """Findings of all severities in two files, a clean file, and one that cannot be read."""
    first = Document("news/a b,%é: <&>.txt", HOSTILE)
    found = (
        finding(first, "dying march", Severity.ERROR, "death march", "dead march"),
        finding(first, "final week", Severity.WARNING, 'last "week" <b>'),
        finding(first, "dying\r\nmarch", Severity.WARNING, "death march"),
        finding(first, "dying march", Severity.INFO, nth=1, rule="MT102"),
    )
    second = Document("news/b.txt", "It was a dying march.")
    return Run(
        results=[
            (first, DocumentResult(first.path, 12, Verdict(250.0, 3.2, 41.0, None), found, "", heated(first))),
            (
                second,
                DocumentResult(
                    second.path,
                    5,
                    Verdict(200.0, 2.0, 30.0, 0.97),
                    (finding(second, "dying march", Severity.ERROR, ""),),
                ),
            ),
            (Document("c.txt", "All is well."), DocumentResult("c.txt", 3, Verdict(0.0, 1.1, 20.0, None), ())),
        ],
        failures=[Failure("gone, <b>.txt", "no such file or folder: ]]> & \x01")],
    )


@pytest.fixture(scope="session")
def empty() -> Run:
    """A run that checked nothing."""
    return Run(results=[])


@pytest.fixture(params=["run", "empty"])
def any_run(request: pytest.FixtureRequest) -> Run:
    """Each of the runs."""
    value: Run = request.getfixturevalue(request.param)
    return value
