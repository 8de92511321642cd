"""Texts that a person has changed, put back into the files they were read from."""

from __future__ import annotations

import io

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.errors import InputError
from mtcheck.fixing.rewriting import Rewritten, rewrite
from mtcheck.fixing.text_file import TextFile
from mtcheck.fixing.word_file import WordFile
from mtcheck.readers.docx import read_word

PAGE = "<title>T</title>\r\n<p>It was a <b>dying</b> march &amp; it went\non.</p>\r\n<p>In the final week.</p>\r\n"


def page(*texts: str) -> Rewritten:
    return rewrite(TextFile("page.html", PAGE.encode()), texts)


def read(source: str = PAGE) -> str:
    (document,) = TextFile("page.html", source.encode()).documents
    text: str = document.text  # type: ignore[union-attr]
    return text


def test_words_are_changed_added_and_left_out_where_they_stand() -> None:
    text = read().replace("dying", "death").replace("final week", "very last week").replace("& it went", "and went")
    result = page(text)
    assert result.refused == ()
    assert result.data.decode() == (
        "<title>T</title>\r\n<p>It was a <b>death</b> march and went\non.</p>\r\n<p>In the very last week.</p>\r\n"
    )


def test_a_text_as_it_was_leaves_the_bytes_as_they_were() -> None:
    assert page(read()) == Rewritten(PAGE.encode(), 0, ())


@pytest.mark.parametrize(
    ("new", "told", "reason", "left"),
    [
        ("In the last week.\n\nMore of it.", "More of it.", "lines or paragraphs were added", "In the last week."),
        ("In the\n\nlast week.", "In the\nlast week.", "lines or paragraphs were added", "In the final week."),
        ("In the \ud800 week.", "\ud800", "control characters", "In the final week."),
    ],
)
def test_what_the_file_cannot_take_is_told_and_the_rest_is_done(new: str, told: str, reason: str, left: str) -> None:
    result = page(read().replace("dying", "death").replace("In the final week.", new))
    assert [(one.wording, reason in one.reason) for one in result.refused] == [(told, True)]
    assert result.data.decode() == PAGE.replace("dying", "death").replace("In the final week.", left)


def test_a_paragraph_cannot_lose_all_its_words_but_keeps_them() -> None:
    result = page(read().replace("In the final week.", ""))
    assert result.data.decode() == PAGE
    assert result.refused[0].was == "In the final week."


def test_each_entry_of_a_feed_gets_its_own_text() -> None:
    item = "<item><title>{0}</title><description>The final week, {0}.</description></item>"
    feed = f"<rss version='2.0'><channel><title>News</title>{item.format('One')}{item.format('Two')}</channel></rss>"
    file = TextFile("news.xml", feed.encode())
    texts = [document.text for document in file.documents]  # type: ignore[union-attr]
    texts[-1] = texts[-1].replace("final", "last")
    assert rewrite(file, texts).data.decode() == feed.replace("final week, Two", "last week, Two")
    with pytest.raises(InputError, match=r"has \d texts, not 1"):
        rewrite(file, ["One"])


def test_a_word_file_keeps_its_formatting() -> None:
    draft = docx.Document()
    draft.add_paragraph("It was a ").add_run("dying").bold = True
    draft.add_paragraph("In the final week.")
    stream = io.BytesIO()
    draft.save(stream)
    file = WordFile("draft.docx", stream.getvalue())
    result = rewrite(file, [file.document.text.replace("dying", "death").replace("final", "last")])
    assert (result.made, result.refused) == (2, ())
    assert read_word(result.data).text == file.document.text.replace("dying", "death").replace("final", "last")
    runs = docx.Document(io.BytesIO(result.data)).paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs] == [("It was a ", None), ("death", True)]


def test_a_text_that_has_nothing_to_do_with_the_file_is_refused_in_bounded_time() -> None:
    file = TextFile("long.md", "".join(f"line {i}\n\n" for i in range(20_000)).encode())
    result = rewrite(file, ["".join(f"other {i}\n\n" for i in range(20_000, 0, -1))])
    assert [one.reason for one in result.refused] == ["too much was changed"]
    assert result.data == file.data


WORDS = st.lists(st.sampled_from("alpha beta gamma & < delta".split()), min_size=1, max_size=8).map(" ".join)


@given(st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_what_is_not_refused_is_read_in_the_new_file(paragraphs: list[str], data: st.DataObject) -> None:
    source = "".join(f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>\n" for text in paragraphs)
    wanted = "\n\n".join(data.draw(st.just(text) | WORDS) for text in paragraphs)
    file = TextFile("page.html", source.encode(), all_text=True)
    result = rewrite(file, [wanted])
    if not result.refused:
        (after,) = TextFile("page.html", result.data, all_text=True).documents
        assert "".join(after.text.split()) == "".join(wanted.split())  # type: ignore[union-attr]
