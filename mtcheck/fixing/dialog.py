"""A person chooses: one finding after the other, each with its line, its suggestions and a key for what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

import click

from mtcheck.display import visible
from mtcheck.findings import Finding, Severity
from mtcheck.fixing.edits import NotFixable
from mtcheck.fixing.fixer import Checked, FixableFile, Refuse
from mtcheck.fixing.fixes import Chosen, Fix
from mtcheck.reports.text import TextReport
from mtcheck.reports.wording import percent

KEYS = "[a]ccept  [n]ext suggestion  [o]wn wording  [s]kip  skip all a[l]ike  [u]ndo  [q]uit and keep"
_END = ("", "\x04")
"""Keys of one whose input has ended."""


@dataclass(frozen=True, slots=True)
class _Question:
    checked: Checked
    finding: Finding


@dataclass(frozen=True, slots=True)
class _Step:
    """An answer that can be taken back: to which question, with the fix or the wording to skip that it led to."""

    question: int
    fix: Fix | None = None
    skipped: str | None = None


class Dialog:
    """Asks on the terminal about the findings at or above a severity; what is skipped everywhere stays so."""

    def __init__(self, stream: TextIO, minimum: Severity, *, key: Callable[[], str] = click.getchar) -> None:
        self.ended = False
        self._stream = stream
        self._minimum = minimum
        self._key = key
        self._skipped: set[str] = set()

    def choose(self, file: FixableFile, checked: Sequence[Checked], refuse: Refuse) -> list[Fix]:
        """Ask about the findings of a file; the answers so far count when the person quits."""
        questions = [
            _Question(one, finding)
            for one in checked
            for finding in one.result.findings
            if finding.severity >= self._minimum and finding.text.strip()
        ]
        chosen = Chosen()
        steps: list[_Step] = []
        index = 0
        while index < len(questions) and not self.ended:
            finding = questions[index].finding
            if _alike(finding) in self._skipped:
                index += 1
                continue
            step = self._ask(file, questions, index, chosen)
            if step is not None:
                steps.append(step)
                index += 1
            elif steps and not self.ended:
                last = steps.pop()
                index = last.question
                if last.fix:
                    chosen.remove(last.fix)
                self._skipped.discard(last.skipped or "")
            elif not self.ended:
                self._say("There is nothing to undo in this file.")
        return chosen.fixes

    def _ask(self, file: FixableFile, questions: Sequence[_Question], index: int, chosen: Chosen) -> _Step | None:
        """What the person wants for one finding; nothing for undoing the answer before, or for the end."""
        question = questions[index]
        finding, suggestions, shown = question.finding, question.finding.suggestions, 0
        self._show(question, index + 1, len(questions))
        while True:
            self._offer(finding, shown)
            match self._pressed():
                case "a" if suggestions:
                    if fix := self._fix(file, question, suggestions[shown].text, chosen):
                        return _Step(index, fix)
                case "n" if suggestions:
                    shown = (shown + 1) % len(suggestions)
                case "a" | "n":
                    self._say("There is no suggestion; o takes a wording of your own.")
                case "o":
                    wording = click.prompt("Wording", default="", show_default=False).strip()
                    if wording and (fix := self._fix(file, question, wording, chosen)):
                        return _Step(index, fix)
                case "s":
                    return _Step(index)
                case "l":
                    self._skipped.add(_alike(finding))
                    return _Step(index, skipped=_alike(finding))
                case "u":
                    return None
                case "q":
                    self.ended = True
                    return None
                case _:
                    self._say(KEYS)

    def _fix(self, file: FixableFile, question: _Question, wording: str, chosen: Chosen) -> Fix | None:
        try:
            fix = file.fix(question.checked.number, question.finding, wording)
            chosen.add(fix)
        except NotFixable as error:
            self._say(f"That cannot be put there: {error}.")
            return None
        return fix

    def _show(self, question: _Question, number: int, total: int) -> None:
        self._say(f"\n{number} of {total}")
        result = replace(question.checked.result, findings=(question.finding,))
        TextReport(self._stream, summary=False).document(question.checked.document, result)

    def _offer(self, finding: Finding, shown: int) -> None:
        if finding.suggestions:
            suggestion = finding.suggestions[shown]
            what = f"→ “{visible(suggestion.text)}”" if suggestion.text.strip() else "→ leave it out"
            self._say(f"{what} {percent(suggestion.confidence)} ({shown + 1} of {len(finding.suggestions)})")
        self._say(KEYS)

    def _pressed(self) -> str:
        try:
            key = self._key()
        except EOFError:
            return "q"
        return "q" if key in _END else key.lower()

    def _say(self, line: str) -> None:
        click.echo(line, file=self._stream)


def _alike(finding: Finding) -> str:
    """What findings have in common that are skipped together."""
    return " ".join(finding.text.split()).casefold()
