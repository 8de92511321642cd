"""The prose of a value that may hold HTML: a field of a record, a body of a news item."""

from __future__ import annotations

import re

from mtcheck.annotated import AnnotatedText
from mtcheck.readers.html import annotate_fragment
from mtcheck.writing import Writing, html, nested

_TAG = re.compile(
    r"(?i)</?(?:a|abbr|article|b|blockquote|br|cite|div|em|figcaption|figure|font|h[1-6]|hr|i|img|li|ol|p|section|"
    r"small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(?:\s[^<>]{0,2000})?/?>"
)


def annotate_value(
    value: AnnotatedText, writing: Writing, as_html: bool | None = None
) -> tuple[AnnotatedText, Writing]:
    """The prose of a value, and how a wording is written there; ``writing`` says how in what the value stands in.

    Unless ``as_html`` says what it is, a value with a tag in it is HTML.
    """
    if as_html or (as_html is None and _TAG.search(value.text)):
        return annotate_fragment(value), nested(writing, html)
    return value, writing
