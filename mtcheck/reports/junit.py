"""JUnit's XML, which every build server shows: a suite per input, a failed test per finding, a passed one if none."""

from __future__ import annotations

from typing import TextIO

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding
from mtcheck.reports.concise import line
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import sentence
from mtcheck.reports.xml import Xml


class JunitReport:
    """Writes a ``testsuite`` per input."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._xml = Xml(stream)

    def begin(self, signature: str) -> None:
        """Open the document."""
        self._xml.open("testsuites", name="mtcheck")

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the suite of one file."""
        found = len(result.findings)
        self._xml.open("testsuite", name=result.title, tests=max(1, found), failures=found, errors=0, skipped=0)
        for finding in result.findings:
            self._test(result.path, finding)
        if not found:
            self._xml.element("testcase", classname=result.path, name="no findings", time=0)
        self._xml.close("testsuite")
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write a suite with one error."""
        self._xml.open("testsuite", name=failure.path, tests=1, failures=0, errors=1, skipped=0)
        self._xml.open("testcase", classname=failure.path, name="not checked", time=0)
        self._xml.element("error", failure.message, message=failure.message, type="not-checked")
        self._xml.close("testcase")
        self._xml.close("testsuite")

    def end(self, tally: Tally) -> None:
        """Close the document."""
        self._xml.close("testsuites")

    def _test(self, path: str, finding: Finding) -> None:
        name = " ".join([finding.rule, f"{finding.line}:{finding.column}", *finding.text.split()])
        self._xml.open("testcase", classname=path, name=name, file=path, line=finding.line, time=0)
        kind = f"{finding.severity.label} {finding.rule}"
        self._xml.element("failure", line(path, finding), message=sentence(finding), type=kind)
        self._xml.close("testcase")
