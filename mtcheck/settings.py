"""What a project decides about findings: severities and confidences by rule, accepted wording, exceptions by path."""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from mtcheck.calibration import ERROR_CONFIDENCE, WARNING_CONFIDENCE, severity
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

STDIN = "-"

Key = tuple[str | int, ...]
"""The way to a value of a configuration: ``("rules", "MT101")``."""


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """What is set for one rule.

    Attributes:
        off: its findings are left out.
        severity: that of its findings that are as sure as a warning; the others are information. ``None`` leaves it to
            the confidence.
        confidence: findings below this are left out.
    """

    off: bool = False
    severity: Severity | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The confidences from which a finding is an error or a warning; ``None`` is the usual one."""

    error: float | None = None
    warning: float | None = None

    def over(self, other: Thresholds) -> Thresholds:
        """These, and those of ``other`` where none is set."""
        return Thresholds(
            other.error if self.error is None else self.error,
            other.warning if self.warning is None else self.warning,
        )

    def severity(self, confidence: float) -> Severity:
        """The severity that a confidence earns."""
        if confidence >= (ERROR_CONFIDENCE if self.error is None else self.error):
            return Severity.ERROR
        return Severity.WARNING if self.is_sure(confidence) else Severity.INFO

    def is_sure(self, confidence: float) -> bool:
        """Whether a confidence is that of a warning at least."""
        return confidence >= (WARNING_CONFIDENCE if self.warning is None else self.warning)


class Patterns:
    """Patterns of paths as in a .gitignore file, relative to a folder."""

    def __init__(self, patterns: Sequence[str], folder: Path) -> None:
        self.patterns = tuple(patterns)
        self._folder = os.path.realpath(folder)

    def match(self, path: str, *, folder: bool = False) -> bool:
        """Whether a path, relative to the current folder, is meant; one outside the patterns' folder never is."""
        if not self.patterns or path == STDIN:
            return False
        try:
            relative = os.path.relpath(os.path.realpath(path), self._folder)
        except ValueError:  # on another drive
            return False
        if relative == os.curdir or relative.startswith(os.pardir):
            return False
        return self._spec.match_file(relative + "/" if folder else relative)

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self.patterns)


@dataclass(frozen=True)
class Override:
    """Settings for some paths; they come on top of the general ones."""

    paths: Patterns
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    accept: tuple[str, ...] = ()
    thresholds: Thresholds = Thresholds()


@dataclass(frozen=True)
class Settings:
    """All that a project sets about findings; of overrides that mean the same path the last one decides."""

    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    accept: tuple[str, ...] = ()
    thresholds: Thresholds = Thresholds()
    overrides: tuple[Override, ...] = ()

    def of(self, path: str) -> Settings:
        """The settings for one path, in which there are no overrides any more."""
        found = replace(self, overrides=())
        for override in self.overrides:
            if override.paths.match(path):
                found = Settings(
                    {**found.rules, **override.rules},
                    (*found.accept, *override.accept),
                    override.thresholds.over(found.thresholds),
                )
        return found

    def needless(self, used: Collection[str]) -> Iterator[tuple[str, Key]]:
        """The accepted wordings that are not in ``used``, and the key of the configuration that each stands under."""
        lists: list[tuple[tuple[str, ...], Key]] = [(self.accept, ("accept",))]
        lists += [(one.accept, ("overrides", number, "accept")) for number, one in enumerate(self.overrides)]
        for wordings, key in lists:
            for wording in wordings:
                if wording not in used:
                    yield wording, key

    def apply(self, document: Document, result: DocumentResult, used: set[str] | None = None) -> DocumentResult:
        """A checker's result as the project wants it: findings left out or of another severity, and their rate.

        The accepted wordings that left a finding out are added to ``used``.
        """
        own = self.of(document.path)
        if own == Settings() or not result.findings:
            return result
        accepted = Accepted(own.accept, document.text)
        kept = []
        for finding in result.findings:
            if not own._wants(finding):
                continue
            wording = accepted.covering(finding)
            if wording is None:
                kept.append(replace(finding, severity=own._severity(finding)))
            elif used is not None:
                used.add(wording)
        return with_findings(result, tuple(kept))

    def _wants(self, finding: Finding) -> bool:
        rule = self.rules.get(finding.rule, RuleSetting())
        return not rule.off and finding.confidence >= rule.confidence

    def _severity(self, finding: Finding) -> Severity:
        chosen = self.rules.get(finding.rule, RuleSetting()).severity
        if chosen is not None:
            return chosen if self.thresholds.is_sure(finding.confidence) else Severity.INFO
        if finding.severity is Severity.INFO and severity(finding.confidence) is not Severity.INFO:
            return Severity.INFO  # a rule that only informs, however sure it is
        return self.thresholds.severity(finding.confidence)


def with_findings(result: DocumentResult, findings: tuple[Finding, ...]) -> DocumentResult:
    """A result with other findings and the rate of these."""
    rate = 1000.0 * sum(finding.severity >= Severity.WARNING for finding in findings) / max(1, result.words)
    return replace(result, findings=findings, verdict=replace(result.verdict, findings_per_1000_words=rate))


class Accepted:
    """The places of accepted words and phrases in a text; case and the kind of white space do not count."""

    def __init__(self, phrases: Iterable[str], text: str) -> None:
        patterns = {_pattern(phrase): phrase for phrase in phrases if phrase.strip()}
        longest_first = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._phrases: list[str] = []
        if patterns:
            any_of_them = "|".join(f"({pattern})" for pattern in longest_first)
            for match in re.finditer(rf"(?<!\w)(?:{any_of_them})(?!\w)", text, re.IGNORECASE):
                self._starts.append(match.start())
                self._ends.append(match.end())
                self._phrases.append(patterns[longest_first[(match.lastindex or 1) - 1]])

    def covering(self, finding: Finding) -> str | None:
        """The accepted wording that a finding lies in, as it was given."""
        index = bisect_right(self._starts, finding.start) - 1
        covered = index >= 0 and finding.start < finding.end <= self._ends[index]
        return self._phrases[index] if covered else None


def _pattern(phrase: str) -> str:
    return r"\s+".join(map(re.escape, phrase.split()))
