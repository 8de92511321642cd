"""How reports say things: a finding in a sentence, a run in a line."""

from __future__ import annotations

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Verdict
from mtcheck.reports.tally import Tally, looks_spun
from mtcheck.surprisals import WordPlaces, wording_nats

_SURE = 0.8


def sentence(finding: Finding) -> str:
    """What one line of a report says of a finding: the wording as it stands, and the message with the best suggestion.

    It holds no line end, whatever the draft holds.
    """
    others = ", ".join(f"“{_line(suggestion.text)}”" for suggestion in finding.suggestions[1:])
    wording = _line(finding.text)  # a finding on the text as a whole has none
    said = f"“{wording}”: {_line(finding.message)}" if wording else _line(finding.message)
    return f"{said} Or: {others}." if others else said


def _line(text: str) -> str:
    return " ".join(text.split())


def summary(tally: Tally) -> str:
    """The last line: ``1 file, 815 words: 57 findings (31 errors, 26 warnings), 69.9 per 1,000 words; looks spun``."""
    line = f"{_inputs(tally)}, {facts(tally)}" if tally.files else "no file checked"
    if tally.documents == 1 and tally.last:
        line += f"; {verdict_words(tally.last)}"
    elif tally.spun:
        noun = "file" if tally.documents == tally.files else "document"
        line += f"; {count(tally.spun, f'{noun} looks', f'{noun}s look')} spun"
    if tally.unchanged:
        line += f"; {tally.unchanged:,} unchanged since an earlier run"
    if tally.interrupted:
        line += "; interrupted"
    if tally.failures:
        line += f"; {count(tally.failures, 'input')} not checked"
    return line


def _inputs(tally: Tally) -> str:
    """How many files, and documents where those are more: ``1 file with 20 documents``."""
    more = f" with {count(tally.documents, 'document')}" if tally.documents != tally.files else ""
    return count(tally.files, "file") + more


def facts(tally: Tally) -> str:
    """How many words and findings: ``815 words: 57 findings (31 errors, 26 warnings), 69.9 per 1,000 words``.

    The rate is a verdict's: information does not count.
    """
    findings = tally.severities.total()
    words = count(tally.words, "word")
    if not findings:
        return f"{words}: no findings"
    parts = [
        count(tally.severities[level], level.label, plural) for level, plural in _PLURALS if tally.severities[level]
    ]
    counted = findings - tally.severities[Severity.INFO]
    what = "errors and warnings " if tally.severities[Severity.INFO] else ""
    rate = f", {1000 * counted / tally.words:,.1f} {what}per 1,000 words" if counted and tally.words else ""
    return f"{words}: {count(findings, 'finding')} ({', '.join(parts)}){rate}"


_PLURALS = ((Severity.ERROR, "errors"), (Severity.WARNING, "warnings"), (Severity.INFO, "info"))


def verdict_words(verdict: Verdict) -> str:
    """Whether a text looks spun: ``looks spun (99 %)``."""
    if verdict.spun is None:
        return "too short to tell whether it is spun"
    if not looks_spun(verdict):
        return f"does not look spun ({percent(verdict.spun)})"
    return f"{'looks' if verdict.spun >= _SURE else 'may be'} spun ({percent(verdict.spun)})"


def count(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: ``1 file``, ``2,000 files``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def percent(probability: float) -> str:
    """A probability as ``97 %``; never 0 or 100: nothing here is certain."""
    return f"{min(99, max(1, round(100 * probability)))} %"


def nats(surprisal: float | None) -> str:
    """A surprisal with two digits, ``-`` where it is not known."""
    return "-" if surprisal is None else f"{surprisal:.2f}"


class WordingNats:
    """How surprising the wordings of a document's findings are as they stand."""

    def __init__(self, document: Document, result: DocumentResult) -> None:
        self._surprisals = result.surprisals
        self._places = WordPlaces.of(document.text)

    def of(self, finding: Finding) -> float | None:
        """The editing surprisal in nats of all words of a finding; ``None`` where none of them was judged."""
        if self._surprisals is None or not finding.text:
            return None
        return wording_nats(self._surprisals, self._places, finding.start, finding.end)
