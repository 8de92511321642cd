"""HTML: the prose of a page with its place in the source, also inside entities and nested inline tags.

Of a page the main text is read: an ``article``, ``main`` or the like where there is one, else the body without
navigation, forms and lists of links. ``everything`` reads all that a browser would show.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape

from mtcheck.annotated import AnnotatedText, Annotator
from mtcheck.readers.html_tokens import Kind, Token, tokens

DEEPEST = 512
"""Elements inside each other; deeper ones are taken for their neighbours, as in browsers."""

BLOCKS = frozenset(
    """address article aside blockquote body button caption center dd details dialog div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main menu nav ol option p pre section
    select summary table tbody td textarea tfoot th thead title tr ul video audio object template noscript""".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
NEVER = frozenset("head script style template noscript iframe object svg math pre textarea select datalist".split())
"""Elements without prose: code, data, what a browser with scripts does not show."""
_AROUND = frozenset("nav footer aside form button menu dialog".split())
"""Elements that are not a page's main text."""
_AROUND_ROLES = frozenset("navigation banner contentinfo complementary search menu menubar dialog".split())
_AROUND_NAMES = re.compile(
    r"(?i)(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|footer|sidebar|breadcrumbs?|comments?|share|sharing|social|cookies?|"
    r"newsletter|related|promos?|advert\w*|ads?|subscribe|sponsored|byline-links|pagination|tags)(?:$|[\s_-])"
)
_ENDS_ITS_LIKE = frozenset("p li td th tr dd dt option".split())
"""Elements that end where the next one of their kind begins."""
_MAIN = frozenset(["article", "main"])
WHITE = " \t\r\n\f"
LINE_BREAK = "\n"
CODE = frozenset("code kbd samp tt var".split())
_MANY_LINKS = 0.5
"""A block of which more than this share of letters are links is a list of links."""


@dataclass(frozen=True, slots=True)
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
    after_break: bool = False
    """Whether nothing but white space came after a line break."""


@dataclass(frozen=True, slots=True)
class Element:
    """An open element and what its text is."""

    tag: str
    never: bool
    around: bool
    main: bool
    link: bool


def annotate_page(source: AnnotatedText, *, everything: bool = False) -> AnnotatedText:
    """The prose of a page; without ``everything`` its main text."""
    blocks = _blocks(source.text)
    if not everything:
        kept = [block for block in blocks if not block.around and block.linked <= _MANY_LINKS * block.length]
        blocks = [block for block in kept if block.main] or kept
    return _build(source, blocks)


def annotate_fragment(source: AnnotatedText) -> AnnotatedText:
    """All the prose of a piece of HTML, such as the content of a feed's entry."""
    return _build(source, _blocks(source.text))


def _blocks(text: str) -> list[Block]:
    parser = _Parser(text)
    for token in tokens(text):
        parser.take(token)
    blocks = [block for block in parser.blocks if block.length]
    for block in blocks:
        while block.after_break and not text[block.stretches[-1].start : block.stretches[-1].end].strip(WHITE):
            block.after_break = block.stretches.pop().text != LINE_BREAK
    return blocks


def _build(source: AnnotatedText, blocks: list[Block]) -> AnnotatedText:
    annotator = Annotator(source)
    for block in blocks:
        annotator.separate()
        last = block.stretches[-1]
        for stretch in block.stretches:
            if stretch.text == LINE_BREAK:
                annotator.break_line()
            elif stretch.text is not None:
                annotator.read_as(stretch.start, stretch.end, stretch.text)
            else:
                end = stretch.end
                if stretch is last:
                    end = stretch.start + len(source.text[stretch.start : end].rstrip(WHITE))
                annotator.prose(stretch.start, end)
    return annotator.finish()


class _Parser:
    """Sorts the text of a page into blocks."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[Element] = []
        self._counts: Counter[str] = Counter()
        self.blocks = [Block(main=False, around=False)]

    def take(self, token: Token) -> None:
        """Take the next token."""
        if token.kind is Kind.START:
            self._start_tag(token)
        elif token.kind is Kind.END:
            self._end_tag(token)
        elif token.kind is Kind.TEXT:
            self._add(token.start, token.end, None)
        else:
            text = unescape(self._text[token.start : token.end]).replace("\0", "")
            self._add(token.start, token.end, " " if text in WHITE else text)

    def _start_tag(self, token: Token) -> None:
        """Open an element, or end a block at a void one."""
        tag = token.name
        if tag in BLOCKS:
            self._new_block()
        if tag == "br":
            self._break_line(token.start)
        if tag in _VOID:
            return
        if tag in _ENDS_ITS_LIKE and self._open and self._open[-1].tag == tag:
            self._counts[self._open.pop().tag] -= 1
        if tag in CODE:
            self._add(token.start, token.start, "`")
        if len(self._open) < DEEPEST:
            self._open.append(self._element(tag, token.attributes))
            self._counts[tag] += 1
        if tag in BLOCKS:
            self._new_block()

    def _end_tag(self, token: Token) -> None:
        """Close the innermost element of this name, and those left open inside it."""
        tag = token.name
        if tag in CODE:
            self._add(token.start, token.start, "`")
        while self._counts[tag]:
            closed = self._open.pop().tag
            self._counts[closed] -= 1
            if closed == tag:
                break
        if tag in BLOCKS:
            self._new_block()

    def _element(self, tag: str, attributes: dict[str, str]) -> Element:
        outer = self._open[-1] if self._open else Element("", False, False, False, False)
        role = attributes.get("role", "").lower()
        names = f"{attributes.get('class', '')[:500]} {attributes.get('id', '')[:500]}"
        hidden = "hidden" in attributes or attributes.get("aria-hidden") == "true"
        main = tag in _MAIN or role in _MAIN or attributes.get("itemprop") == "articleBody"
        around = (
            tag in _AROUND
            or role in _AROUND_ROLES
            or (tag not in ("html", "body") and bool(_AROUND_NAMES.search(names)))
        )
        return Element(
            tag=tag,
            never=outer.never or tag in NEVER or hidden,
            around=outer.around or (around and not main),
            main=outer.main or main,
            link=outer.link or tag == "a",
        )

    def _new_block(self) -> None:
        inside = self._open[-1] if self._open else None
        block = Block(main=bool(inside and inside.main), around=bool(inside and inside.around))
        if self.blocks[-1].stretches:
            self.blocks.append(block)
        else:
            self.blocks[-1] = block

    def _break_line(self, offset: int) -> None:
        """A line break within a paragraph; two of them are how many pages end one."""
        block = self.blocks[-1]
        if block.after_break:
            self._new_block()
        elif block.length:
            block.stretches.append(Stretch(offset, offset, LINE_BREAK))
            block.after_break = True

    def _add(self, start: int, end: int, text: str | None) -> None:
        inside = self._open[-1] if self._open else None
        if inside and inside.never:
            return
        size = len(self._text[start:end].strip(WHITE)) if text is None else len(text.strip(WHITE))
        block = self.blocks[-1]
        if size or block.stretches:
            block.stretches.append(Stretch(start, end, text))
        block.length += size
        block.after_break = block.after_break and not size
        block.linked += size if inside and inside.link else 0
