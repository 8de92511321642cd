"""News in XML: NewsML-G2, single items and packages of them, and NITF, alone or inside another format.

Read are headlines, descriptions and text; not sluglines, bylines, datelines, notes to editors and what is only named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtcheck.annotated import AnnotatedText, prose
from mtcheck.document import Document
from mtcheck.readers.composition import Composition, SourceFile, limited
from mtcheck.readers.prose import annotate_value
from mtcheck.readers.xml import Node, lift, parse
from mtcheck.readers.xml_prose import annotate_element
from mtcheck.writing import Writing, Xml, html, nested

ITEMS = ("newsItem", "packageItem")
_NITF = re.compile(r"\s*(?:<\?xml[^<>]*>\s*)?<(?:\w+:)?nitf[\s>]")

_SAID = ("headline", "description", "title")
Fields = Iterator[tuple[str, AnnotatedText, Writing]]
"""Labels, what stands there, and how a wording is written into it."""


def read_news(path: str, text: str) -> list[Document]:
    """A document for each item of NewsML-G2, or for the article that NITF is.

    Raises:
        ValueError: it is not well-formed, or hostile; the message says where.
    """
    source = SourceFile(path, text)
    root, writing = parse(text), Xml(text)
    if root.tag == "nitf":
        return [_composed(source, read_nitf(source.text, writing, root), "")]
    items = [root] if root.tag in ITEMS else root.descendants(*ITEMS)
    return [
        _composed(source, _item(source.text, writing, item), f"item {number}", item.attributes.get("guid", "")[:200])
        for number, item in enumerate(limited(items), 1)
    ]


def _composed(source: SourceFile, fields: Fields, name: str, key: str = "") -> Document:
    composition = Composition(source)
    composition.add_distinct(list(fields))
    return composition.document(name, key)


def _item(source: AnnotatedText, writing: Writing, item: Node) -> Fields:
    for part in item.children("contentMeta", "partMeta", "contentSet", "groupSet"):
        if part.tag in ("contentMeta", "partMeta"):
            yield from _said(source, writing, part, "")
        elif part.tag == "groupSet":
            for number, reference in enumerate(part.descendants("itemRef"), 1):
                yield from _said(source, writing, reference, f"reference {number}, ")
        else:
            for content in part.children("inlineXML", "inlineData"):
                yield from _content(source, writing, content)


def _said(source: AnnotatedText, writing: Writing, parent: Node, path: str) -> Fields:
    for node in parent.children(*_SAID):
        yield f"{path}{node.tag}", prose(lift(source, node.pieces())), writing


def _content(source: AnnotatedText, writing: Writing, content: Node) -> Fields:
    if content.tag == "inlineData":
        as_html = "html" in content.attributes.get("contenttype", "") or None
        yield from read_value("body", lift(source, content.pieces()), writing, as_html)
        return
    for node in content.children():
        if node.tag == "nitf":
            yield from read_nitf(source, writing, node)
        else:
            yield "body", annotate_element(source, _wrapped(node)), writing


def read_value(label: str, value: AnnotatedText, writing: Writing, as_html: bool | None = None) -> Fields:
    """What a value of a news item says, in NITF, HTML or plain text; ``as_html`` where it says to be HTML."""
    article = _as_nitf(value.text)
    if article is None:
        yield label, *annotate_value(value, writing, as_html)
        return
    for part, text, written in read_nitf(value, nested(writing, html), article):
        yield label if part == "body" else f"{label}, {part}", text, written


def _as_nitf(text: str) -> Node | None:
    """The article, where a text is one in NITF that can be read; HTML's own rules are for the others."""
    if not _NITF.match(text) or "<![CDATA[" in text:
        return None
    try:
        return parse(text)
    except ValueError:
        return None


def read_nitf(source: AnnotatedText, writing: Writing, article: Node) -> Fields:
    """The headlines, abstract and text of an article; the title of its head only where there is no headline."""
    body = article.first("body")
    heads = [part for head in body.children("body.head") for part in head.children()] if body else []
    headlines = [line for part in heads if part.tag == "hedline" for line in part.children("hl1", "hl2")]
    if not headlines:
        for title in [title for head in article.children("head") for title in head.children("title")]:
            yield "headline", prose(lift(source, title.pieces())), writing
    for line in headlines:
        yield "headline", annotate_element(source, line), writing
    for part in heads:
        if part.tag == "abstract":
            yield "abstract", annotate_element(source, part), writing
    for content in body.children("body.content") if body else []:
        yield "body", annotate_element(source, content), writing


def _wrapped(node: Node) -> Node:
    """An element that holds just this one, which may itself be one that is left out, or a block."""
    return Node("", "", {}, [node])
