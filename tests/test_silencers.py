from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck.document import Document
from mtcheck.findings import Failure, Finding, Severity
from mtcheck.readers import Source, read_documents
from mtcheck.silencers import Silencers, read_silencers, without_silencers

WORDING = "dying march"


def read(folder: Path, name: str, text: str) -> list[Document]:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    documents = [one for one in read_documents(Source(str(path))) if not isinstance(one, Failure)]
    return [without_silencers(document) for document in documents]


def findings(document: Document, rule: str = "MT101") -> list[Finding]:
    return [
        Finding(rule, Severity.ERROR, 0.9, m.start(), m.end(), 1, 1, 1, 1, m.group(), "")
        for m in re.finditer(WORDING, document.text)
    ]


def heard(documents: list[Document], rule: str = "MT101") -> tuple[list[int], Silencers]:
    """The numbers of the places where the wording is still a finding, counted over all documents."""
    silencers = read_silencers(documents)
    kept, number = [], 0
    for document in documents:
        for finding in findings(document, rule):
            number += 1
            if not silencers.silence(document, finding):
                kept.append(number)
    return kept, silencers


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a.txt", "# mtcheck: ignore\nA dying march.\nA dying march.\n", [2]),
        (
            "a.txt",
            "A dying march.\r\n// mtcheck: off\r\nA dying march.\r\n// mtcheck: on\r\nA dying march.\r\n",
            [1, 3],
        ),
        ("a.txt", "A dying march. <!-- mtcheck: ignore -->\nA dying march.", [2]),
        (
            "a.md",
            "A dying march.\n\n<!-- mtcheck: ignore -->\n\nA dying\nmarch, a dying march.\n\nA dying march.",
            [1, 4],
        ),
        (
            "a.md",
            "<!-- mtcheck: off -->\n\n- A dying march.\n- A dying march.\n\n<!-- mtcheck: on -->\n\nA dying march.",
            [3],
        ),
        ("a.html", "<p>A dying march.</p>\n<!-- mtcheck: ignore --><p>A dying march.</p>", [1]),
        (
            "a.html",
            "<p>A dying march.</p>\n<!-- mtcheck: ignore -->\n<p>A dying march.</p><p>A dying march.</p>",
            [1, 3],
        ),
        ("a.po", '# mtcheck: ignore\nmsgid "a"\nmsgstr "A dying march."\n\nmsgid "b"\nmsgstr "A dying march."\n', [2]),
        (
            "a.vtt",
            "WEBVTT\n\n00:01.000 --> 00:02.000\nA dying march\n\nNOTE\nmtcheck: ignore\n\n"
            "00:02.000 --> 00:03.000\nA dying march\n\n00:03.000 --> 00:04.000\nA dying march.\n",
            [1, 3],
        ),
        ("a.vtt", "WEBVTT\n\nNOTE mtcheck: off\n\n00:01.000 --> 00:02.000\nA dying march.\n", []),
        (
            "a.rss",
            "<rss><channel><item><title>A dying march</title></item><!-- mtcheck: ignore -->\n"
            "<item><title>A dying march</title></item><!-- mtcheck: ignore -->\n"
            "\n<item><title>A dying march</title></item></channel></rss>",
            [3],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 8 else None,
)
def test_comments_in_the_syntax_of_the_format_silence(tmp_path: Path, name: str, text: str, kept: list[int]) -> None:
    assert heard(read(tmp_path, name, text))[0] == kept


@pytest.mark.parametrize(
    ("comment", "silenced"),
    [
        ("ignore", True),
        ("ignore MT101", True),
        ("ignore MT402, MT101", True),
        ("ignore MT402", False),
        ("ignore: that is how he said it", True),
        ("ignore MT101 (his words)", True),
        ("off MT101", True),
        ("ignored", False),
        ("Ignore", False),
    ],
)
def test_rules_and_a_reason_may_be_given(tmp_path: Path, comment: str, silenced: bool) -> None:
    documents = read(tmp_path, "a.txt", f"# mtcheck: {comment}\nA dying march.\n")
    assert heard(documents)[0] == ([] if silenced else [1])


def test_what_silences_nothing_or_is_wrong_is_told_with_its_line(tmp_path: Path) -> None:
    lines = ["# mtcheck: ignore MT402", "A dying march.", "# mtcheck: on", "# mtcheck: ignor", "# mtcheck: off MT999"]
    _, silencers = heard(read(tmp_path, "a.txt", "\n".join(lines)))
    assert [(line, text.split(";")[0]) for line, text in silencers.complaints()] == [
        (1, "`mtcheck: ignore MT402` silences nothing"),
        (3, "`mtcheck: on` ends nothing"),
        (4, "`mtcheck: ignor` is not understood"),
        (5, "`mtcheck: off MT999`: there is no rule MT999"),
    ]
    used, silencers = heard(read(tmp_path, "b.txt", "# mtcheck: ignore\nA dying march."))
    assert (used, silencers.complaints()) == ([], [])


@pytest.mark.parametrize(
    ("text", "silenced"),
    [
        ("# mtcheck: off\nAll of it.", True),
        ("All of it.\n# mtcheck: ignore MT501", True),
        ("# mtcheck: ignore\nAll of it.", False),
        ("# mtcheck: off\nAll of it.\n# mtcheck: on\nMore.", False),
        ("All of it.\n# mtcheck: off\n", False),
    ],
)
def test_a_finding_on_the_whole_text_is_silenced_by_its_rule_or_when_all_is_off(
    tmp_path: Path, text: str, silenced: bool
) -> None:
    (document,) = read(tmp_path, "a.txt", text)
    whole = Finding("MT501", Severity.ERROR, 1.0, 0, 0, 1, 1, 1, 1, "", "")
    assert read_silencers([document]).silence(document, whole) is silenced


def test_silencers_are_no_part_of_a_plain_text_and_places_stay_those_of_the_file() -> None:
    text = "# mtcheck: off\r\nA dying march. <!-- mtcheck: on -->\r\nMore of it.\r\n"
    document = without_silencers(Document("a.txt", text))
    assert document.text == "\r\nA dying march. \r\nMore of it.\r\n"
    start = document.text.index("More")
    assert document.source_span(start, start + 4) == (text.index("More"), text.index("More") + 4)
    assert document.place(start) == (3, 1)
    plain = Document("a.txt", "Nothing for mtcheck: here.")
    assert without_silencers(plain) is plain


@given(
    st.lists(st.sampled_from(["# mtcheck: off", "<!-- mtcheck: ignore -->", "# mtcheck: on", "x y", "", "\t", "\r"]))
)
def test_all_that_is_left_of_a_text_stands_where_its_source_says(lines: list[str]) -> None:
    document = without_silencers(Document("a.txt", "\n".join(lines)))
    for offset in range(len(document.text)):
        start, end = document.source_span(offset, offset + 1)
        assert document.source[start:end] == document.text[offset]
    read_silencers([document])
