"""JSON with the place of every string in the source, from the standard library's own scanner."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import decoder, scanner
from typing import Any, TypeAlias

from mtcheck.annotated import AnnotatedText, Annotator

_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)")
_UNREADABLE = re.compile("[\0\ud800-\udfff]")
"""Halves of a character that stand alone, and NUL."""


@dataclass(frozen=True, slots=True)
class JsonString:
    """A string and the stretch of the source between its quotation marks."""

    start: int
    end: int
    value: str


Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | JsonString | str | bool | None"
"""What a JSON text holds; a number is a ``str`` of its digits."""


class JsonReader:
    """Parses JSON texts that stand in a larger source."""

    def __init__(self) -> None:
        self._base = 0
        parts: Any = scanner
        scan: Any = json.JSONDecoder(parse_int=str, parse_float=str)
        # The scanner in C calls no parser of strings but its own; this one asks the decoder's attributes.
        scan.parse_string = self._string
        scan.scan_once = parts.py_make_scanner(scan)
        self._decoder: json.JSONDecoder = scan

    def parse(self, text: str, base: int = 0) -> Json:
        """The value that ``text`` is, which begins at ``base`` of the source.

        Raises:
            ValueError: it is no JSON, or is nested too deeply; with line and column in ``text``.
        """
        self._base = base
        try:
            value: Json = self._decoder.decode(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"not JSON: {error.msg} at line {error.lineno}, column {error.colno}") from error
        except RecursionError as error:
            raise ValueError("arrays and objects nested too deeply") from error
        return value

    def _string(self, text: str, begin: int, strict: bool) -> tuple[JsonString, int]:
        scan: Any = decoder
        value, end = scan.scanstring(text, begin, strict)
        return JsonString(self._base + begin, self._base + end - 1, value), end


def annotate_string(source: AnnotatedText, string: JsonString) -> AnnotatedText:
    """The text of a string; each escape leads back to where it stands."""
    annotator = Annotator(source)
    begin = string.start
    for match in _ESCAPE.finditer(source.text, string.start, string.end):
        annotator.keep(begin, match.start())
        meant: str = json.loads(f'"{match.group()}"')
        annotator.read_as(match.start(), match.end(), _UNREADABLE.sub("\ufffd", meant))
        begin = match.end()
    annotator.keep(begin, string.end)
    return annotator.finish()


def name_in(record: Mapping[str, Json], *keys: str) -> str:
    """What a record is called by the first of ``keys`` that it has, in one line; empty where it has none."""
    for key in keys:
        value = record.get(key)
        name = value.value if isinstance(value, JsonString) else value if isinstance(value, str) else ""
        if name.strip():
            return " ".join(name.split())[:200]
    return ""
