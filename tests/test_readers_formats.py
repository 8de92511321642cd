from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure
from mtcheck.readers import DOCUMENT_SUFFIXES, Source, documents_in, read_documents

BOMB = b"<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><rss><item><title>&b;</title></item></rss>"
OUTSIDE = b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><item><title>&x;</title></item></rss>"


def read(folder: Path, name: str, data: bytes, *, all_text: bool = False) -> list[str]:
    (folder / name).write_bytes(data)
    documents = read_documents(Source(str(folder / name)), all_text=all_text)
    return [document.text for document in documents if isinstance(document, Document)]


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", b"1 < 2 *so*", "1 < 2 *so*"),
        ("a.md", b"1 *so*", "1 so"),
        ("a.HTM", b"<p>so</p>", "so"),
        ("a.xml", b"<?xml version='1.0'?><!-- x --><rss><item><title>so</title></item></rss>", "so"),
        ("a.xml", b"<nitf><body><body.content><p>so</p></body.content></body></nitf>", "so"),
        ("a.xml", b"<newsItem><contentMeta><headline>so</headline></contentMeta></newsItem>", "so"),
        ("a.tmx", b"<tmx><body><tu><tuv xml:lang='en'><seg>so</seg></tuv></tu></body></tmx>", "so"),
        ("stream", b"<feed xmlns='a'><entry><title>so</title></entry></feed>", "so"),
        ("stream", b"WEBVTT\n\n00:01.000 --> 00:02.000\nso\n", "so"),
        ("stream", b"<!DOCTYPE html><html><body><p>so", "so"),
        (
            "a.rss",
            "<?xml version='1.0' encoding='ISO-8859-1'?><rss><item><title>é</title></item></rss>".encode("latin1"),
            "é",
        ),
        ("a.html", "<meta charset=windows-1252><p>é".encode("cp1252"), "é"),
    ],
)
def test_the_reader_is_chosen_by_name_and_content(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    assert read(tmp_path, name, data) == [text]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.rss", BOMB, "declares an entity at line 1"),
        ("a.rss", OUTSIDE, "declares an entity at line 1"),
        ("a.rss", b"<rss><item><title>Cut", "not well-formed XML"),
        ("a.xlf", b"<a>" * 100_000, "nested deeper"),
        ("a.xml", b"<recipe/>", "XML of a kind that is not read"),
        ("a.html", b"<p>w" * 1_000_000, "more than 300,000 tags"),
        ("a.md", b"![" * 100_000, "more than 75,000 characters of markup"),
        ("a.po", b"PK and no catalogue", "line 1"),
        ("a.srt", b"no cue", "no cue found"),
        ("a.txt", b"MZ\0\1\2\3", "binary"),
        ("a.md", b"caf\xe9", "--encoding"),
    ],
)
def test_what_is_broken_or_hostile_is_an_error_with_the_name(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(tmp_path, name, data)
    assert caught.value.path.endswith(name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xml", b"<?a?>" * 800 + b"<rss/>"),
        ("a.rss", b"<rss><item><title>" + b"a\n" * 150_000 + b"</title></item></rss>"),
        ("a.html", b"<!--" * 50_000),
        ("a.html", b"<a " * 50_000),
        ("a.html", b"<p title='" + b"x" * 2_000_000 + b"'>so"),
        ("a.html", b"</p" * 50_000),
        ("a.html", b"<div>" * 100_000 + b"</i>" * 100_000),
        ("a.html", b"<a b=" * 100_000),
        ("a.html", b"<script>" + b"</s" * 100_000),
        ("a.html", b"&" * 100_000),
        ("a.rss", b"<rss x='" + b"x" * 2_000_000 + b"'/>"),
        ("a.md", b"[" * 20_000),
        ("a.md", b"*a **a " * 5_000),
        ("a.md", b"> " * 20_000 + b"so"),
        ("a.po", b'msgid "' + b"\\" * 200_000),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\n" + b"<i" * 100_000),
        ("a.md", b"- a\n" * 250_000),
        ("a.rss", b"<rss" + b" " * 1_900 + b">" + b"<item>&</item>" * 99_000),
    ],
    ids=lambda value: value[:8].decode() if isinstance(value, bytes) else value,
)
def test_hostile_text_is_done_with_in_seconds(tmp_path: Path, name: str, data: bytes) -> None:
    began = time.process_time()
    assert outcome(tmp_path, name, data)
    assert time.process_time() - began < 10


