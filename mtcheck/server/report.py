"""What the server's own API takes and gives, as its OpenAPI description shows it: the JSON report of ``mtcheck``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Severity
from mtcheck.reports.json import file_entry, finding_entry
from mtcheck.surprisals import WordPlaces


class CheckBody(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(description="English text. Foreign paragraphs, code and addresses are left alone.")
    path: str = Field("-", max_length=4096, description="What the report calls the text.")
    min_severity: Literal["info", "warning", "error"] = Field("info", description="Leave out findings below this.")
    surprisals: bool = Field(False, description="Tell how surprising each word is, too.")


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
    surprisals: list[tuple[int, int, float]] | None = Field(
        None,
        description="Of each word that was judged: start, end, and by how many nats an editor who has read the rest "
        "of the text is surprised by it.",
    )


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


def report(
    document: Document, result: DocumentResult, signature: str, least: Severity, surprisals: bool
) -> dict[str, Any]:
    """The report on one text, if need be with the surprisal of each word."""
    entry = file_entry(result)
    entry["findings"] = [finding_entry(document, finding) for finding in result.findings if finding.severity >= least]
    if surprisals:
        entry["surprisals"] = list(_surprisals(document, result))
    return {"version": __version__, "signature": signature, "files": [entry], "errors": []}


def _surprisals(document: Document, result: DocumentResult) -> Iterator[tuple[int, int, float]]:
    if result.surprisals is None:
        return
    places = WordPlaces.of(document.text)
    for number, (start, end) in enumerate(zip(places.starts, places.ends, strict=True)):
        nats = result.surprisals.nats(number)
        if nats is not None:
            yield start, end, nats
