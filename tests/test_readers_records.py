from __future__ import annotations

import csv
import io
import itertools
import json
import time
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reader_places import check_places, source_of

from mtcheck.annotated import AnnotatedText
from mtcheck.document import Document
from mtcheck.errors import InputError, UnreadFormat
from mtcheck.findings import Failure
from mtcheck.readers import Source, documents_in, read_documents
from mtcheck.readers.delimited import DELIMITERS, rows
from mtcheck.readers.json_news import read_json_news
from mtcheck.readers.json_text import JsonReader, JsonString, annotate_string
from mtcheck.readers.records import read_csv, read_json_lines, read_json_records

FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [
 {"id": "e1", "content_html": "<p>Tom &amp; <b>Bob\\u2019s<\\/b>\\nday</p>", "title": "A \\"big\\" day"},
 "broken",
 {"id": 7, "content_text": "One.\\n\\nTwo \\ud83d\\ude00.", "summary": "One."}]}"""


def documents(found: list[Document | Failure]) -> list[Document]:
    return [document for document in found if isinstance(document, Document)]


def failures(found: list[Document | Failure]) -> list[str]:
    return [failure.message for failure in found if isinstance(failure, Failure)]


def unescape(source: str) -> str:
    """What a piece of a JSON string says, if only half of an escape is given too."""
    return json.loads(f'"{source}"')


def test_each_entry_of_a_json_feed_is_a_document_and_a_broken_one_a_failure() -> None:
    found = read_json_news("a.json", FEED)
    one, two = documents(found)
    assert failures(found) == ["entry 2 is no object"]
    assert (one.name, one.text) == ("entry 1 (e1)", 'Tom & Bob’s day\n\nA "big" day')
    assert (two.name, two.text) == ("entry 3 (7)", "One.\n\nTwo 😀.")
    assert one.location(20) == "entry 1 (e1), title"


def test_places_in_json_are_those_of_the_source_through_all_escapes() -> None:
    one, two = documents(read_json_news("a.json", FEED))
    assert source_of(FEED, one, "& Bob’s") == "&amp; <b>Bob\\u2019s"
    assert source_of(FEED, one, '"big"') == '\\"big\\"'
    assert source_of(FEED, two, "😀") == "\\ud83d\\ude00"
    assert one.place(one.text.index("big"))[0] == 2


NINJS_1 = """{"uri": "urn:1", "versioncreated": "x", "headline": "Storm", "slugline": "storm-x", "byline": "By Bo",
 "body_text": "It rained.", "body_xhtml": "<p>It rained.</p>",
 "associations": {"picture": {"uri": "urn:2", "description_caption": "A wet dog."}}}"""
NINJS_2 = """{"uri": "urn:1", "versioncreated": "x", "headlines": [{"role": "main", "value": "Storm"}],
 "bodies": [{"contenttype": "text/html", "value": "It<br>rained."}],
 "associations": [{"name": "p", "descriptions": [{"contenttype": "text/plain", "value": "A wet dog."}]}]}"""


def test_ninjs_gives_headline_text_and_captions_once() -> None:
    (one,) = documents(read_json_news("a.json", NINJS_1))
    assert (one.name, one.text) == ("item (urn:1)", "Storm\n\nIt rained.\n\nA wet dog.")
    assert one.location(len(one.text) - 2) == "item (urn:1), association picture, description"
    (two,) = documents(read_json_news("a.json", NINJS_2))
    assert two.text == "Storm\n\nIt\nrained.\n\nA wet dog."
    assert two.location(len(two.text) - 2) == "item (urn:1), association p, description"
    assert [d.text for d in documents(read_json_news("a.json", f"[{NINJS_1}, {NINJS_2}]"))] == [one.text, two.text]


def test_ninjs_is_read_as_agencies_write_it() -> None:
    known_by_guid = (
        '{"guid": "urn:2", "versioncreated": "x", "body_html": "<p>It rained.</p>", "body_text": "It rained."}'
    )
    (document,) = documents(documents_in(known_by_guid.encode(), "a.json"))
    assert (document.name, document.text) == ("item (urn:2)", "It rained.")
    held = documents(documents_in(b'{"total": 1, "item": [{"uri": "urn:3", "headline": "Storm"}]}', "a.json"))
    assert [(one.name, one.text) for one in held] == [("item 1 (urn:3)", "Storm")]
    roles = '[{"role": "creditline", "value": "AGENCY"}, {"role": "caption", "value": "A dog."}, {"text": "A cat."}]'
    (document,) = documents(read_json_news("a.json", f'{{"uri": "urn:4", "descriptions": {roles}}}'))
    assert document.text == "A dog.\n\nA cat."
    with pytest.raises(UnreadFormat, match=r"neither a JSON Feed nor news in ninjs; name the fields .*: data"):
        read_json_news("a.json", '{"data": {"uri": "urn:5", "headline": "Storm"}}')


def test_nitf_in_ninjs_is_read_without_names_of_people() -> None:
    article = "<nitf><body><body.head><hedline><hl1>Storm</hl1></hedline><byline>By Bo</byline></body.head>"
    article += '<body.content><p>It "really" rained.</p></body.content></body></nitf>'
    body = {"contentType": "text/vnd.IPTC.NITF", "value": article}
    source = json.dumps({"uri": "urn:1", "bodies": [body]})
    (document,) = documents(read_json_news("a.json", source))
    assert document.text == 'Storm\n\nIt "really" rained.'
    assert document.location(0) == "item (urn:1), body, headline"
    assert source_of(source, document, '"really"') == '\\"really\\"'


LINES = '{"id": "a", "body": "One.", "n": 1}\r\n\r\n{"body": }\n[1]\n{"article": {"body": ["<p>Two.</p>", 3]}}\n'


def test_json_lines_are_read_by_field_and_a_broken_line_is_a_failure() -> None:
    found = read_json_lines("a.jsonl", LINES, ["body", "article.body"])
    assert [(d.name, d.text) for d in documents(found)] == [("line 1 (a)", "One."), ("line 5", "Two.")]
    assert failures(found) == ["line 3: not JSON: Expecting value at column 10", "line 4 is no object"]
    assert documents(found)[1].place(0) == (5, 27)
    with pytest.raises(ValueError, match="no line has text in a field 'bodi'; fields with text are: id, body"):
        read_json_lines("a.jsonl", LINES, ["bodi"])


def test_a_json_array_is_read_record_by_record() -> None:
    found = read_json_records("a.json", '[{"body": "One.", "url": "u"}, {"body": "Two."}, {"body": null}]', ["body"])
    assert [(d.name, d.text) for d in documents(found)] == [("record 1 (u)", "One."), ("record 2", "Two.")]


TABLE = 'id;title;"the body"\r\n1;A "b";"Say ""yes"";\nand go."\r\n\r\n2;x;\r\n'


def test_csv_is_read_by_column_with_rows_as_spreadsheets_count_them() -> None:
    one, two = documents(read_csv("a.csv", TABLE, ["title", "the body"]))
    assert (one.name, one.text) == ("row 2 (1)", 'A "b"\n\nSay "yes";\nand go.')
    assert source_of(TABLE, one, 'Say "yes"') == 'Say ""yes""'
    assert (one.location(0), one.location(10)) == ("row 2 (1), title", "row 2 (1), the body")
    assert (two.name, two.text) == ("row 4 (2)", "x")
    with pytest.raises(ValueError, match="no column 'body'; there are: id, title, the body"):
        read_csv("a.csv", TABLE, ["body"])


@settings(max_examples=500)
@given(st.text("ab\"',;\t|\r\n ", max_size=30), st.sampled_from(DELIMITERS))
def test_cells_are_those_of_the_standard_library(text: str, delimiter: str) -> None:
    source = AnnotatedText.whole(text)
    try:
        found = [[cell.read(source).text for cell in row] for row in rows(text, delimiter)]
    except ValueError:
        with pytest.raises(csv.Error):
            list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
        return
    assert found == list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


@given(st.text(max_size=20), st.booleans())
def test_any_string_leads_back_through_its_escapes(words: str, ascii_only: bool) -> None:
    text = json.dumps({"a": words}, ensure_ascii=ascii_only)
    value = JsonReader().parse(text)
    assert isinstance(value, dict)
    string = value["a"]
    assert isinstance(string, JsonString)
    annotated = annotate_string(AnnotatedText.whole(text), string)
    assert annotated.text == words.replace("\0", "\ufffd")
    for offset, character in enumerate(annotated.text):
        start, end = annotated.span(offset, offset + 1)
        assert character in ("\ufffd", unescape(text[start:end]))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20))
def test_any_cell_and_line_leads_back_to_the_source(words: str) -> None:
    table = 'body\r\n"' + words.replace('"', '""') + '"\r\n'
    for document in documents(read_csv("a.csv", table, ["body"])):
        check_places(table, document, lambda source: source)
    line = json.dumps({"body": words + "x"})
    (document,) = documents(read_json_lines("a.jsonl", line, ["body"]))
    check_places(line, document, unescape)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "items uri headlines bodies value associations title content_html contenttype body".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON, st.integers(0, 200))
def test_any_json_also_cut_short_is_read_or_refused(value: object, cut: int) -> None:
    text = json.dumps(value)
    readers = [
        read_json_news,
        partial(read_json_records, fields=["body", "title"]),
        partial(read_json_lines, fields=["body"]),
        partial(read_csv, fields=["body"]),
    ]
    for source, read in itertools.product([text, text[:cut]], readers):
        try:
            found = read("a", source)
        except (ValueError, UnreadFormat):
            continue
        assert all(isinstance(part, Document | Failure) for part in found)


def read_file(folder: Path, name: str, text: str, *fields: str) -> list[str]:
    (folder / name).write_bytes(text.encode())
    return [d.text for d in documents(read_documents(Source(str(folder / name)), fields=fields))]


def test_the_reader_is_chosen_by_name_content_and_the_fields_named(tmp_path: Path) -> None:
    assert read_file(tmp_path, "a.json", FEED)[1] == "One.\n\nTwo 😀."
    assert read_file(tmp_path, "stream", NINJS_2) == read_file(tmp_path, "a.json", NINJS_2)
    assert read_file(tmp_path, "a.json", NINJS_1, "byline") == ["By Bo"]
    assert read_file(tmp_path, "a.json", NINJS_2, "article") == read_file(tmp_path, "a.json", NINJS_2)
    assert read_file(tmp_path, "stream", '{"b": "One."}\n{"b": "Two."}', "b") == ["One.", "Two."]
    assert read_file(tmp_path, "stream", "a,b\n1,One.", "b") == ["One."]
    assert read_file(tmp_path, "a.tsv", "a\tb\n1\tOne, two.", "b") == ["One, two."]
    assert read_file(tmp_path, "a.txt", "a,b\n1,One.", "b") == ["a,b\n1,One."]


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.json", '[{"x": 1, "y": "1"}]'), ("a.jsonl", '{"x": 1, "y": 1}\n'), ("a.csv", "x,y\n1,2\n")],
)
def test_without_a_field_records_are_not_read_and_the_fields_are_told(tmp_path: Path, name: str, text: str) -> None:
    with pytest.raises(UnreadFormat, match="name the fields to check with --field; there are: x, y"):
        read_file(tmp_path, name, text)
    with pytest.raises(UnreadFormat, match="'body'"):
        read_file(tmp_path, name, text, "body")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"version": "https://jsonfeed.org/version/1", "items": [', "not JSON: Expecting value at line 1"),
        ("a.json", '{"uri": "", "bodies": ' + "[" * 100_000, "nested too deeply"),
        ("a.json", '{"uri": "", "bodies": ' + "9" * 100_000, "not JSON"),
        ("a.json", '{"version": "https://jsonfeed.org/version/1", "items": [' + "{}," * 200_000 + "{}]}", "split it"),
        ("a.csv", 'body\n"' + "x\n" * 150_000, "quotation mark at the start of a cell at line 2 is never closed"),
        ("a.csv", "body\n" + "x\n" * 200_000, "100,001 entries"),
        ("a.csv", "body\n" + "," * 900_000, "more than 10,000 cells at line 2"),
        ("a.csv", 'body\n"' + '"' * 4_000_000 + '"', "more than 1,000,000 quotation marks"),
        ("a.json", '{"uri": "", "bodies": "' + "\\t" * 500_000 + '"}', "more than 300,000 tags, escapes and lines"),
    ],
)
def test_hostile_records_are_refused_within_seconds(tmp_path: Path, name: str, text: str, said: str) -> None:
    begun = time.process_time()
    with pytest.raises(InputError, match=said):
        read_file(tmp_path, name, text, *(["body"] if name == "a.csv" else []))
    assert time.process_time() - begun < 15
