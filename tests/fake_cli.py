"""The command line with a checker that loads at once and flags "dying march" (error), "final week" (warning) and
"really" (info). "Crash!" in a text makes it fail as a bug would, "Die!" ends its process, "Wait!" makes it wait for
Ctrl-C, "Sleep!" makes each step of a server's check take half a second. A text of forty words and more is spun with
probability .8 where it says "Spun!", else with .1; a shorter one has no verdict."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mtcheck import __version__, segments
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.errors import ModelError
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict, fingerprint
from mtcheck.progress import Progress
from mtcheck.surprisals import Collector, WordPlaces

WORDINGS = {
    "dying march": (Severity.ERROR, "death march"),
    "final week": (Severity.WARNING, "last week"),
    "really": (Severity.INFO, "truly"),
}


SHORTEST_JUDGED = 40


@dataclass
class FakeCheck:
    """A check under way, which takes a step per line."""

    document: Document
    waiting: int

    @property
    def done(self) -> bool:
        return self.waiting == 0


class FakeChecker:
    def __init__(self, options: tuple[object, ...] = ()) -> None:
        self.signature = f"mtcheck:{__version__}|base:fake|" + ",".join(map(str, options))

    def check_document(self, document: Document) -> DocumentResult:
        if "Crash!" in document.text:
            raise RuntimeError("a bug")
        if "Die!" in document.text:
            os._exit(9)
        if "Wait!" in document.text:
            print("waiting", file=sys.stderr, flush=True)
            time.sleep(60)
        words = len(document.text.split())
        found = re.finditer("|".join(WORDINGS), document.text)
        findings = tuple(self._finding(document, *match.span()) for match in found)
        rate = 1000.0 * sum(finding.severity >= Severity.WARNING for finding in findings) / max(1, words)
        spun = None if words < SHORTEST_JUDGED else 0.8 if "Spun!" in document.text else 0.1
        return DocumentResult(document.path, words, Verdict(rate, 2.0, 9.0, spun), findings, document.name)

    def check(self, text: str, path: str = "-") -> DocumentResult:
        return self.check_document(Document(path, text))

    def begin(self, document: Document) -> FakeCheck:
        return FakeCheck(document, len(document.text.splitlines()))

    def advance(self, checks: Sequence[FakeCheck], before_pass: Callable[[], None] | None = None) -> None:
        if before_pass:
            before_pass()
        if any("Sleep!" in check.document.text for check in checks):
            time.sleep(0.5)
        if any("Crash!" in check.document.text for check in checks):
            raise RuntimeError("a bug in: " + checks[0].document.text)
        for under_way in checks:
            under_way.waiting -= 1

    def finish(self, check: FakeCheck) -> DocumentResult:
        result = self.check_document(check.document)
        found = Collector(WordPlaces.of(check.document.text))
        for span in segments.words(check.document.text):
            garbled = any(span.overlaps(one.start, one.end) for one in result.findings)
            found.add(span.start, 8.0 if garbled else 0.01, 9.0, 1)
        return replace(result, surprisals=found.finish())

    def _finding(self, document: Document, start: int, end: int) -> Finding:
        text = document.text[start:end]
        severity, original = WORDINGS[text]
        return Finding.at(
            document,
            start,
            end,
            rule="MT101",
            severity=severity,
            confidence={"error": 0.9, "warning": 0.6, "info": 0.2}[severity.label],
            message="garbled",
            suggestions=(Suggestion(original, 0.9),),
            fingerprint=fingerprint("MT101", document.line(document.line_of(start)), text, 0),
        )


def load(options: CheckerOptions, progress: Progress) -> FakeChecker:
    _need_model(options)
    progress("Loading", 0, 0)
    return FakeChecker((options.model, options.adapter, options.precision, options.threads))


def sign(options: CheckerOptions, cache: object, progress: Progress) -> tuple[str, str]:
    _need_model(options)
    return FakeChecker((options.model, options.adapter, options.precision)).signature, "test"


def _need_model(options: CheckerOptions) -> None:
    if options.model == "missing":
        raise ModelError("no base model: run `mtcheck model fetch` while the network is there")


if __name__ in {"__main__", "__mp_main__"}:  # the latter in the processes of --jobs
    CheckerOptions.load = load
    CheckerOptions.sign = sign

if __name__ == "__main__":
    from mtcheck.cli import main

    main()
