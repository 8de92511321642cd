"""XML written element by element, so that no report is held in memory."""

from __future__ import annotations

from typing import TextIO
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from mtcheck.display import visible


class Xml:
    """Elements with what XML forbids made visible: a draft may hold control characters, XML 1.0 may not."""

    def __init__(self, stream: TextIO) -> None:
        self._generator = XMLGenerator(stream, "utf-8", short_empty_elements=True)  # type: ignore[arg-type]
        self._generator.startDocument()
        self._depth = 0

    def open(self, name: str, /, **attributes: str | int) -> None:
        """Write a start tag on a line of its own."""
        self._new_line()
        self._generator.startElement(name, _attributes(attributes))
        self._depth += 1

    def element(self, name: str, text: str = "", /, **attributes: str | int) -> None:
        """Write an element that holds text or nothing."""
        self._new_line()
        self._generator.startElement(name, _attributes(attributes))
        self._generator.characters(_legal(text))
        self._generator.endElement(name)

    def close(self, name: str) -> None:
        """Write an end tag on a line of its own."""
        self._depth -= 1
        self._new_line()
        self._generator.endElement(name)
        if not self._depth:
            self._generator.ignorableWhitespace("\n")

    def _new_line(self) -> None:
        if self._depth:
            self._generator.ignorableWhitespace("\n" + "  " * self._depth)


def _attributes(values: dict[str, str | int]) -> AttributesImpl[str]:
    return AttributesImpl({name: _legal(str(value)) for name, value in values.items()})


def _legal(text: str) -> str:
    return visible(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
