"""The command line with a checker that loads at once and flags "dying march" (error), "final week" (warning) and
"really" (info); "Crash!" in a text makes it fail as a bug would, "Wait!" makes it wait for Ctrl-C."""

from __future__ import annotations

import re
import sys
import time

from mtcheck import __version__
from mtcheck.commands import check
from mtcheck.document import Document
from mtcheck.errors import ModelError
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict, fingerprint
from mtcheck.progress import Progress
from mtcheck.runner import Checks

WORDINGS = {
    "dying march": (Severity.ERROR, "death march"),
    "final week": (Severity.WARNING, "last week"),
    "really": (Severity.INFO, "truly"),
}


class FakeChecker:
    def __init__(self, options: tuple[object, ...] = ()) -> None:
        self.signature = f"mtcheck:{__version__}|base:fake|" + ",".join(map(str, options))

    def check_document(self, document: Document) -> DocumentResult:
        if "Crash!" in document.text:
            raise RuntimeError("a bug")
        if "Wait!" in document.text:
            print("waiting", file=sys.stderr, flush=True)
            time.sleep(60)
        words = len(document.text.split())
        found = re.finditer("|".join(WORDINGS), document.text)
        findings = tuple(self._finding(document, *match.span()) for match in found)
        return DocumentResult(document.path, words, Verdict(0.0, 2.0, 9.0, None), findings)

    def _finding(self, document: Document, start: int, end: int) -> Finding:
        text = document.text[start:end]
        severity, original = WORDINGS[text]
        places = *document.place(start), *document.place(end)
        return Finding(
            "MT101",
            severity,
            {"error": 0.9, "warning": 0.6, "info": 0.2}[severity.label],
            start,
            end,
            *places,
            text,
            "garbled",
            suggestions=(Suggestion(original, 0.9),),
            fingerprint=fingerprint("MT101", document.line(document.line_of(start)), text, 0),
        )


def load(
    model: str | None,
    adapter: str | None,
    precision: str,
    threads: int | None,
    names: tuple[str, ...],
    progress: Progress,
) -> Checks:
    if model == "missing":
        raise ModelError("no base model: run `mtcheck model fetch` while the network is there")
    progress("Loading", 0, 0)
    return FakeChecker((model, adapter, precision, threads))


if __name__ == "__main__":
    from mtcheck.cli import main

    check.load_checker = load
    main()
