"""JSON Feed and ninjs: each entry or news item is a document of its headline, summary, text and captions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document
from mtcheck.findings import Failure
from mtcheck.readers.composition import Composition, SourceFile, limited
from mtcheck.readers.json_text import Json, JsonReader, JsonString, annotate_string, name_in
from mtcheck.readers.prose import annotate_value
from mtcheck.writing import Writing, json_string

Field = tuple[str, AnnotatedText, Writing]
"""A label, what stands there, and how a wording is written into it."""

JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")
_FEED_FIELDS = {"title": "title", "summary": "summary", "content_html": "content", "content_text": "content"}
_NINJS_FIELDS = re.compile(r"(headline|description|body)(?:s|_(\w+))?")
"""``headline``, ``headline_main``, ``body_xhtml`` of ninjs 1; ``headlines``, ``bodies``, ``descriptions`` later."""


def is_news(text: str) -> bool:
    """Whether JSON without a telling name looks like a feed or a news item."""
    return bool(JSON_FEED.search(text)) or bool(
        re.search(r'"uri"\s*:', text)
        and re.search(r'"(?:headlines?|headline_\w+|bodies|body_\w+|description_\w+|versionCreated)"\s*:', text, re.I)
    )


def read_json_news(path: str, text: str) -> list[Document | Failure]:
    """The entries of a JSON Feed, or the item or items of ninjs; an entry that is none is a failure of its own.

    Raises:
        ValueError: it is no JSON, or neither of the two.
    """
    source = SourceFile(path, text)
    value = JsonReader().parse(text)
    if isinstance(value, Mapping) and isinstance(items := value.get("items"), Sequence) and not isinstance(items, str):
        return [_entry(source, item, number) for number, item in enumerate(limited(items), 1)]
    if isinstance(value, Mapping):
        return [_item(source, value, "item")]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [
            _item(source, item, f"item {number}")
            if isinstance(item, Mapping)
            else Failure(path, f"item {number} is no object")
            for number, item in enumerate(limited(value), 1)
        ]
    raise ValueError("neither a JSON Feed nor news in ninjs")


def _entry(source: SourceFile, entry: Json, number: int) -> Document | Failure:
    if not isinstance(entry, Mapping):
        return Failure(source.path, f"entry {number} is no object")
    fields = [
        (label, *_read(source, value, as_html=key == "content_html"))
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
                fields.extend((f"{path}{match[1]}", *_read(source, *found)) for found in _wordings(value))
        associated = current.get("associations")
        if isinstance(associated, Mapping):
            named = [(key, value) for key, value in associated.items()]
        elif isinstance(associated, Sequence) and not isinstance(associated, str):
            named = [(str(number), value) for number, value in enumerate(associated, 1)]
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
    if isinstance(value, Sequence) and not isinstance(value, str):
        for part in value:
            if isinstance(part, Mapping) and isinstance(string := part.get("value"), JsonString):
                kind = name_in(part, "contenttype", "contentType")
                found.append((string, True if "html" in kind else None))
    return found


def _read(source: SourceFile, string: JsonString, as_html: bool | None) -> tuple[AnnotatedText, Writing]:
    return annotate_value(annotate_string(source.text, string), json_string, as_html)


def _composed(source: SourceFile, fields: list[Field], name: str, known_as: str) -> Document:
    composition = Composition(source)
    composition.add_distinct(sorted(fields, key=lambda field: field[1].span(0, 0)[0]))
    return composition.document(name, known_as)
