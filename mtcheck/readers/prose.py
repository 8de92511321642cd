"""The prose of a value that may hold HTML: a field of a record, a body of a news item."""

from __future__ import annotations

import re

from mtcheck.annotated import AnnotatedText
from mtcheck.readers.html import annotate_fragment

_TAG = re.compile(
    r"(?i)</?(?:a|abbr|article|b|blockquote|br|cite|div|em|figcaption|figure|font|h[1-6]|hr|i|img|li|ol|p|section|"
    r"small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul)(?:\s[^<>]{0,2000})?/?>"
)


def annotate_value(value: AnnotatedText, as_html: bool | None = None) -> AnnotatedText:
    """The prose of a value; unless ``as_html`` says what it is, one with a tag in it is HTML."""
    if as_html or (as_html is None and _TAG.search(value.text)):
        return annotate_fragment(value)
    return value
