"""What becomes of a checker's findings: the project's settings, silencers in the draft, what is known, what changed.

Settings and silencers are opinions on the text, so the rate of findings is taken behind them. A baseline and the
changed lines only choose what is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from mtcheck.baseline import Baseline
from mtcheck.changed_lines import ChangedLines
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity
from mtcheck.settings import Settings, with_findings
from mtcheck.silencers import Silencers, read_silencers


@dataclass(frozen=True)
class Policy:
    """All that decides which findings are reported.

    ``minimum`` is the least severity that is; ``used`` takes the accepted wordings that leave a finding out.
    """

    settings: Settings = field(default_factory=Settings)
    baseline: Baseline | None = None
    changes: ChangedLines | None = None
    minimum: Severity = Severity.INFO
    used: set[str] | None = None

    def of_file(self, documents: Sequence[Document]) -> FilePolicy:
        """The policy for the documents of one file."""
        if documents and self.baseline is not None:
            self.baseline.checked(documents[0].path)
        return FilePolicy(self, read_silencers(documents))


@dataclass(frozen=True)
class FilePolicy:
    """The policy for one file, with its silencers."""

    policy: Policy
    silencers: Silencers

    def apply(self, document: Document, result: DocumentResult) -> DocumentResult:
        """The result with the findings that are to be reported."""
        result = self.policy.settings.apply(document, result, self.policy.used)
        heard = tuple(finding for finding in result.findings if not self.silencers.silence(document, finding))
        if len(heard) < len(result.findings):
            result = with_findings(result, heard)
        return replace(result, findings=tuple(f for f in heard if self._is_reported(document, f)))

    def complaints(self) -> Iterator[str]:
        """Sentences on silencers that are wrong or not needed any more, once all documents were checked."""
        for line, problem in self.silencers.complaints():
            yield f"line {line}: {problem}"

    def _is_reported(self, document: Document, finding: Finding) -> bool:
        policy = self.policy
        wanted = finding.severity >= policy.minimum
        # What is known counts as found whatever its severity is by now; a new baseline holds what would be reported.
        if policy.baseline is not None and (wanted or not policy.baseline.update):
            wanted = not policy.baseline.knows(document.path, finding) and wanted
        if not wanted or policy.changes is None or not finding.text or document.extracted:
            return wanted
        return policy.changes.touch(document.path, finding.line, finding.end_line)
