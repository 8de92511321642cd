"""What the server's own API takes and gives, as its OpenAPI description shows it: the JSON report of ``mtcheck``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Severity
from mtcheck.reports.json import file_entry, finding_entry


class CheckBody(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="English text. Foreign paragraphs, code and addresses are left alone.")
    path: str = Field("-", max_length=4096, description="What the report calls the text.")
    min_severity: Literal["info", "warning", "error"] = Field("info", description="Leave out findings below this.")


class Suggestion(BaseModel):
    """A wording that may be the original."""

    text: str
    confidence: float | None = Field(description="The probability that it is.")


class Finding(BaseModel):
    """A stretch that looks garbled; offsets and columns count code points, lines and columns from 1."""

    rule: str = Field(examples=["MT101"])
    severity: Literal["info", "warning", "error"]
    confidence: float | None = Field(description="The probability that the finding is right.")
    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int
    location: str | None = Field(None, description="The part of a file, where line and column do not say it all.")
    text: str
    message: str
    in_quotation: bool
    suggestions: list[Suggestion]
    fingerprint: str


class Verdict(BaseModel):
    """What the whole text looks like."""

    findings_per_1000_words: float | None
    editing_perplexity: float | None
    perplexity: float | None
    spun: float | None = Field(description="The probability that the text is spun; null where it is too short.")


class File(BaseModel):
    """One text's findings and verdict."""

    path: str
    name: str | None = None
    words: int
    verdict: Verdict
    findings: list[Finding]


class Failure(BaseModel):
    """What could not be checked."""

    path: str
    message: str


class Report(BaseModel):
    """The JSON report, as ``mtcheck --format json`` prints it."""

    version: str
    signature: str = Field(description="All that the results depend on.")
    files: list[File]
    errors: list[Failure]


class Info(BaseModel):
    """What this server is and takes."""

    version: str
    signature: str
    longest_text: int = Field(description="The longest text, in UTF-16 code units.")


class Problem(BaseModel):
    """Why a request was refused."""

    error: str


def report(document: Document, result: DocumentResult, signature: str, least: Severity) -> dict[str, Any]:
    """The report on one text."""
    entry = file_entry(result)
    entry["findings"] = [finding_entry(document, finding) for finding in result.findings if finding.severity >= least]
    return {"version": __version__, "signature": signature, "files": [entry], "errors": []}
