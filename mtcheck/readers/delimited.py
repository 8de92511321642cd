"""CSV (RFC 4180) and its kin, with the place of every cell; cells are cut where the standard library cuts them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.writing import Writing, csv_plain, csv_quoted

MOST_CELLS = 10_000
"""Cells of one row."""
DELIMITERS = (",", ";", "\t", "|")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell from ``start`` to ``end`` of the source, with its quotation marks up to ``quoted``, if it has any."""

    start: int
    end: int
    quoted: int

    @property
    def writing(self) -> Writing:
        """How a wording is written into the cell."""
        return csv_quoted if self.quoted > self.start else csv_plain

    def read(self, source: AnnotatedText) -> AnnotatedText:
        """The text of the cell, with ``""`` read as one quotation mark."""
        annotator = Annotator(source)
        if self.quoted > self.start:
            begin = self.start + 1
            for match in re.compile('""').finditer(source.text, begin, self.quoted - 1):
                annotator.keep(begin, match.start())
                annotator.read_as(match.start(), match.end(), '"')
                begin = match.end()
            annotator.keep(begin, self.quoted - 1)
        annotator.keep(self.quoted, self.end)
        return annotator.finish()


def rows(text: str, delimiter: str) -> Iterator[list[Cell]]:
    """The rows of a table in their order; an empty line is a row without cells.

    Raises:
        ValueError: a cell begins with a quotation mark and never ends; with its line.
    """
    quoted, plain = _patterns(delimiter)
    position, row = 0, list[Cell]()
    while position < len(text):
        start = position
        if text[position] == '"':
            match = quoted.match(text, position)
            if match is None:
                line = len(_LINE_END.findall(text, 0, position)) + 1
                raise ValueError(f"the quotation mark at the start of a cell at line {line} is never closed")
            position = match.end()
        rest = plain.match(text, position)
        end = rest.end() if rest else position
        row.append(Cell(start, end, position if position > start else start))
        if len(row) > MOST_CELLS:
            line = len(_LINE_END.findall(text, 0, start)) + 1
            raise ValueError(f"a row of more than {MOST_CELLS:,} cells at line {line}")
        if text.startswith(delimiter, end):
            position = end + 1
            if position < len(text):
                continue
            row.append(Cell(position, position, position))
        else:
            line_end = _LINE_END.match(text, end)
            position = line_end.end() if line_end else end
        yield row if len(row) > 1 or row[0].end > row[0].start else []
        row = []


def header(text: str, fields: Sequence[str] = ()) -> list[str]:
    """The names of the columns."""
    source = AnnotatedText.whole(text)
    return [cell.read(source).text.strip() for cell in next(rows(text, delimiter_of(text, fields)), [])]


def delimiter_of(text: str, fields: Sequence[str] = ()) -> str:
    """What separates the cells: by it the header has most of the fields, and else most columns."""
    source = AnnotatedText.whole(text)

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            names = [cell.read(source).text.strip() for cell in next(rows(text, delimiter), [])]
        except ValueError:
            return -1, 0
        return sum(field in names for field in fields), len(names)

    return max(DELIMITERS, key=fit)


@cache
def _patterns(delimiter: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a quoted part and an unquoted part of a cell look like."""
    return re.compile(r'"[^"]*+(?:""[^"]*+)*+"'), re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
