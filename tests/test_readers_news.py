from __future__ import annotations

import random
from html import escape, unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places, source_of

from mtcheck.document import Document
from mtcheck.readers.news import read_news
from mtcheck.readers.tmx import read_tmx

NITF = """<nitf><head><title>In the head</title><docdata><doc-id id-string="x"/></docdata></head><body>
<body.head><hedline><hl1>Storm hits &amp; goes</hl1><hl2>Second line</hl2></hedline>
<byline>By Bo Ek<byttl>Writer</byttl></byline><distributor>Agency</distributor>
<dateline><location>OSLO</location></dateline><abstract><p>In short.</p></abstract></body.head>
<body.content><block><p>It <em>rained</em> in
   <location>Oslo</location>.</p><hl2>Later</hl2><pre>1 2 3</pre>
<media media-type="image"><media-reference source="a.jpg"/><media-caption><p>A dog.</p></media-caption>
<media-producer>Photographer</media-producer></media><p>It stopped.</p></block></body.content>
<body.end><tagline>Bo writes.</tagline></body.end></body></nitf>"""


def item(content: str, meta: str = "") -> str:
    meta = f"<contentMeta>{meta}</contentMeta>"
    return f'<newsItem xmlns="n" guid="urn:1">{meta}<contentSet>{content}</contentSet></newsItem>'


def test_nitf_gives_headlines_abstract_and_text_and_no_names_of_people() -> None:
    (article,) = read_news("a.xml", NITF)
    assert article.text == (
        "Storm hits & goes\n\nSecond line\n\nIn short.\n\nIt rained in Oslo.\n\nLater\n\nA dog.\n\nIt stopped."
    )
    assert [article.location(article.text.index(word)) for word in ("Storm", "short", "rained")] == [
        "headline",
        "abstract",
        "body",
    ]
    assert source_of(NITF, article, "hits & goes") == "hits &amp; goes"
    check_places(NITF, article, unescape)


def test_lines_that_end_with_a_break_are_one_paragraph_and_a_headline_is_read_once() -> None:
    head = "<body.head><hedline><hl1>Fire</hl1><hl2>Fire</hl2></hedline></body.head>"
    text = "<p>A massive fire <br/>front <em>spans<br/></em>\n NSW.<br/> <br/>It <br/></p><p>rained.</p>"
    (article,) = read_news("a.xml", f"<nitf><body>{head}<body.content>{text}</body.content></body></nitf>")
    assert article.text == "Fire\n\nA massive fire\nfront spans\nNSW.\n\nIt\n\nrained."


def test_nitf_in_a_text_is_read_as_in_an_element_and_anything_else_as_html() -> None:
    (one,) = read_news("a.xml", item(f"<inlineData>{escape(NITF)}</inlineData>"))
    (other,) = read_news("a.xml", NITF)
    assert one.text == other.text
    assert source_of(item(f"<inlineData>{escape(NITF)}</inlineData>"), one, "Storm hits & goes") == (
        "Storm hits &amp;amp; goes"
    )
    (broken,) = read_news("a.xml", item(f"<inlineData>{escape('<nitf><p>It <b>rained.')}</inlineData>"))
    assert broken.text == "It rained."


def test_the_title_of_the_head_is_read_where_there_is_no_headline() -> None:
    (article,) = read_news("a.xml", "<nitf><head><title>Only this</title></head><body><body.head/></body></nitf>")
    assert article.text == "Only this"


@pytest.mark.parametrize(
    "content",
    [
        '<inlineXML contenttype="application/nitf+xml"><nitf><body><body.content><p>So &#8217;t</p><p>is.</p>'
        "</body.content></body></nitf></inlineXML>",
        '<inlineXML><html xmlns="x"><head><title>No</title></head><body><p>So &#8217;t</p><p>is.</p></body></html>'
        "</inlineXML>",
        '<inlineXML xmlns:x="x"><x:html><x:body><x:p>So &#8217;t</x:p><x:p>is.</x:p></x:body></x:html></inlineXML>',
        "<inlineData contenttype='text/plain'><![CDATA[<p>So &#8217;t</p><p>is.</p>]]></inlineData>",
        "<inlineData contenttype='text/html'>&lt;p>So &amp;#8217;t&lt;/p>is.</inlineData>",
    ],
)
def test_the_text_of_an_item_is_read_however_it_stands(content: str) -> None:
    news = item(content, "<slugline>US-X</slugline><headline>Head</headline><by>By Bo</by>")
    (document,) = read_news("a.xml", news)
    assert (document.name, document.text) == ("item 1 (urn:1)", "Head\n\nSo ’t\n\nis.")
    assert document.location(8) == "item 1 (urn:1), body"
    check_places(news, document, lambda source: unescape(unescape(source)))


