"""The JSON report: the contract that other programs rely on, see the README."""

from __future__ import annotations

import json
import math
from typing import Any, TextIO

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Verdict
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import WordingNats

_OUTDENT = "\n" + " " * 6


class JsonReport:
    """One JSON object, written file by file; what was found stays valid JSON when the run is interrupted."""

    def __init__(self, stream: TextIO, *, verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose
        self._failures: list[Failure] = []
        self._separator = ""

    def begin(self, signature: str) -> None:
        """Open the object."""
        self._stream.write(f'{{\n  "version": {_dump(__version__)},\n  "signature": {_dump(signature)},\n  "files": [')

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write one entry of ``files``, finding by finding: as one text it would take many times the draft's memory."""
        start, _, end = _dump(file_entry(result), indent=4).rpartition("[]")
        self._stream.write(f"{self._separator}\n    {start}[")
        separator = ""
        wordings = WordingNats(document, result) if self._verbose else None
        for finding in result.findings:
            self._stream.write(f"{separator}\n        {_dump(finding_entry(document, finding, wordings), indent=8)}")
            separator = ","
        self._stream.write(f"{separator and _OUTDENT}]{end}")
        self._stream.flush()
        self._separator = ","

    def failure(self, failure: Failure) -> None:
        """Keep an entry of ``errors``, which come last."""
        self._failures.append(failure)

    def end(self, tally: Tally) -> None:
        """Write ``errors`` and close the object."""
        files_end = "\n  ]" if self._separator else "]"
        errors = [{"path": failure.path, "message": failure.message} for failure in self._failures]
        self._stream.write(f'{files_end},\n  "errors": {_dump(errors, indent=2)}\n}}\n')


def file_entry(result: DocumentResult) -> dict[str, Any]:
    """One file's entry in ``files``, its findings left empty."""
    return {
        "path": result.path,
        **({"name": result.name} if result.name else {}),
        "words": result.words,
        "verdict": verdict_entry(result.verdict),
        "findings": [],
    }


def verdict_entry(verdict: Verdict) -> dict[str, Any]:
    """A document's ``verdict``."""
    return {
        "findings_per_1000_words": _number(verdict.findings_per_1000_words),
        "editing_perplexity": _number(verdict.editing_perplexity),
        "perplexity": _number(verdict.perplexity),
        "spun": _number(verdict.spun),
    }


def finding_entry(document: Document, finding: Finding, wordings: WordingNats | None = None) -> dict[str, Any]:
    """One finding, its keys in the order of the contract; ``start`` and ``end`` are offsets into the source.

    With ``wordings`` it has the surprisals of the wording and of the suggestions, in nats, too.
    """
    start, end = document.source_span(finding.start, finding.end)
    return {
        "rule": finding.rule,
        "severity": finding.severity.label,
        "confidence": _number(finding.confidence),
        "start": start,
        "end": end,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        **({"location": finding.location} if finding.location else {}),
        "text": finding.text,
        "message": finding.message,
        "in_quotation": finding.in_quotation,
        **({"surprisal": _number(wordings.of(finding))} if wordings else {}),
        "suggestions": [
            {
                "text": suggestion.text,
                "confidence": _number(suggestion.confidence),
                **({"surprisal": _number(suggestion.surprisal)} if wordings else {}),
            }
            for suggestion in finding.suggestions
        ],
        "fingerprint": finding.fingerprint,
    }


def _number(value: float | None) -> float | None:
    """Two digits: more would be noise that differs between processors. JSON has no infinity."""
    return None if value is None or not math.isfinite(value) else round(float(value), 2)


def _dump(value: object, indent: int = 0) -> str:
    """JSON text, its lines behind the first indented; only ``json`` itself writes raw line ends."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2 if indent else None)
    return text.replace("\n", "\n" + " " * indent)