def test_a_document_type_does_not_hide_what_a_file_is() -> None:
    (entry,) = documents_in(
        b"<!DOCTYPE rss [<!ELEMENT rss (item)>]>\n<rss><item><title>One</title></item></rss>", "a.xml"
    )
    assert isinstance(entry, Document)
    assert entry.text == "One"
    bomb = b'<!DOCTYPE rss [<!ENTITY a "bb"><!ENTITY b "%s">]><rss><item><title>&b;</title></item></rss>'
    for filling in (b"&a;" * 10, b"&a;" * 10_000):
        with pytest.raises(InputError, match=r"declares .*entit.* which is refused"):
            documents_in(bomb % filling, "a.xml")


def test_more_values_than_can_be_read_in_seconds_are_refused() -> None:
    for name, data in [
        ("a.jsonl", b'{"b": "a", "c": [' + b"1," * 1_000_001 + b"1]}"),
        ("a.csv", b"b\n" + b",,\n" * 500_001),
    ]:
        with pytest.raises(InputError, match=r"more than .* the most that is read; split it"):
            documents_in(data, name, fields=["b"])


def outcome(folder: Path, name: str, data: bytes) -> str:
    """What came of a file: its documents' text, or the error's message, which begins with the file's path."""
    try:
        return f"read: {read(folder, name, data)}"
    except InputError as error:
        assert error.path == str(folder / name)  # noqa: PT017
        return str(error)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=80), st.sampled_from(DOCUMENT_SUFFIXES))
def test_any_bytes_are_documents_or_an_error(tmp_path: Path, data: bytes, suffix: str) -> None:
    assert outcome(tmp_path, "a" + suffix, data)


SAMPLES = {
    "a.md": "# One *so*\n\n> two [b](c) `d`\n\n| e |\n|---|\n| f\\|g |\n\n<p>h &amp;</p>\n",
    "a.html": "<html><p class='x'>One <b>so</b> &amp; &#8217;<!-- c --><script>d</script><ul><li>e</ul><![CDATA[f]]>",
    "a.rss": "<rss><item><title>a &amp; b</title><guid>c</guid><description>&lt;p&gt;d</description></item></rss>",
    "a.atom": "<feed><entry><id>a</id><content type='xhtml'><div>b <i>c</i></div></content></entry></feed>",
    "a.xlf": "<xliff><file><trans-unit id='a'><target>b <g>c</g><ph>d</ph></target></trans-unit></file></xliff>",
    "a.po": 'msgid "a"\nmsgstr "b \\"c\\" \\x41"\n"d"\n\n#~ msgid "e"\n#~ msgstr "f"\n',
    "a.srt": "1\n00:00:01,000 --> 00:00:02,000\na <i>b</i>\nc\n\n2\n00:00:03,000 --> 00:00:04,000\n&amp; d\n",
    "a.vtt": "WEBVTT\n\nNOTE a\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>b</v> c\n",
}


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_a_damaged_file_is_an_error_or_has_places(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """Stretches of a good file are cut out, doubled or replaced."""
    text = SAMPLES[name]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        instead = data.draw(st.sampled_from(["", text[start:end] * 2, "<", "&", "]]>", '"', "\r\n", "😀"]))
        text = text[:start] + instead + text[end:]
    (tmp_path / name).write_bytes(text.encode())
    try:
        documents = read_documents(Source(str(tmp_path / name)))
    except InputError:
        return
    for document in documents:
        if isinstance(document, Failure):
            assert document.path == str(tmp_path / name)
            continue
        spans = [document.source_span(offset, offset + 1) for offset in range(len(document.text))]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
        assert spans == sorted(spans)
