"""Which reports a run writes, and where to: what ``--format`` and ``--output`` ask for."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from mtcheck.errors import UsageError
from mtcheck.findings import Severity
from mtcheck.output import STDOUT, open_output
from mtcheck.reports import FORMATS, Report
from mtcheck.reports.several import Member, SeveralReports


@dataclass(frozen=True, slots=True)
class Destination:
    """A report to write: the name of its format, and a path or ``-`` for standard output."""

    format: str
    path: str


def destinations(format_name: str, outputs: Sequence[str]) -> list[Destination]:
    """The reports that ``--format`` and all ``--output`` ask for.

    An output is ``FORMAT:PATH``, or a ``PATH`` for the report in ``format_name``. That one goes to standard output
    where no output takes it elsewhere or takes standard output for itself.

    Raises:
        UsageError: two reports would go to one place.
    """
    found: list[Destination] = []
    placed = False
    for output in outputs:
        prefix, colon, path = output.partition(":")
        if colon and path and prefix in FORMATS:
            found.append(Destination(prefix, path))
        else:
            found.append(Destination(format_name, output))
            placed = True
    if not placed and all(one.path != STDOUT for one in found):
        found.insert(0, Destination(format_name, STDOUT))
    seen: set[str] = set()
    for one in found:
        real = STDOUT if one.path == STDOUT else os.path.realpath(one.path)
        if real in seen:
            where = "standard output" if one.path == STDOUT else one.path
            raise UsageError(f"--output: two reports would go to {where}; give each a place of its own")
        seen.add(real)
    return found


@contextmanager
def open_reports(
    places: Sequence[Destination],
    *,
    summary: bool,
    minimum: Severity | None,
    failing: Severity | None,
    verbose: bool = False,
) -> Iterator[Report]:
    """The reports as one. Files are complete or not there: they are put in place when the block ends without an error.

    ``minimum`` is the least severity for all reports. Without one each format has its own, but what makes the run fail
    (``failing``) is in every report.
    """
    usual = Severity.WARNING if failing is None else min(Severity.WARNING, failing)
    with ExitStack() as stack:
        members = []
        for place in places:
            form = FORMATS[place.format]
            stream = stack.enter_context(open_output(place.path, utf8=not form.for_people))
            least = Severity.INFO if form.complete else usual
            members.append(Member(form(stream, summary, verbose), least if minimum is None else minimum))
        yield SeveralReports(members)
