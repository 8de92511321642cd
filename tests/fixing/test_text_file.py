from __future__ import annotations

import codecs
import re
from html import escape

import pytest
from fixing_files import WORDINGS, checked, fixed, fixed_text, fixes
from hypothesis import given, settings
from hypothesis import strategies as st

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.fixing.edits import NotFixable
from mtcheck.fixing.fixes import Chosen
from mtcheck.fixing.text_file import TextFile

AMPERSAND = {"dying march": "hue & <cry>"}
XLIFF = (
    '<xliff version="1.2"><file original="a"><body><trans-unit id="u"><target>{}</target></trans-unit></body></file>'
    "</xliff>"
)
FEED = "<rss><channel><item><guid>1</guid><title>One</title><description>{}</description></item></channel></rss>"
CUES = "{}00:01.000 --> 00:02.000\nthe dying\n\n00:02.500 --> 00:04.000\nmarch ends\n"


def test_only_the_words_that_differ_change_so_that_line_ends_and_markup_stay() -> None:
    assert fixed_text("a.txt", "the dying\r\nmarch\r\n") == "the death\r\nmarch\r\n"
    assert fixed_text("a.md", "the *dying* **march**\n") == "the *death* **march**\n"
    assert fixed_text("a.html", "<p>the <b>dying</b>\n<i>march</i></p>") == "<p>the <b>death</b>\n<i>march</i></p>"
    assert fixed_text("a.vtt", CUES.format("WEBVTT\n\n")) == CUES.format("WEBVTT\n\n").replace("dying", "death")
    assert fixed_text("a.srt", CUES.format("1\n")) == CUES.format("1\n").replace("dying", "death")


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("a.txt", "so {} now", "hue & <cry>"),
        ("a.md", "so {} now\n", r"hue \& \<cry\>"),
        ("a.md", "<div>\nso {} now\n</div>\n", "hue &amp; &lt;cry&gt;"),
        ("a.html", "<p>so {} now</p>", "hue &amp; &lt;cry&gt;"),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\nso {} now\n", None),
        ("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nso {} now\n", "hue &amp; &lt;cry&gt;"),
        ("a.xlf", XLIFF.format("so {} now"), "hue &amp; &lt;cry&gt;"),
        ("a.xlf", XLIFF.format("<![CDATA[so {} now]]>"), "hue & <cry>"),
        ("a.rss", FEED.format("<![CDATA[<p>so {} now</p>]]>"), "hue &amp; &lt;cry&gt;"),
        ("a.rss", FEED.format("&lt;p&gt;so {} now&lt;/p&gt;"), "hue &amp;amp; &amp;lt;cry&amp;gt;"),
    ],
)
def test_a_wording_is_escaped_as_its_place_needs_or_refused(path: str, source: str, expected: str | None) -> None:
    result = fixed(path, source.format("dying march"), AMPERSAND)
    if expected is None:
        assert result.refused
        assert result.data.decode() == source.format("dying march")
    else:
        assert result.data.decode() == source.format(expected)


REPEATING = (
    "<rss><channel><item><title>One</title><description>The <b>dying march</b> of Mr Witkov, it &amp;amp; all.{}"
    "</description><encoded><![CDATA[<p>In short.</p><p>The dying <i>march</i>\nof Mr Witkov, it &amp; all.</p>"
    "<p>The dying march ended in some time in the future.</p>]]></encoded></item></channel></rss>"
)


def test_a_summary_that_the_content_repeats_is_fixed_with_it() -> None:
    source = REPEATING.format("").replace("<b>", "&lt;b&gt;").replace("</b>", "&lt;/b&gt;")
    (entry,) = TextFile("a.rss", source.encode()).documents
    assert isinstance(entry, Document)
    assert entry.text.count("Witkov") == 1
    expected = source.replace("dying", "death").replace("Witkov", "Witkoff")
    assert fixed_text("a.rss", source) == expected.replace("in some time in the future", "at some point")


