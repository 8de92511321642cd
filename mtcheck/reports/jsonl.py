"""JSON lines: an object a line, written as the run goes on, for programs that cannot wait for its end.

{"type": "run", "version": ..., "signature": ...}
{"type": "finding", "path": ..., and the keys of a finding in the JSON report}
{"type": "file", "path": ..., "words": ..., "verdict": ...}     behind the file's findings
{"type": "error", "path": ..., "message": ...}
{"type": "end", "files": ..., "interrupted": ...}               missing where the run failed
"""

from __future__ import annotations

import json
from typing import Any, TextIO

from mtcheck._version import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure
from mtcheck.reports.json import file_entry, finding_entry
from mtcheck.reports.tally import Tally
from mtcheck.reports.wording import WordingNats


class JsonLinesReport:
    """Writes a line per finding, per file and per failure."""

    def __init__(self, stream: TextIO, *, verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose

    def begin(self, signature: str) -> None:
        """Write the run's line."""
        self._write("run", {"version": __version__, "signature": signature})
        self._stream.flush()

    def document(self, document: Document, result: DocumentResult) -> None:
        """Write the lines of one file's findings and, behind them, its own."""
        wordings = WordingNats(document, result) if self._verbose else None
        for finding in result.findings:
            self._write("finding", {"path": result.path, **finding_entry(document, finding, wordings)})
        entry = file_entry(result)
        del entry["findings"]
        self._write("file", entry)
        self._stream.flush()

    def failure(self, failure: Failure) -> None:
        """Write an error's line."""
        self._write("error", {"path": failure.path, "message": failure.message})
        self._stream.flush()

    def end(self, tally: Tally) -> None:
        """Write the line that says that the run came to its end."""
        self._write("end", {"files": tally.files, "interrupted": tally.interrupted})

    def _write(self, kind: str, entry: dict[str, Any]) -> None:
        self._stream.write(json.dumps({"type": kind, **entry}, ensure_ascii=False, allow_nan=False) + "\n")
