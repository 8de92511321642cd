"""Findings as editors show them: diagnostics, quick fixes, and what a hover tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lsprotocol import types

from mtcheck.document import Document
from mtcheck.findings import Finding, Severity
from mtcheck.lsp.positions import Positions
from mtcheck.rules import RULES

SOURCE = "mtcheck"
ACCEPT = "mtcheck.accept"
"""The command that accepts a phrase; its arguments are the draft's URI and the phrase."""

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}


def diagnostic(document: Document, finding: Finding, positions: Positions) -> types.Diagnostic:
    """A finding as a diagnostic; what is needed for its quick fixes travels with it as ``data``."""
    start, end = document.source_span(finding.start, finding.end)
    if finding.end == finding.start:  # on the text as a whole: shown on its first line
        end = start + len(document.source[start:].split("\n", 1)[0].rstrip("\r"))
    fitting = [s for s in finding.suggestions if document.replaceable(finding.start, finding.end, s.text)]
    return types.Diagnostic(
        range=positions.range(start, end),
        message=f"{finding.message} ({round(100 * finding.confidence)} %)",
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        source=SOURCE,
        data={
            "text": document.source[start:end],
            "phrase": finding.text,
            "suggestions": [s.text for s in fitting],
            "fingerprint": finding.fingerprint,
        },
    )


def code_actions(
    uri: str, version: int | None, diagnostics: list[types.Diagnostic], positions: Positions, versioned: bool
) -> Iterator[types.CodeAction]:
    """The quick fixes for some diagnostics whose text still stands where they are."""
    for one in diagnostics:
        data = one.data if isinstance(one.data, dict) else {}
        if one.source != SOURCE or not data or positions.slice(one.range) != data.get("text"):
            continue
        for number, wording in enumerate(data.get("suggestions", ())):
            yield types.CodeAction(
                title=f"Replace with “{wording}”" if wording else "Leave it out",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[one],
                is_preferred=number == 0,
                edit=_edit(uri, version, types.TextEdit(one.range, wording), versioned),
            )
        if data.get("phrase"):
            yield types.CodeAction(
                title=f"Accept “{data['phrase']}” from now on",
                kind=types.CodeActionKind.QuickFix,
                diagnostics=[one],
                command=types.Command("Accept this phrase", ACCEPT, arguments=[uri, data["phrase"]]),
            )


def hover(document: Document, finding: Finding, positions: Positions) -> types.Hover:
    """The reasons for a finding."""
    rule = RULES.get(finding.rule)
    title = f"**{finding.rule}** {rule.title if rule else ''}, {round(100 * finding.confidence)} % sure"
    if finding.in_quotation:
        title += ", in a quotation"
    lines = [title, "", _plain(finding.message)]
    if finding.suggestions:
        lines += ["", "| it may have been | chance |", "|---|---|"]
        lines += [
            f"| {_plain(s.text) or '(leave it out)'} | {round(100 * s.confidence)} % |" for s in finding.suggestions
        ]
    start, end = document.source_span(finding.start, finding.end)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n".join(lines)), positions.range(start, end))


def _edit(uri: str, version: int | None, edit: types.TextEdit, versioned: bool) -> types.WorkspaceEdit:
    if not versioned:
        return types.WorkspaceEdit(changes={uri: [edit]})
    identifier = types.OptionalVersionedTextDocumentIdentifier(uri, version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(identifier, [edit])])


def _plain(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return "".join("\\" + char if char in "\\`*_{}[]<>()#+!|~&" else char for char in " ".join(text.split()))


def settings(data: Any) -> dict[str, Any]:
    """A client's settings, whether it sends them bare or under ``mtcheck``."""
    found = data.get("mtcheck", data) if isinstance(data, dict) else {}
    return found if isinstance(found, dict) else {}