def test_words_that_a_summary_repeats_only_in_part_are_not_fixed() -> None:
    content = "<encoded>The troops end their dying march today.</encoded>"
    source = f"<rss><item><description>The troops end their dying</description>{content}</item></rss>"
    file = TextFile("a.rss", source.encode())
    (one,) = checked(file)
    with pytest.raises(NotFixable, match="another field repeats only some of the words"):
        file.fix(0, one.result.findings[0], "death march")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["dying march", "Witkov", "a", "b &amp; c", "<b>", "</b>", "\n", "é"]), min_size=1),
    st.lists(st.sampled_from(["Witkov", "dying march", "x", "</p><p>"]), max_size=6),
    st.booleans(),
)
def test_fixes_go_into_all_fields_that_say_the_same(said: list[str], more: list[str], first: bool) -> None:
    summary = " ".join(said)
    content = " ".join([*more, summary] if first else [summary, *more])
    fields = f"<encoded><![CDATA[<p>{content}</p>]]></encoded><description><![CDATA[{summary}]]></description>"
    source = f"<rss><item>{fields}</item></rss>"
    assert fixed_text("a.rss", source) == source.replace("dying", "death").replace("Witkov", "Witkoff")


def test_quotes_and_backslashes_are_escaped_in_a_catalogue() -> None:
    source = 'msgid "x"\nmsgstr ""\n"so \\"{}\\"\\n"\n'
    text = fixed_text("a.po", source.format("dying march"), {"dying march": 'the "\\" end'})
    assert text == source.format(r"the \"\\\" end")


def test_strings_of_json_and_cells_of_csv_are_escaped_as_they_need() -> None:
    said = {"dying march": 'the "big" <walk>'}
    feed = (
        '{{"version": "https://jsonfeed.org/version/1.1", "items": [{{"id": "1", "content_html": "<p>a {} b</p>"}}]}}'
    )
    assert fixed_text("a.json", feed.format("dying march"), said) == feed.format('the \\"big\\" &lt;walk&gt;')
    for source, expected in (('id,body\n1,"a {} b"\n', 'the ""big"" <walk>'), ("id,body\n1,a {} b\n", None)):
        file = TextFile("a.csv", source.format("dying march").encode(), fields=["body"])
        if expected is None:
            with pytest.raises(NotFixable, match="cannot be written"):
                fixes(file, said)
        else:
            assert file.fixed(fixes(file, said)).data.decode() == source.format(expected)


def test_comments_that_silence_stay_where_they_are() -> None:
    source = "# mtcheck: ignore MT402\nthe dying march & <more> <!-- mtcheck: off -->\n"
    assert fixed_text("a.txt", source, {"dying march": "d & m"}) == source.replace("dying march", "d & m")


def test_entities_of_a_replaced_word_go_with_it_and_others_stay() -> None:
    source = "<p>A&ccedil;&atilde;o Witk&#111;v &amp; co</p>"
    assert fixed_text("a.html", source) == "<p>A&ccedil;&atilde;o Witkoff &amp; co</p>"


def test_a_word_with_markup_inside_changes_on_one_side_of_it() -> None:
    assert fixed_text("a.md", "Mr **Wit**kov\n") == "Mr **Wit**koff\n"
    assert fixed_text("a.html", "<p>Mr W<b>itkov</b></p>") == "<p>Mr W<b>itkoff</b></p>"


def test_fewer_words_than_before_stand_where_the_first_stood_if_no_markup_is_left_empty() -> None:
    assert fixed_text("a.md", "*in some time* in the future, so\n") == "*at some point*, so\n"
    assert fixed_text("a.md", "> in some time in\n> the future so\n") == "> at some point\n> so\n"
    file = TextFile("a.html", b"<p>in some <b>time</b> in <i>the future</i></p>")
    with pytest.raises(NotFixable, match="left empty"):
        fixes(file)


def test_an_emptied_string_of_a_catalogue_would_still_read_right_but_is_left_to_people() -> None:
    file = TextFile("a.po", b'msgid "x"\nmsgstr ""\n"in some time in "\n"the future"\n')
    with pytest.raises(NotFixable):
        fixes(file)


def test_words_inside_code_tags_keep_their_marks() -> None:
    assert fixed_text("a.html", "<p>a <code>dying march</code> b</p>") == "<p>a <code>death march</code> b</p>"


def test_a_fix_that_would_change_more_than_its_words_is_refused_and_the_others_are_made() -> None:
    result = fixed("a.md", "Witkov now\n\nthe dying march\n", {"Witkov": "# Witkoff", "dying march": "death march"})
    assert result.data == b"Witkov now\n\nthe death march\n"
    assert [fix.finding.text for fix in result.refused] == ["Witkov"]


