"""What rival tools print, as findings: code points into the text, with suggestions where there are any.

Every reader takes a tool's standard output and the documents by name, the name being that of the file without
``.txt``; texts have line feeds as line ends. Whatever a tool reports by default counts, whatever severity it gives.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from mtcheck.calibration import WARNING_CONFIDENCE
from mtcheck.document import Document
from mtcheck.findings import Finding, Severity, Suggestion

_REPLACE = re.compile(r"Replace with: “(.*)”", re.DOTALL)
_INSERT = re.compile(r"Insert “(.*)”", re.DOTALL)
_CODESPELL = re.compile(r"(?P<path>.+?):(?P<line>\d+): (?P<word>.+?) ==> (?P<wordings>.*)")
_CODESPELL_WORD = re.compile(r"[\w\-'’]+")


@dataclass(frozen=True, slots=True)
class Alert:
    """What a tool says of the code points from ``start`` to ``end``; ``wordings`` could stand there, the best first."""

    start: int
    end: int
    rule: str
    message: str
    wordings: tuple[str, ...] = ()


Alerts = dict[str, list[Alert]]
"""By the name of the document; one without alerts may be left out."""
Read = Callable[[str, Mapping[str, Document]], Alerts]


def findings(document: Document, alerts: Iterable[Alert]) -> tuple[Finding, ...]:
    """Alerts as findings in the order of their places.

    All are warnings with the confidence that a warning has at least, and suggestions have none: the tools give no
    probabilities.
    """
    return tuple(_finding(document, alert) for alert in sorted(alerts, key=lambda a: (a.start, a.end, a.rule)))


def _finding(document: Document, alert: Alert) -> Finding:
    return Finding.at(
        document,
        alert.start,
        alert.end,
        rule=alert.rule,
        severity=Severity.WARNING,
        confidence=WARNING_CONFIDENCE,
        message=alert.message,
        suggestions=tuple(Suggestion(wording, 0.0) for wording in alert.wordings),
    )


def read_harper(output: str, documents: Mapping[str, Document]) -> Alerts:
    """``harper lint --format json``: spans are code points already."""
    return {
        _name(file["file"]): [
            Alert(
                lint["span"]["char_start"],
                lint["span"]["char_end"],
                lint["rule"],
                lint["message"],
                tuple(_harper_wording(suggestion, lint["matched_text"]) for suggestion in lint["suggestions"]),
            )
            for lint in file["lints"]
        ]
        for file in json.loads(output)
    }


def _harper_wording(suggestion: str, matched: str) -> str:
    """What would stand there after ``Replace with: “x”``, ``Insert “x”``, which is behind, or ``Remove error``."""
    if replaced := _REPLACE.fullmatch(suggestion):
        return replaced[1]
    if inserted := _INSERT.fullmatch(suggestion):
        return matched + inserted[1]
    return ""


def read_proselint(output: str, documents: Mapping[str, Document]) -> Alerts:
    """``proselint check --output-format json``: spans count code points from 1."""
    return {
        _name(path): [
            Alert(
                item["span"][0] - 1,
                item["span"][1] - 1,
                item["check_path"],
                item["message"],
                (item["replacements"],) if item["replacements"] else (),
            )
            for item in file["diagnostics"]
        ]
        for path, file in json.loads(output)["result"].items()
    }


def read_codespell(output: str, documents: Mapping[str, Document]) -> Alerts:
    """``codespell``: one line for each misspelt word, in their order but without their columns."""
    found: Alerts = defaultdict(list)
    seen: Counter[tuple[str, int, str]] = Counter()
    for printed in output.splitlines():
        if not (match := _CODESPELL.fullmatch(printed)):
            continue
        name, line, word = _name(match["path"]), int(match["line"]), match["word"]
        start, end = documents[name].bounds(line)
        places = [m for m in _CODESPELL_WORD.finditer(documents[name].text, start, end) if m.group() == word]
        place = places[seen[name, line, word]]
        seen[name, line, word] += 1
        wordings = (part.strip() for part in match["wordings"].split(" | ")[0].split(","))
        found[name].append(Alert(*place.span(), "codespell", printed, tuple(filter(None, wordings))))
    return dict(found)


def read_typos(output: str, documents: Mapping[str, Document]) -> Alerts:
    """``typos --format json``: one object a line, with the line and a byte offset into it."""
    found: Alerts = defaultdict(list)
    for printed in output.splitlines():
        entry = json.loads(printed)
        if entry["type"] != "typo" or "line_num" not in entry:
            continue
        name = _name(entry["path"])
        begin, end = documents[name].bounds(entry["line_num"])
        line = documents[name].text[begin:end].encode()
        start = begin + len(line[: entry["byte_offset"]].decode())
        wordings = tuple(entry["corrections"])
        found[name].append(Alert(start, start + len(entry["typo"]), "typos", entry["typo"], wordings))
    return dict(found)


def read_vale(output: str, documents: Mapping[str, Document]) -> Alerts:
    """``vale --output=JSON``: lines and columns from 1, the last column inside. Written from its documentation."""
    found: Alerts = {}
    for path, alerts in json.loads(output).items():
        name = _name(path)
        found[name] = []
        for alert in alerts:
            first, last = alert["Span"]
            start = documents[name].bounds(alert["Line"])[0] + first - 1
            wordings = _vale_wordings(alert["Action"]["Name"], alert["Action"]["Params"] or [], alert["Match"])
            found[name].append(Alert(start, start + last - first + 1, alert["Check"], alert["Message"], wordings))
    return found


def _vale_wordings(action: str, parameters: Sequence[str], matched: str) -> tuple[str, ...]:
    """What the action that Vale tells editors to offer would put there; spellings they would have to ask for."""
    if action == "replace":
        return tuple(parameters)
    if action == "remove":
        return ("",)
    if action == "edit" and parameters[0] == "truncate":
        return (matched.split(parameters[1])[0],)
    return ()


def read_lingotweaker(output: str, documents: Mapping[str, Document]) -> Alerts:
    """The matches of lingotweaker's engine by file: offsets and lengths are UTF-8 bytes."""
    found: Alerts = {}
    for path, matches in json.loads(output).items():
        name = _name(path)
        data = documents[name].text.encode()
        found[name] = []
        for match in matches:
            start = len(data[: match["offset"]].decode())
            end = len(data[: match["offset"] + match["length"]].decode())
            found[name].append(Alert(start, end, match["rule_id"], match["message"], tuple(match["suggestions"])))
    return found


def _name(path: str) -> str:
    return PurePosixPath(path.replace("\\", "/")).stem