def test_packages_and_messages_give_each_item_and_what_is_said_of_references() -> None:
    package = (
        "<packageItem guid='p'><contentMeta><headline>Top</headline></contentMeta><groupSet><group>"
        "<itemRef><title>One</title><description>First.</description></itemRef><itemRef><title>Two</title></itemRef>"
        "</group></groupSet></packageItem>"
    )
    items = item("", "<headline>A</headline>") + package
    message = f"<newsMessage><header><sent>x</sent></header><itemSet>{items}</itemSet></newsMessage>"
    one, two = read_news("a.xml", message)
    assert (one.name, one.text) == ("item 1 (urn:1)", "A")
    assert (two.name, two.text) == ("item 2 (p)", "Top\n\nOne\n\nFirst.\n\nTwo")
    assert two.location(len(two.text)) == "item 2 (p), reference 2, title"


TMX = """<?xml version="1.0"?><!DOCTYPE tmx SYSTEM "tmx14.dtd">
<tmx version="1.4"><header srclang="{source}"/><body><tu tuid="t1"><tuv xml:lang="sv"><seg>Regn.</seg></tuv>
<tuv xml:lang="en-GB"><seg>It <bpt i="1">&lt;b></bpt>rained<ept i="1">&lt;/b></ept> &amp; <hi>blew</hi>.</seg></tuv>
</tu><tu><tuv lang="EN"><seg>So.</seg></tuv></tu></body></tmx>"""


def test_the_english_targets_of_a_translation_memory_are_read_without_codes() -> None:
    source = TMX.format(source="sv-SE")
    (document,) = read_tmx("a.tmx", source)
    assert document.text == "It rained & blew.\n\nSo."
    assert (document.location(0), document.location(20)) == ("unit t1", "unit 2")
    check_places(source, document, unescape)


def test_a_translation_memory_without_english_targets_is_refused() -> None:
    with pytest.raises(ValueError, match="English is the source language"):
        read_tmx("a.tmx", TMX.format(source="en"))
    with pytest.raises(ValueError, match="no unit has a translation in English"):
        read_tmx("a.tmx", "<tmx><body><tu><tuv xml:lang='de'><seg>So.</seg></tuv></tu></body></tmx>")


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)


@settings(max_examples=100)
@given(WORDS, WORDS)
def test_any_words_lead_back_to_the_news(one: str, two: str) -> None:
    nitf = f"<nitf><body><body.content><p>{escape(one)}<b>{escape(two)}</b>\r\nx</p></body.content></body></nitf>"
    news = item(f"<inlineXML>{nitf}</inlineXML>", f"<headline>{escape(two)}</headline>")
    for source in (nitf, news):
        (document,) = read_news("a.xml", source)
        check_places(source, document, unescape)


def elements(names: str) -> st.SearchStrategy[str]:
    return st.recursive(
        st.sampled_from(["a", "&amp;", "<x/>", "\r\n", "<![CDATA[<p>b]]>"]),
        lambda inner: st.builds(
            lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
            st.sampled_from(names.split()),
            st.lists(inner, max_size=4),
        ),
    )


@settings(max_examples=200, deadline=None)
@given(
    elements(
        "newsItem packageItem contentMeta headline contentSet inlineXML inlineData groupSet itemRef title nitf body "
        "body.head body.content hedline abstract p em code pre tu tuv seg bpt hi header"
    ),
    st.integers(0, 2**32),
)
def test_elements_in_any_order_and_damaged_are_read_or_refused(inside: str, seed: int) -> None:
    chance = random.Random(seed)
    for root, read in (("newsMessage", read_news), ("nitf", read_news), ("tmx", read_tmx)):
        source = f"<{root}>{inside}</{root}>"
        damaged = source[: chance.randrange(len(source))] + chance.choice(["", "<", "&", "\0", "]]>"])
        for text in (source, damaged):
            try:
                documents = read("a.xml", text)
            except ValueError:
                continue
            for document in documents:
                assert isinstance(document, Document)
                check_places(text, document, lambda part: unescape(unescape(part)))
