"""Annotated text: one JSON object a line.

    {"id": "a01", "text": "They plan to satisfy final week.",
     "spans": [{"start": 13, "end": 20, "original": "meet", "kind": "phrase", "sure": true},
               {"start": 21, "end": 31, "original": ["last week", "the week before"], "garbled": "final week"}]}

``start`` and ``end`` are Unicode code points into ``text``. ``original`` is what the original said, or a list of
wordings that would do; ``""`` says that the words are to be left out. ``kind`` names the sort of garble. Where
``sure`` is false, annotators differ: the words of the span count neither for nor against. ``garbled`` repeats the
words of the span, as a check. In place of ``spans``, ``original`` may hold the whole original text; the spans are then
found by aligning the words. A text without garbles has an empty list of spans.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mtcheck.errors import InputError
from mtcheck.evaluation.alignment import align
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.readers import Source, read

MAX_BYTES = 1024 * 1024 * 1024
"""The largest file of annotated text, in bytes."""


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A text and its garbled spans, in the order of their places and without overlaps."""

    name: str
    text: str
    spans: tuple[GoldSpan, ...] = ()


class _Malformed(ValueError):
    """What is wrong with a line, and what to do."""


def read_gold(path: str, *, clean: bool = False) -> list[GoldDocument]:
    """The documents of a file of annotated text; of ``clean`` text, documents need no spans and must not have any.

    Raises:
        InputError: it cannot be read, holds no document, or a line is not as above; the message names the line.
    """
    documents = []
    for number, line in enumerate(read(Source(path), limit=MAX_BYTES).text.split("\n"), 1):
        if line.strip():
            try:
                documents.append(_clean_document(line) if clean else _document(line))
            except _Malformed as error:
                raise InputError(path, f"line {number}: {error}") from error
    if not documents:
        raise InputError(path, 'no documents; each line is to be {"id": ..., "text": ..., "spans": [...]}')
    return documents


def _document(line: str) -> GoldDocument:
    data = _object(line)
    name, text = _field(data, "id", str), _field(data, "text", str)
    if "spans" not in data and "original" in data:
        return GoldDocument(name, text, align(text, _field(data, "original", str)))
    spans = []
    for number, span in enumerate(_field(data, "spans", list), 1):
        try:
            spans.append(_span(span, text))
        except _Malformed as error:
            raise _Malformed(f"span {number}: {error}") from error
    spans.sort(key=lambda span: (span.start, span.end))
    for left, right in itertools.pairwise(spans):
        if right.start < left.end:
            raise _Malformed(f"the spans at {left.start} and {right.start} overlap; make them one")
    return GoldDocument(name, text, tuple(spans))


def _clean_document(line: str) -> GoldDocument:
    data = _object(line)
    if data.get("spans") or "original" in data:
        raise _Malformed("the document has garbles; clean text must have none")
    return GoldDocument(_field(data, "id", str), _field(data, "text", str))


def _object(line: str) -> Mapping[str, Any]:
    try:
        data = json.loads(line)
        json.dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise _Malformed("half of a surrogate pair; write the character itself") from error
    except (ValueError, RecursionError) as error:
        raise _Malformed(f"not JSON ({error}); write one object a line") from error
    if not isinstance(data, dict):
        raise _Malformed('not a JSON object; write {"id": ..., "text": ..., "spans": [...]}')
    return data


def _span(data: object, text: str) -> GoldSpan:
    if not isinstance(data, dict):
        raise _Malformed('not a JSON object; write {"start": ..., "end": ..., "original": ...}')
    start, end = _field(data, "start", int), _field(data, "end", int)
    if not 0 <= start <= end <= len(text):
        raise _Malformed(
            f"{start} to {end} is no stretch of a text of {len(text)} code points; count Unicode code points from 0"
        )
    garbled = _field(data, "garbled", str) if "garbled" in data else text[start:end]
    if garbled != text[start:end]:
        raise _Malformed(
            f"{text[start:end]!r} stands at {start} to {end}, not {garbled!r}; count Unicode code points from 0"
        )
    return GoldSpan(
        start=start,
        end=end,
        originals=tuple(_originals(data)),
        kind=_field(data, "kind", str) if "kind" in data else "",
        sure=_field(data, "sure", bool) if "sure" in data else True,
    )


def _originals(data: Mapping[str, Any]) -> Iterator[str]:
    value = data.get("original")
    wordings = value if isinstance(value, list) and value else [value]
    for wording in wordings:
        if not isinstance(wording, str):
            raise _Malformed('"original" must be the wording or a list of wordings; "" leaves the words out')
        yield wording


_KINDS: Mapping[type, str] = {str: "text in quotes", int: "a whole number", list: "a list", bool: "true or false"}


def _field(data: Mapping[str, Any], name: str, kind: type) -> Any:
    if name not in data:
        raise _Malformed(f'no "{name}"; add it: {_KINDS[kind]}')
    value = data[name]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _Malformed(f'"{name}" must be {_KINDS[kind]}')
    return value
