from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.segments import (
    WINDOW_CODE_POINTS,
    count_words,
    paragraphs,
    quotations,
    sentences,
    unchecked,
    windows,
    words,
)


def texts(text: str, spans: list) -> list[str]:
    return [text[span.start : span.end] for span in spans]


def test_a_line_is_a_paragraph():
    text = "Talks resumed on Monday.\nNo deal is near.\r\n\r\nBoth sides said so."
    assert texts(text, paragraphs(text)) == ["Talks resumed on Monday.", "No deal is near.", "Both sides said so."]


def test_a_hard_wrapped_block_is_one_paragraph():
    text = (
        "The ministry said on Tuesday that the two delegations would meet\n"
        "Again in Geneva next week to discuss the details of a ceasefire and\n"
        "The exchange of prisoners.\n"
        "\n"
        "A second paragraph."
    )
    assert len(paragraphs(text)) == 2


def test_a_line_that_goes_on_in_lower_case_belongs_to_the_one_before():
    text = "The minister\nsaid nothing."
    assert texts(text, paragraphs(text)) == [text]


def test_sentences_do_not_end_at_titles_initials_and_abbreviations():
    text = "President Vladimir V. Putin met Dr. Smith of the U.S. Army. They talked for an hour."
    assert texts(text, sentences(text, 0, len(text))) == [
        "President Vladimir V. Putin met Dr. Smith of the U.S. Army.",
        "They talked for an hour.",
    ]


def test_words_keep_hyphens_apostrophes_and_inner_points():
    text = "Mr. O’Neill’s 24-hour U.S trip — well-known"
    assert texts(text, list(words(text))) == ["Mr", "O’Neill’s", "24-hour", "U.S", "trip", "well-known"]


def test_addresses_code_and_numbers_are_not_checked():
    text = (
        "See https://example.org/a?b=c or write to desk@example.org; run `make all`, pay 3,500 by 2024-05-01 to @desk."
    )
    found = texts(text, unchecked(text))
    assert found == ["https://example.org/a?b=c", "desk@example.org", "`make all`", "3,500", "2024-05-01", "@desk"]


def test_quotations_are_found_in_both_styles_and_end_with_their_paragraph():
    text = '“We will hold,” he said.\n“An open one\nShe said "no" and didn\'t stay.'
    assert texts(text, quotations(text)) == ["“We will hold,”", "“An open one", '"no"']


def test_short_paragraphs_share_a_window():
    text = "The talks are to resume on Monday.\n\nNo date was given for the vote."
    (window,) = windows(text)
    assert window.text == "The talks are to resume on Monday.\nNo date was given for the vote."


def test_a_long_paragraph_is_cut_between_sentences():
    sentence = "The government said on Friday that the talks would resume in the capital next week. "
    found = list(windows(sentence * 30))
    assert len(found) > 1
    assert all(window.text.endswith("next week.") for window in found)


def test_paragraphs_in_another_language_or_code_are_left_out():
    text = (
        "Der Kanzler sagte am Montag, dass die Verhandlungen in der nächsten Woche fortgesetzt werden.\n"
        "The talks will be resumed next week.\n"
        "for (int i = 0; i < n; i++) { total[i] += value * rate; }\n"
        "Переговоры продолжатся на следующей неделе."
    )
    assert [window.text for window in windows(text)] == ["The talks will be resumed next week."]


def test_a_word_longer_than_a_window_is_left_out():
    assert list(windows("x" * 200_000)) == []
    (before, after) = windows(f"The talks {'x' * 3000} will be resumed.")
    assert (before.text, after.text) == ("The talks", "will be resumed.")


prose = st.lists(
    st.sampled_from(
        "The talks of Mr. Smith resumed. “Yes,” he said, in the 2nd\ttown \n \r\n café 日本 😀 e\u0301".split(" ")
    ),
    max_size=400,
).map(" ".join)


@given(prose)
def test_every_window_maps_back_to_its_own_characters(text: str):
    for window in windows(text):
        assert len(window.places) == len(window.text)
        assert len(window.text) <= WINDOW_CODE_POINTS + 300
        for char, place in zip(window.text, window.places, strict=True):
            assert text[place] == char or (char.isspace() and text[place].isspace())


@given(prose)
def test_windows_come_in_order_and_do_not_overlap(text: str):
    last = -1
    for window in windows(text):
        assert list(window.places) == sorted(window.places)
        assert window.places[0] > last
        last = window.places[-1]


@given(st.text())
def test_any_text_can_be_cut(text: str):
    assert sum(count_words(window.text) for window in windows(text)) <= count_words(text) + 1