def test_a_word_can_be_left_out_with_the_space_beside_it() -> None:
    assert fixed_text("a.txt", "a dying march b\n", {"dying march": ""}) == "a b\n"
    assert fixed_text("a.txt", "dying march b\n", {"dying march": "march"}) == "march b\n"


def test_two_fixes_of_the_same_words_do_not_go_together() -> None:
    file = TextFile("a.txt", b"the dying march")
    one, two = fixes(file, {"dying march": "death march", "march": "walk"})
    chosen = Chosen()
    chosen.add(one)
    with pytest.raises(NotFixable, match="another fix"):
        chosen.add(two)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-be"])
def test_encoding_and_byte_order_mark_stay(codec: str) -> None:
    source = "Café dying march —\r\nend"
    data = source.encode(codec)
    file = TextFile("a.txt", data, encoding=codec if codec in ("cp1252", "utf-16-be") else None)
    assert file.fixed(fixes(file)).data == source.replace("dying", "death").encode(codec)


def test_utf16_named_by_hand_keeps_its_own_byte_order() -> None:
    data = codecs.BOM_UTF16_BE + "a dying march".encode("utf-16-be")
    file = TextFile("a.txt", data, encoding="utf-16")
    assert file.fixed(fixes(file)).data == codecs.BOM_UTF16_BE + "a death march".encode("utf-16-be")


def test_a_letter_that_the_encoding_lacks_cannot_be_written() -> None:
    file = TextFile("a.txt", b"the dying march", encoding="cp1252")
    with pytest.raises(NotFixable, match="cp1252, has no “ğ”"):
        fixes(file, {"dying march": "Erdoğan"})


def test_an_encoding_with_no_way_back_is_an_error() -> None:
    file = TextFile("a.txt", b"\x1b$B$\x22\x1b(B\x1b$B$\x24\x1b(B dying march", encoding="iso2022_jp")
    with pytest.raises(InputError, match="byte for byte"):
        file.fixed(fixes(file))


@pytest.mark.parametrize("data", [b"<rss><channel/></rss>", b"<rss><item><title>One</title></item>"])
def test_a_file_without_anything_to_fix_stays_as_it_is(data: bytes) -> None:
    assert TextFile("a.rss", data).fixed([]).data == data


FORMATS = {
    "a.txt": ("{}", str),
    "a.md": ("# T\n\n{}\n", lambda text: re.sub(r"([\\`*_\[\]<>&~|#+.)-])", r"\\\1", text)),
    "a.html": ("<html><body><p>{}</p></body></html>", lambda text: escape(text)),
    "a.xlf": (XLIFF, lambda text: escape(text)),
    "a.rss": (FEED, lambda text: escape(escape(text))),
    "a.po": ('msgid "x"\nmsgstr ""\n"{}\\n"\n', lambda text: text.replace("\\", "\\\\").replace('"', '\\"')),
    "a.vtt": ("WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n", lambda text: escape(text)),
}
TEXTS = st.lists(
    st.sampled_from([*WORDINGS, "É&b", '"x"', "co.", "a\\b", "\U0001f600", "<y>", "it's", "the"]),
    min_size=1,
    max_size=12,
).map(" ".join)


@settings(max_examples=60)
@given(st.sampled_from(sorted(FORMATS)), TEXTS)
def test_outside_the_replaced_places_every_byte_is_the_same(path: str, text: str) -> None:
    shape, escaped = FORMATS[path]
    file = TextFile(path, shape.format(escaped(text)).encode())
    result = file.fixed(fixes(file))
    assert not result.refused
    at = shift = 0
    for edit in result.shown[1]:
        assert result.data[at + shift : edit.start + shift] == file.data[at : edit.start]
        assert result.data[edit.start + shift : edit.start + shift + len(edit.data)] == edit.data
        shift += len(edit.data) - (edit.end - edit.start)
        at = edit.end
    assert result.data[at + shift :] == file.data[at:]
    expected = text
    for words, wording in WORDINGS.items():
        expected = expected.replace(words, wording)
    (document,) = TextFile(path, result.data).documents
    assert isinstance(document, Document)
    assert document.text.removeprefix("T\n\n").removeprefix("One\n\n") == expected
    again = TextFile(path, result.data)
    assert not any(one.result.findings for one in checked(again))
    assert again.fixed(fixes(again)).data == result.data
