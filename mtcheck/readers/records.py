"""Records with named fields: JSON Lines, a JSON array or object, and CSV; of each record the fields asked for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from mtcheck.document import Document
from mtcheck.findings import Failure
from mtcheck.readers.composition import Composition, SourceFile, limited
from mtcheck.readers.delimited import delimiter_of, header, rows
from mtcheck.readers.json_text import Json, JsonReader, JsonString, annotate_string, name_in
from mtcheck.readers.prose import annotate_value
from mtcheck.writing import json_string

_LINE = re.compile(r"[^\r\n]+")
_NAMES = ("id", "guid", "uri", "url", "link", "slug")
"""Fields by which a record is known."""
_SHOWN = 12
"""How many fields an error lists."""


class NoSuchField(ValueError):
    """A field to check is in no record."""


Strings = list[tuple[str, JsonString]]


def read_json_lines(path: str, text: str, fields: Sequence[str]) -> list[Document | Failure]:
    """A document for each line that has a field of ``fields``; a line that is no object is a failure of its own.

    A field inside an object is named with a dot, ``article.body``.

    Raises:
        NoSuchField: no line has one of the fields.
    """
    source, parser = SourceFile(path, text), JsonReader()
    found: list[Document | Failure] = []
    seen = _Seen(fields)
    for line in limited([match for match in _LINE.finditer(text) if not match.group().isspace()]):
        number = source.lines.place(line.start())[0]
        try:
            record = parser.parse(line.group(), line.start())
        except ValueError as error:
            found.append(Failure(path, f"line {number}: {str(error).replace('line 1, ', '')}"))
            continue
        found.extend(_document(source, record, fields, seen, f"line {number}"))
    seen.check("line")
    return found


def read_json_records(path: str, text: str, fields: Sequence[str]) -> list[Document | Failure]:
    """A document for the object, or for each object of the array, that a JSON file is.

    Raises:
        NoSuchField: no object in it has one of the fields.
        ValueError: it is no JSON.
    """
    source, seen = SourceFile(path, text), _Seen(fields)
    value = JsonReader().parse(text)
    found: list[Document | Failure] = []
    if isinstance(value, Sequence) and not isinstance(value, str):
        for number, record in enumerate(limited(value), 1):
            found.extend(_document(source, record, fields, seen, f"record {number}"))
    else:
        found.extend(_document(source, value, fields, seen, "record"))
    seen.check("record")
    return found


def read_csv(path: str, text: str, fields: Sequence[str]) -> list[Document | Failure]:
    """A document for each row below the header; rows are counted as spreadsheets do, the header being row 1.

    Raises:
        NoSuchField: the header lacks one of the fields.
        ValueError: a quotation mark is never closed, or a row has too many cells.
    """
    source = SourceFile(path, text)
    delimiter = delimiter_of(text, fields)
    table = rows(text, delimiter)
    names = [cell.read(source.text).text.strip() for cell in next(table, [])]
    if missing := [field for field in fields if field not in names]:
        raise NoSuchField(f"no column {missing[0]!r}; there are: {_listed(names)}")
    columns = [(name, number) for number, name in enumerate(names) if name in fields]
    known = next((number for name in _NAMES for number, column in enumerate(names) if column.lower() == name), None)
    found: list[Document | Failure] = []
    for number, row in enumerate(table, 2):
        composition = Composition(source)
        for name, column in columns:
            if column < len(row):
                text_read, writing = annotate_value(row[column].read(source.text), row[column].writing)
                composition.add(name, text_read, writing=writing)
        identity = row[known].read(source.text).text if known is not None and known < len(row) else ""
        if not composition.empty:
            found.append(composition.document(f"row {number}", " ".join(identity.split())[:200]))
            limited(found)
    return found


def fields_advice(kind: str, text: str) -> str:
    """What to say where the fields to check were not named: which there are."""
    try:
        if kind == "csv":
            return _listed(header(text))
        value = JsonReader().parse(next(_LINE.finditer(text)).group() if kind == "jsonl" else text)
    except (ValueError, StopIteration):
        return "none, it cannot be parsed"
    record = value[0] if isinstance(value, Sequence) and value and not isinstance(value, str) else value
    return _listed(list(record) if isinstance(record, Mapping) else [])


class _Seen:
    """Which fields were found in any record, so that a misspelled one does not pass for an empty one."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._missing = dict.fromkeys(fields)
        self._others: Counter[str] = Counter()

    def add(self, record: Mapping[str, Json], strings: Strings) -> None:
        for field, _ in strings:
            self._missing.pop(field, None)
        if self._missing and len(self._others) <= _SHOWN:
            self._others.update(key for key, value in record.items() if isinstance(value, JsonString))

    def check(self, what: str) -> None:
        if self._missing:
            raise NoSuchField(f"no {what} has text in a field {next(iter(self._missing))!r}; {self._known()}")

    def _known(self) -> str:
        names = [name for name, _ in self._others.most_common()]
        return f"fields with text are: {_listed(names)}" if names else "none has any field with text"


def _document(
    source: SourceFile, record: Json, fields: Sequence[str], seen: _Seen, name: str
) -> Iterator[Document | Failure]:
    if not isinstance(record, Mapping):
        yield Failure(source.path, f"{name} is no object")
        return
    strings = [(field, string) for field in fields for string in _strings(record, field)]
    seen.add(record, strings)
    composition = Composition(source)
    for field, string in sorted(strings, key=lambda item: item[1].start):
        found, writing = annotate_value(annotate_string(source.text, string), json_string)
        composition.add(field, found, writing=writing)
    if not composition.empty:
        yield composition.document(name, name_in(record, *_NAMES))


def _strings(record: Mapping[str, Json], field: str) -> list[JsonString]:
    """The strings of a field, one or a list of them; a field of that very name goes before a path with dots."""
    value: Json = record
    for key in [field] if field in record else field.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, JsonString):
        return [value]
    many = value if isinstance(value, Sequence) and not isinstance(value, str) else []
    return [string for string in many if isinstance(string, JsonString)]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN]) or "none"
    return f"{shown} …" if len(names) > _SHOWN else shown
