"""SARIF 2.1.0, for code scanning: rules, results with fixes and fingerprints, and what could not be checked.

Written result by result; columns count code points (``columnKind``). Where a format wants characters that JSON has and
files lack (half a surrogate pair), they are written as escapes.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePath
from typing import Any, TextIO
from urllib.parse import quote

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import sentence
from mtcheck.rules import RULES

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_NUMBERS = {code: number for number, code in enumerate(RULES)}


class SarifReport:
    """One run in one SARIF log."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._failures: list[Failure] = []
        self._separator = ""

    def begin(self, signature: str) -> None:
        """Open the log and its run, with the rules."""
        driver = {
            "name": "mtcheck",
            "version": __version__,
            "semanticVersion": __version__,
            "shortDescription": {"text": "Finds garbled wording in translated and spun English."},
            "rules": [_rule(code) for code in RULES],
            "properties": {"signature": signature},
        }
        head = {"$schema": SCHEMA, "version": "2.1.0"}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints"}
        self._stream.write(f'{_dump(head)[:-1]}, "runs": [{_dump(run)[:-1]}, "results": [')

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write a result per finding."""
        for finding in result.findings:
            self._stream.write(f"{self._separator}\n{_dump(_result(document, finding))}")
            self._separator = ","
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Keep a notification, which come last."""
        self._failures.append(failure)

    def end(self, tally: Tally) -> None:
        """Say how the run went and close the log."""
        invocation: dict[str, Any] = {"executionSuccessful": not (tally.failures or tally.interrupted)}
        if self._failures:
            invocation["toolExecutionNotifications"] = [
                {
                    "level": "error",
                    "message": {"text": failure.message},
                    "locations": [{"physicalLocation": {"artifactLocation": artifact(failure.path)}}],
                }
                for failure in self._failures
            ]
        self._stream.write(f'\n], "invocations": [{_dump(invocation)}]}}]}}\n')


def artifact(path: str) -> dict[str, str]:
    """Where a file is: below the folder that the run began in where it can be told, else by itself."""
    pure = PurePath(path)
    if pure.is_absolute():
        try:
            pure = pure.relative_to(Path.cwd())
        except ValueError:
            return {"uri": pure.as_uri()}
    return {"uri": quote(pure.as_posix(), errors="surrogateescape"), "uriBaseId": ROOT}


def _rule(code: str) -> dict[str, Any]:
    rule = RULES[code]
    return {
        "id": code,
        "name": rule.title.title().replace(" ", "").replace(",", ""),
        "shortDescription": {"text": rule.title[:1].upper() + rule.title[1:]},
        "fullDescription": {"text": rule.what},
        "help": {"text": f"{rule.what}\n\n{rule.why}\n\nFlagged: {rule.flags[0]}\nNot flagged: {rule.passes[0]}"},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["translation", "wording"]},
    }


def _result(document: Document, finding: Finding) -> dict[str, Any]:
    where = artifact(document.path)
    first, last = document.source_span(finding.start, finding.end)
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    entry: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": sentence(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": where}}],
        "partialFingerprints": {"primaryLocationLineHash": finding.fingerprint, "mtcheck/v1": finding.fingerprint},
        "rank": round(100 * finding.confidence, 1),
        "properties": {"inQuotation": finding.in_quotation},
    }
    if not document.extracted:  # a region of text in a file that is none would mislead
        snippet = {"text": document.source[first:last]}
        entry["locations"][0]["physicalLocation"]["region"] = {**region, "snippet": snippet}
    if finding.rule in _NUMBERS:
        entry["ruleIndex"] = _NUMBERS[finding.rule]
    if finding.location:
        entry["locations"][0]["logicalLocations"] = [{"fullyQualifiedName": finding.location}]
    fitting = [s for s in finding.suggestions if document.replaceable(finding.start, finding.end, s.text)]
    if fitting:
        entry["fixes"] = [
            {
                "description": {"text": f"“{suggestion.text}” ({round(100 * suggestion.confidence)} %)"},
                "artifactChanges": [
                    {
                        "artifactLocation": where,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": suggestion.text}}],
                    }
                ],
            }
            for suggestion in fitting
        ]
    return entry


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
