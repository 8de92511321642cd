"""HTML: the prose of a page with its place in the source, also inside entities and nested inline tags.

Of a page the main text is read: an ``article``, ``main`` or the like where there is one, else the body without
navigation, forms and lists of links. ``everything`` reads all that a browser would show. The parser is the standard
library's: it never fails on broken markup and knows the offset of all it sees.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from mtcheck.annotated import AnnotatedText, Annotator

DEEPEST = 512
"""Elements inside each other; more is no page."""

_BLOCKS = frozenset(
    """address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol option p pre section select
    summary table tbody td textarea tfoot th thead title tr ul video audio object template noscript""".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_NEVER = frozenset("head script style template noscript iframe object svg math pre textarea select datalist".split())
"""Elements without prose: code, data, what a browser with scripts does not show."""
_AROUND = frozenset("nav footer aside form button menu dialog".split())
"""Elements that are not a page's main text."""
_AROUND_ROLES = frozenset("navigation banner contentinfo complementary search menu menubar dialog".split())
_AROUND_NAMES = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|footer|sidebar|breadcrumbs?|comments?|share|sharing|social|cookies?|"
    r"newsletter|related|promos?|advert\w*|ads?|subscribe|sponsored|byline-links|pagination|tags)(?:$|[\s_-])"
)
_MAIN = frozenset(["article", "main"])
_CODE = frozenset("code kbd samp tt var".split())
_SPACE = re.compile(r"[ \t\r\n\f]+")
_REFERENCE = re.compile(r"&(?:#[xX]?)?\w+;?")
_MANY_LINKS = 0.5
"""A block of which more than this share of letters are links is a list of links."""


@dataclass(slots=True)
class Stretch:
    """A stretch of the source; ``text`` is what it reads as where that is not what stands there."""

    start: int
    end: int
    text: str | None = None


@dataclass(slots=True)
class Block:
    """What stands between two tags of blocks."""

    main: bool
    around: bool
    stretches: list[Stretch] = field(default_factory=list)
    linked: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Element:
    """An open element and what its text is."""

    tag: str
    never: bool
    around: bool
    main: bool
    link: bool


def annotate_page(source: AnnotatedText, *, everything: bool = False) -> AnnotatedText:
    """The prose of a page; without ``everything`` its main text.

    Raises:
        ValueError: elements are nested deeper than any page's.
    """
    blocks = _blocks(source.text)
    if not everything:
        kept = [block for block in blocks if not block.around and block.linked <= _MANY_LINKS * block.length]
        blocks = [block for block in kept if block.main] or kept
    return _build(source, blocks)


def annotate_fragment(source: AnnotatedText) -> AnnotatedText:
    """All the prose of a piece of HTML, such as the content of a feed's entry.

    Raises:
        ValueError: elements are nested deeper than any page's.
    """
    return _build(source, _blocks(source.text))


def _blocks(text: str) -> list[Block]:
    parser = _Parser(text)
    parser.feed(text)
    parser.close()
    return [block for block in parser.blocks if block.length]


def _build(source: AnnotatedText, blocks: list[Block]) -> AnnotatedText:
    annotator = Annotator(source)
    for block in blocks:
        annotator.separate()
        for stretch in _trimmed(block.stretches):
            if stretch.text is None:
                annotator.keep(stretch.start, stretch.end)
            elif stretch.text != " " or not annotator.ends_with_space():
                annotator.read_as(stretch.start, stretch.end, stretch.text)
    return annotator.finish()


def _trimmed(stretches: list[Stretch]) -> list[Stretch]:
    """Without white space at the end; at the start it falls away by itself."""
    end = len(stretches)
    while end and stretches[end - 1].text == " ":
        end -= 1
    return stretches[:end]


class _Parser(HTMLParser):
    """Sorts the text of a page into blocks; offsets come from the line and column that the base class keeps."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._open: list[Element] = []
        self.blocks = [Block(main=False, around=False)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element, or end a block at a void one."""
        if tag in _BLOCKS:
            self._new_block()
        if tag in _VOID:
            return
        if tag in ("p", "li", "td", "th", "tr", "dd", "dt", "option"):
            self._close_open(tag)
        if len(self._open) >= DEEPEST:
            raise ValueError(f"elements nested deeper than {DEEPEST}")
        self._open.append(self._element(tag, dict(attrs)))
        if tag in _BLOCKS:
            self._new_block()
        if tag in _CODE:
            self._add(self._offset, self._offset, "`")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """``<br/>`` ends a block; in HTML a slash does not close any other element."""
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this name, and those left open inside it."""
        if tag in _CODE:
            self._add(self._offset, self._offset, "`")
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                break
        if tag in _BLOCKS:
            self._new_block()

    def handle_data(self, data: str) -> None:
        """Text as it stands; any run of white space is one space."""
        offset, end = self._offset, 0
        for match in _SPACE.finditer(data):
            if match.start() > end:
                self._add(offset + end, offset + match.start(), None)
            self._add(offset + match.start(), offset + match.end(), " ")
            end = match.end()
        if end < len(data):
            self._add(offset + end, offset + len(data), None)

    def handle_charref(self, name: str) -> None:
        """``&#8217;``."""
        self._reference()

    def handle_entityref(self, name: str) -> None:
        """``&amp;``."""
        self._reference()

    def unknown_decl(self, data: str) -> None:
        """A CDATA section, which HTML takes for a comment unless it is XHTML."""
        start = self._offset + len("<![CDATA[")
        if data.startswith("CDATA[") and self._text.startswith(data[6:], start):
            self._add(start, start + len(data) - 6, None)

    def _reference(self) -> None:
        start = self._offset
        match = _REFERENCE.match(self._text, start)
        if match:
            text = unescape(match.group())
            self._add(start, match.end(), " " if text.isspace() and text != "\xa0" else text.replace("\0", ""))

    @property
    def _offset(self) -> int:
        line, column = self.getpos()
        return self._starts[line - 1] + column

    def _element(self, tag: str, attributes: dict[str, str | None]) -> Element:
        outer = self._open[-1] if self._open else Element("", False, False, False, False)
        role = (attributes.get("role") or "").lower()
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:1000]
        hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
        main = tag in _MAIN or role in _MAIN or attributes.get("itemprop") == "articleBody"
        around = (
            tag in _AROUND
            or role in _AROUND_ROLES
            or (tag not in ("html", "body") and bool(_AROUND_NAMES.search(names)))
        )
        return Element(
            tag=tag,
            never=outer.never or tag in _NEVER or hidden,
            around=outer.around or (around and not main),
            main=outer.main or main,
            link=outer.link or tag == "a",
        )

    def _close_open(self, tag: str) -> None:
        """A paragraph, item or cell ends where the next one of its kind begins in the same element."""
        if self._open and self._open[-1].tag == tag:
            self._open.pop()

    def _new_block(self) -> None:
        inside = self._open[-1] if self._open else None
        block = Block(main=bool(inside and inside.main), around=bool(inside and inside.around))
        if self.blocks[-1].stretches:
            self.blocks.append(block)
        else:
            self.blocks[-1] = block

    def _add(self, start: int, end: int, text: str | None) -> None:
        inside = self._open[-1] if self._open else None
        if inside and inside.never:
            return
        block = self.blocks[-1]
        block.stretches.append(Stretch(start, end, text))
        if text is None or not text.isspace():
            block.length += end - start
            block.linked += end - start if inside and inside.link else 0
