"""JSON Feed and ninjs: each entry or news item is a document of its headline, summary, text and captions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeGuard

from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document
from mtcheck.errors import UnreadFormat
from mtcheck.findings import Failure
from mtcheck.readers.composition import Composition, SourceFile, limited
from mtcheck.readers.json_text import Json, JsonReader, JsonString, annotate_string, name_in
from mtcheck.readers.news import read_value
from mtcheck.readers.prose import annotate_value
from mtcheck.readers.records import fields_advice
from mtcheck.writing import Writing, json_string

Field = tuple[str, AnnotatedText, Writing]
"""A label, what stands there, and how a wording is written into it."""

JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")
_FEED_FIELDS = {"title": "title", "summary": "summary", "content_html": "content", "content_text": "content"}
_NO_PROSE = ("creditline", "byline", "copyright")
"""Roles of descriptions that say whose it is."""
_NINJS_FIELDS = re.compile(r"(headline|description|body)(?:s|_(\w+))?")
"""``headline``, ``headline_main``, ``body_xhtml`` of ninjs 1; ``headlines``, ``bodies``, ``descriptions`` later."""


def is_news(text: str) -> bool:
    """Whether JSON without a telling name looks like a feed or a news item."""
    return bool(JSON_FEED.search(text)) or bool(
        re.search(r'"(?:uri|guid)"\s*:', text)
        and re.search(r'"(?:headlines?|headline_\w+|bodies|body_\w+|description_\w+|versionCreated)"\s*:', text, re.I)
    )


def read_json_news(path: str, text: str) -> list[Document | Failure]:
    """The entries of a JSON Feed, or the item or items of ninjs; an entry that is none is a failure of its own.

    Raises:
        UnreadFormat: it is JSON, but neither of the two.
        ValueError: it is no JSON.
    """
    source = SourceFile(path, text)
    value = JsonReader().parse(text)
    items: Json = value
    if isinstance(value, Mapping):
        items = next((held for key in ("items", "item") if _is_list(held := value.get(key))), None)
        if _is_list(items) and JSON_FEED.match(name_in(value, "version")):
            return [_entry(source, item, number) for number, item in enumerate(limited(items), 1)]
        if name_in(value, "uri", "guid"):
            return [_item(source, value, "item")]
    if not _is_list(items):
        advice = "name the fields to check with --field; there are: " + fields_advice("json", text)
        raise UnreadFormat(path, f"neither a JSON Feed nor news in ninjs; {advice}")
    return [
        _item(source, item, f"item {number}")
        if isinstance(item, Mapping)
        else Failure(path, f"item {number} is no object")
        for number, item in enumerate(limited(items), 1)
    ]


def _is_list(value: Json) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _entry(source: SourceFile, entry: Json, number: int) -> Document | Failure:
    if not isinstance(entry, Mapping):
        return Failure(source.path, f"entry {number} is no object")
    fields = [
        (label, *annotate_value(annotate_string(source.text, value), json_string, key == "content_html" or None))
        for key, label in _FEED_FIELDS.items()
        if isinstance(value := entry.get(key), JsonString)
    ]
    return _composed(source, fields, f"entry {number}", name_in(entry, "id", "url", "title"))


def _item(source: SourceFile, item: Mapping[str, Json], name: str) -> Document:
    """A news item with those it is associated with: pictures and their captions, above all."""
    fields: list[Field] = []
    pending: list[tuple[str, Mapping[str, Json]]] = [("", item)]
    while pending:
        path, current = pending.pop()
        for key, value in current.items():
            if match := _NINJS_FIELDS.fullmatch("bodys" if key == "bodies" else key):
                for string, as_html in _wordings(value):
                    said = annotate_string(source.text, string)
                    fields.extend(read_value(f"{path}{match[1]}", said, json_string, as_html))
        associated = current.get("associations")
        if isinstance(associated, Mapping):
            named = [(key, value) for key, value in associated.items()]
        elif isinstance(associated, Sequence) and not isinstance(associated, str):
            named = [
                ((isinstance(value, Mapping) and name_in(value, "name")) or str(number), value)
                for number, value in enumerate(associated, 1)
            ]
        else:
            named = []
        pending.extend(
            (f"{path}association {key}, ", value) for key, value in reversed(named) if isinstance(value, Mapping)
        )
    return _composed(source, fields, name, name_in(item, "uri", "guid"))


def _wordings(value: Json) -> list[tuple[JsonString, bool | None]]:
    """The strings of a field, which is one or a list of objects with ``value``, and whether they say to be HTML."""
    if isinstance(value, JsonString):
        return [(value, None)]
    found: list[tuple[JsonString, bool | None]] = []
    for part in value if _is_list(value) else []:
        # Early drafts of ninjs 2 say "text" for "value", and so do files that follow them.
        string = part.get("value", part.get("text")) if isinstance(part, Mapping) else None
        if isinstance(part, Mapping) and isinstance(string, JsonString) and name_in(part, "role") not in _NO_PROSE:
            found.append((string, True if "html" in name_in(part, "contenttype", "contentType") else None))
    return found


def _composed(source: SourceFile, fields: list[Field], name: str, known_as: str) -> Document:
    composition = Composition(source)
    composition.add_distinct(sorted(fields, key=lambda field: field[1].span(0, 0)[0]))
    return composition.document(name, known_as)
