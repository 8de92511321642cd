from __future__ import annotations

import pytest

from mtcheck.document import Document
from mtcheck.findings import Failure
from mtcheck.readers.feeds import read_feed
from mtcheck.readers.formats import documents_in

FEED = (
    '<?xml version="1.0"?>\n<rss xmlns:c="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
    "<item><guid>1</guid><title>One &amp; all</title></item>\n"
    "<item><guid>2</guid><title>AT&T & <b>co</title></item>\n"
    "<item><guid>3</guid><title>Three</title><c:encoded><![CDATA[<p>It goes on.</p>]]></c:encoded></item>\n"
    "</channel></rss>\n"
)


def test_a_broken_entry_is_an_error_of_its_own_and_the_others_are_read() -> None:
    one, two, three = read_feed("a.rss", FEED)
    assert isinstance(one, Document)
    assert isinstance(three, Document)
    assert (one.name, one.text) == ("entry 1 (1)", "One & all")
    assert two == Failure("a.rss", "entry 2: not well-formed (invalid token) at line 5, column 32")
    assert (three.name, three.text) == ("entry 3 (3)", "Three\n\nIt goes on.")


def test_places_of_the_others_are_those_of_the_feed() -> None:
    three = read_feed("a.rss", FEED)[2]
    assert isinstance(three, Document)
    start = three.text.index("goes on")
    first, last = three.source_span(start, start + 7)
    assert FEED[first:last] == "goes on"
    assert three.place(start)[0] == 6


def test_a_feed_that_was_cut_short_gives_its_whole_entries() -> None:
    read = read_feed("a.rss", FEED.replace("AT&T & <b>co", "AT")[:-60])
    assert [isinstance(one, Document) for one in read] == [True, True, False]
    cut = read_feed("a.rss", "<feed><entry><id>1</id><title>One</title></entry>")
    assert isinstance(cut[0], Document)
    assert isinstance(cut[1], Failure)
    assert "outside of the entries" in cut[1].message


def test_a_feed_without_entries_or_with_declarations_is_refused_as_a_whole() -> None:
    with pytest.raises(ValueError, match="not well-formed"):
        read_feed("a.rss", "<rss><channel><title>AT&T</title></channel></rss>")
    with pytest.raises(ValueError, match="declares an entity"):
        read_feed("a.rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><item>&a;</item></rss")


def test_an_entry_that_is_nested_too_deeply_is_an_error_of_its_own() -> None:
    deep = "<feed><entry><id>1</id><title>One</title></entry><entry>" + "<a>" * 300 + "</entry></feed>"
    with pytest.raises(ValueError, match="nested deeper"):
        read_feed("a.atom", deep)


def test_failures_of_entries_stand_beside_documents() -> None:
    kinds = [type(one) for one in documents_in(FEED.encode(), "a.xml")]
    assert kinds == [Document, Failure, Document]
