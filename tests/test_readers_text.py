from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mtcheck.errors import InputError
from mtcheck.readers import decode, find_encoding

# What a file can hold: all characters but NUL, which no text has, and a mark at the start, which is not text.
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])).filter(
    lambda text: not text.startswith("\ufeff")
)


def refusal(data: bytes, encoding: str | None = None) -> str:
    with pytest.raises(InputError) as caught:
        decode(data, "draft.txt", encoding)
    assert caught.value.path == "draft.txt"
    return caught.value.message


@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"]))
def test_text_comes_back_as_it_was_written(text: str, encoding: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    assert decode(mark + text.encode(encoding), "draft.txt").text == text


@given(texts, st.sampled_from(["utf-8", "UTF-8-SIG", "utf-16", "utf-16-le", "utf-32", "utf-32-be", "gb18030"]))
def test_text_comes_back_from_a_named_encoding(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "draft.txt", encoding).text == text


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_stay_as_in_the_file(end: str) -> None:
    assert decode(f"One.{end}Two.{end}".encode(), "draft.txt").text == f"One.{end}Two.{end}"


def test_no_bytes_are_an_empty_text() -> None:
    assert decode(b"", "draft.txt").text == ""
    assert decode(codecs.BOM_UTF8, "draft.txt").text == ""
    assert decode(codecs.BOM_UTF16_LE, "draft.txt").text == ""


def test_a_mark_is_dropped_from_a_named_encoding_too() -> None:
    assert decode(codecs.BOM_UTF8 + b"text", "draft.txt", "utf-8").text == "text"
    assert decode(codecs.BOM_UTF16_BE + "text".encode("utf-16-be"), "draft.txt", "utf-16-be").text == "text"


def test_only_one_mark_is_dropped() -> None:
    assert decode(codecs.BOM_UTF8 * 2 + b"text", "draft.txt").text == "\ufefftext"


def test_the_first_bad_byte_is_named_and_an_encoding_offered() -> None:
    message = refusal(b"The caf\xe9 is closed.")
    assert "byte 0xE9 at byte offset 7" in message
    assert "--encoding" in message


def test_offsets_count_bytes_of_the_file_with_its_mark() -> None:
    assert "byte offset 8" in refusal(codecs.BOM_UTF8 + "née ".encode() + b"\xff")
    assert "byte offset 4" in refusal(codecs.BOM_UTF16_LE + "a".encode("utf-16-le") + b"\x00\xdc")


def test_half_a_character_at_the_end_is_refused() -> None:
    assert "byte offset 3" in refusal(b"caf\xc3")
    assert "byte offset 4" in refusal(codecs.BOM_UTF16_BE + "a".encode("utf-16-be") + b"\x00")


def test_a_named_encoding_that_does_not_fit_is_refused() -> None:
    message = refusal(b"caf\xe9", "ascii")
    assert "ASCII" in message
    assert "byte offset 3" in message
    assert "another --encoding" in message


def test_nul_bytes_look_like_a_binary_file() -> None:
    message = refusal(b"Text, then\0\x01\x02")
    assert "byte offset 10" in message
    assert "binary" in message


def test_a_picture_looks_like_a_binary_file() -> None:
    message = refusal(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert "byte offset 0" in message
    assert "binary" in message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark_is_recognised_in_the_advice(encoding: str) -> None:
    assert f"--encoding {encoding}" in refusal("Plain words, no mark.".encode(encoding))


def test_nul_in_utf16_is_found_on_a_character_boundary() -> None:
    data = codecs.BOM_UTF16_BE + "\u0100\u0001a\0".encode("utf-16-be")
    assert "byte offset 8" in refusal(data)


def test_utf32_with_a_mark_is_named() -> None:
    assert "--encoding utf-32" in refusal("text".encode("utf-32"))


@pytest.mark.parametrize("name", ["nonsense", "base64", "rot13", "undefined", "", "utf\0-8"])
def test_what_is_no_text_encoding_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown text encoding"):
        find_encoding(name)


@pytest.mark.parametrize(("name", "codec"), [("Windows-1252", "cp1252"), ("latin1", "iso8859-1"), ("UTF8", "utf-8")])
def test_encodings_are_found_under_any_of_their_names(name: str, codec: str) -> None:
    assert find_encoding(name) == codec


@example(b"\0", "punycode")
@given(st.binary(max_size=64), st.none() | st.sampled_from(["utf-8", "utf-16", "utf-7", "punycode", "idna", "cp1252"]))
def test_any_bytes_are_text_or_a_clear_error(data: bytes, encoding: str | None) -> None:
    if encoding == "idna":
        with pytest.raises(ValueError, match="unknown"):
            decode(data, "draft.txt", encoding)
        return
    try:
        text = decode(data, "draft.txt", encoding).text
    except InputError as error:
        text = error.message
    assert "\0" not in text


def test_ten_megabytes_are_read() -> None:
    document = decode(b"A short line of words.\r\n" * 440_000, "draft.txt")
    assert document.lines == 440_001
    assert document.place(len(document.text)) == (440_001, 1)


def test_a_line_of_200_000_characters_is_one_line() -> None:
    document = decode(("word " * 40_000).encode(), "draft.txt")
    assert document.place(199_999) == (1, 200_000)
