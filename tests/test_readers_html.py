from __future__ import annotations

from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places

from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document, Lines, Origin
from mtcheck.readers.html import annotate_page

PARTS = [
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<br/>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#8217;",
    "&",
    "&ampx",
    "&nope;",
    "<",
    ">",
]
PARTS += [
    "<script>",
    "</script>",
    "<code>",
    "</code>",
    "word",
    " ",
    "\r\n",
    "é",
    "😀",
    "<a href='x>y'>",
    "</a>",
    "<nav>",
    "&#0;",
]


def read(text: str, *, everything: bool = True) -> str:
    annotated = annotate_page(AnnotatedText.whole(text), everything=everything)
    check_places(text, Document("a.html", annotated.text, origin=Origin(annotated, text, Lines(text))), unescape)
    return annotated.text


def test_blocks_are_paragraphs_and_inline_tags_are_not() -> None:
    assert (
        read("<h1>The dying\n march</h1><p>A <b><i>b</i></b>old <p>move<hr>now")
        == "The dying march\n\nA bold\n\nmove\n\nnow"
    )


def test_a_line_break_is_a_new_line_and_two_are_a_new_paragraph() -> None:
    assert read("<p>front <br />spanning<BR>a <b>huge<br></b>\narea<br> <br/>It rained<br>") == (
        "front \nspanning\na huge\narea\n\nIt rained"
    )
    assert read("<br><br>A<p><br>B<br>&nbsp;<br>C") == "A\n\nB\n\N{NO-BREAK SPACE}\nC"


def test_references_are_read_and_code_is_not() -> None:
    assert read("<p>Tom &amp; Bob&#8217;s caf&eacute;<script>x < y</script><style>p {}</style>") == "Tom & Bob’s café"


def test_of_a_page_the_article_is_read() -> None:
    page = "<body><nav>Home</nav><div>Aside</div><article><p>News.</p><ul class='share'><li>Post</ul></article></body>"
    assert read(page, everything=False) == "News."
    assert read(page) == "Home\n\nAside\n\nNews.\n\nPost"


def test_without_an_article_lists_of_links_are_left_out() -> None:
    page = "<p>News with <a>a link</a> in it.</p><p><a>One</a> <a>Two</a></p><footer>Foot</footer>"
    assert read(page, everything=False) == "News with a link in it."


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_any_page_leads_back_to_its_source(text: str) -> None:
    read(text)
