"""The tags, texts and references of HTML with their places, in time that grows with the length only.

The standard library's parser reads on from each unfinished tag or comment anew, which takes minutes for a hostile
page. As in browsers, what is left open at the end of the page is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto


class Kind(Enum):
    """What stands there."""

    START = auto()
    END = auto()
    TEXT = auto()
    REFERENCE = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a page from ``start`` to ``end``; ``name`` is a tag's, in small letters."""

    kind: Kind
    start: int
    end: int
    name: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())
"""Elements in which no tag but their own end is one."""
_NEXT = re.compile(r"<[/!?a-zA-Z]|&(?=[#a-zA-Z])")
_NAME = re.compile(r"[^\s/>]+")
_ATTRIBUTE = re.compile(r"[^\s/>=][^\s/>=]*")
_GAP = re.compile(r"[\s/]*")
_SPACE = re.compile(r"\s*")
_UNQUOTED = re.compile(r"[^\s>]*")
_REFERENCE = re.compile(r"&(?:#[xX][0-9a-fA-F]{1,7}|#[0-9]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a page in their order; comments and declarations are passed over."""
    position, length = 0, len(text)
    while position < length:
        found = _NEXT.search(text, position)
        start = found.start() if found else length
        if start > position:
            yield Token(Kind.TEXT, position, start)
        if found is None:
            return
        opening = found.group()
        if opening == "&":
            reference = _REFERENCE.match(text, start)
            position = reference.end() if reference else start + 1
            yield Token(Kind.REFERENCE if reference else Kind.TEXT, start, position)
        elif opening in ("<!", "<?") or (opening == "</" and not text[start + 2 : start + 3].isalpha()):
            if text.startswith("<![CDATA[", start):
                position = _behind(text, "]]>", start)
                if position <= length:
                    yield Token(Kind.TEXT, start + len("<![CDATA["), position - len("]]>"))
            else:
                position = _behind(text, "-->" if text.startswith("<!--", start) else ">", start + 2)
        else:
            token = _tag(text, start)
            if token is None:
                return
            yield token
            position = token.end
            if token.kind is Kind.START and token.name in _RAW:
                end = re.compile(rf"</{token.name}(?=[\s/>])", re.I).search(text, position)
                raw_end = end.start() if end else length
                if raw_end > position:
                    yield Token(Kind.TEXT, position, raw_end)
                position = raw_end


def _behind(text: str, mark: str, start: int) -> int:
    """Where the text goes on behind a mark; beyond its end where there is none."""
    found = text.find(mark, start)
    return found + len(mark) if found >= 0 else len(text) + 1


def _tag(text: str, start: int) -> Token | None:
    """The tag that begins at ``start``; none where the page ends inside it."""
    kind = Kind.END if text[start + 1] == "/" else Kind.START
    name = _NAME.match(text, start + (2 if kind is Kind.END else 1))
    assert name is not None
    attributes: dict[str, str] = {}
    position = name.end()
    while position < len(text):
        position = _match_end(_GAP, text, position)
        if text.startswith(">", position):
            return Token(kind, start, position + 1, name.group().lower(), attributes)
        attribute = _ATTRIBUTE.match(text, position)
        position = attribute.end() if attribute else position + 1
        value = ""
        equals = _match_end(_SPACE, text, position)
        if attribute and text.startswith("=", equals):
            position = _match_end(_SPACE, text, equals + 1)
            quote = text[position : position + 1]
            quoted = quote in ('"', "'")
            begin = position + quoted
            end = text.find(quote, begin) if quoted else _match_end(_UNQUOTED, text, begin)
            if not quote or end < 0:
                return None
            value, position = text[begin:end], end + quoted
        if attribute:
            attributes.setdefault(attribute.group().lower(), value)
    return None


def _match_end(pattern: re.Pattern[str], text: str, position: int) -> int:
    """Where a pattern that may match nothing ends."""
    match = pattern.match(text, position)
    return match.end() if match else position
