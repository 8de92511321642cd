from __future__ import annotations

from html import escape, unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places, source_of

from mtcheck.document import Document
from mtcheck.readers.feeds import read_feed

RSS = (
    "<rss><channel><title>News</title><item><title>Tom &amp; Bob</title><guid>g1</guid>"
    "<description>&lt;p&gt;Bob &amp;amp; Jim&lt;/p&gt;</description></item>"
    "<item><title>Two</title><description>Short</description>"
    "<content:encoded xmlns:content='c'><![CDATA[<p>Short and <b>long</b>&rsquo;s</p>]]></content:encoded>"
    "</item></channel></rss>"
)


def test_each_entry_is_a_document_with_its_name_and_fields() -> None:
    one, two = read_feed("a.rss", RSS)
    assert (one.name, one.text) == ("entry 1 (g1)", "Tom & Bob\n\nBob & Jim")
    assert (one.location(0), one.location(12)) == ("entry 1 (g1), title", "entry 1 (g1), summary")
    assert (two.name, two.text) == ("entry 2 (Two)", "Two\n\nShort and long’s")


def test_places_are_those_of_the_feed_through_both_layers_of_escapes() -> None:
    one, two = read_feed("a.rss", RSS)
    assert source_of(RSS, one, "Bob & Jim") == "Bob &amp;amp; Jim"
    assert source_of(RSS, two, "long’s") == "long</b>&rsquo;s"


def test_xhtml_in_atom_is_read_where_it_stands() -> None:
    atom = "<feed><entry><id>u</id><content type='xhtml'><div>A <b>bold</b> move</div></content></entry></feed>"
    (entry,) = read_feed("a.atom", atom)
    assert entry.text == "A bold move"
    check_places(atom, entry, unescape)


@settings(max_examples=100)
@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=30
    )
)
def test_any_words_lead_back_to_the_feed(words: str) -> None:
    feed = (
        f"<rss><item><title>{escape(words)}</title><description>{escape(escape(words))}\r\nx</description></item></rss>"
    )
    (entry,) = read_feed("a.rss", feed)
    check_places(feed, entry, lambda source: unescape(unescape(source)))


def test_references_of_html_are_read_where_the_feed_does_not_declare_them() -> None:
    feed = "<rss><item><title>Caf&eacute; &foo;&nbsp;so</title></item></rss>"
    (entry,) = read_feed("a.rss", feed)
    assert isinstance(entry, Document)
    assert entry.text == "Café &foo;\xa0so"
    assert source_of(feed, entry, "é") == "&eacute;"


def test_a_feeds_content_is_read_as_it_stands_escaped_in_elements_or_not_at_all() -> None:
    feed = (
        "<feed><entry><title type='application/xhtml+xml'><div>The &lt;b> tag</div></title>"
        "<content type='image/png' mode='base64'>RXhhbXBsZQ==</content></entry><entry><title type=''>So</title>"
        "<body xmlns='http://www.w3.org/1999/xhtml'><p>It<script>x = 1</script> rained.</p><p>So.</p></body>"
        "</entry></feed>"
    )
    one, two = (document.text for document in read_feed("a.atom", feed) if isinstance(document, Document))
    assert (one, two) == ("The <b> tag", "So\n\nIt rained.\n\nSo.")
