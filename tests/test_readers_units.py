from __future__ import annotations

from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places, source_of

from mtcheck.readers.language_tags import OtherLanguage
from mtcheck.readers.po import read_po
from mtcheck.readers.subtitles import read_subtitles
from mtcheck.readers.xliff import read_xliff

SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,000\r\nThe <i>dying</i>\r\nmarch goes\r\n\r\n"
    "2\r\n00:00:02,500 --> 00:00:04,000\r\non &amp; on.\r\n\r\n3\r\n00:01:00,000 --> 00:01:04,000\r\n- New.\r\n"
)
PO = (
    'msgid ""\nmsgstr "Type: x\\n"\n\n#: a.c\n'
    'msgid "le \\"chat\\""\nmsgstr ""\n"the \\"dying"\n" march\\"\\n"\n#~ msgid "o"\n#~ msgstr "p"\n'
)
XLIFF = (
    '<xliff version="1.2"><file original="a" target-language="en-GB"><body><trans-unit id="u1"><source>x</source>'
    '<target>The <g id="1">dying</g> <ph id="2">CODE</ph>march</target></trans-unit></body></file></xliff>'
)


def test_sentences_go_on_from_cue_to_cue_until_a_pause() -> None:
    (document,) = read_subtitles("a.srt", SRT)
    assert document.text == "The dying march goes on & on.\n\n- New."
    assert document.location(document.text.index("New")) == "cue at 00:01:00"
    assert source_of(SRT, document, "dying march") == "dying</i>\r\nmarch"
    check_places(SRT, document, unescape)


def test_webvtt_notes_and_voices_are_no_words() -> None:
    vtt = "WEBVTT\n\nNOTE a note\n\nintro\n00:01.000 --> 00:02.000 align:start\n<v Ann>Hello.</v>\n"
    assert read_subtitles("a.vtt", vtt)[0].text == "Hello."


def test_translations_are_read_without_header_escapes_and_obsolete_ones() -> None:
    (document,) = read_po("a.po", PO)
    assert document.text == 'the "dying march"'
    assert document.location(0) == 'translation of “le "chat"”'
    assert source_of(PO, document, "dying march") == 'dying"\n" march'
    check_places(PO, document, lambda source: source)


def test_targets_are_read_without_codes() -> None:
    (document,) = read_xliff("a.xlf", XLIFF)
    assert (document.text, document.location(3)) == ("The dying march", "unit u1")
    check_places(XLIFF, document, unescape)


def test_segments_of_xliff_2_are_read() -> None:
    unit = "<unit id='7'><segment><source>x</source><target>Go.</target></segment></unit>"
    two = f"<xliff trgLang='en'><file id='f'>{unit}</file></xliff>"
    assert read_xliff("a.xlf", two)[0].text == "Go."


def test_targets_in_another_language_are_refused() -> None:
    with pytest.raises(ValueError, match="'fr', not in English"):
        read_xliff("a.xlf", XLIFF.replace("en-GB", "fr"))


@settings(max_examples=100)
@given(
    st.lists(
        st.sampled_from(["\n", "\r\n", "00:00:01,000 --> 00:00:02,000", "word", "<i>", "</i>", "&lt;", "- ", " "]),
        max_size=25,
    )
)
def test_any_cues_lead_back_to_their_source(parts: list[str]) -> None:
    text = "00:00:01.000 --> 00:00:02.000\n" + "".join(parts)
    check_places(text, read_subtitles("a.vtt", text)[0], unescape)


def test_translations_into_another_language_and_tags_in_the_words_are_no_english_prose() -> None:
    header = 'msgid ""\nmsgstr ""\n"Language: {}\\n"\n\nmsgid "a"\nmsgstr "It <b>rained</b> &amp; blew."\n'
    source = header.format("en_GB")
    (document,) = read_po("en.po", source)
    assert document.text == "It rained & blew."
    assert source_of(source, document, "rained & blew") == "rained</b> &amp; blew"
    with pytest.raises(OtherLanguage, match="in 'fr', not in English"):
        read_po("fr.po", header.format("fr"))
    unit = "<trans-unit id='1'><target{}>It &lt;i&gt;rained&lt;/i&gt;.</target></trans-unit>"
    others = unit.format(" xml:lang='fr'")
    xliff = f"<xliff><file>{unit.format('')}{others}</file></xliff>"
    assert read_xliff("a.xlf", xliff)[0].text == "It rained."


def test_subtitles_without_cues_are_empty_and_times_need_not_be_padded() -> None:
    assert read_subtitles("a.vtt", "WEBVTT\n")[0].text == ""
    (document,) = read_subtitles("a.vtt", "WEBVTT\n\n0:0:0.0 --> 0:0:3.540\nGood morning.\n")
    assert (document.text, document.location(0)) == ("Good morning.", "cue at 00:00:00")
