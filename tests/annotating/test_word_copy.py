from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.text.paragraph import Paragraph
from fixing_files import WORDINGS, findings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from mtcheck.annotating.word_copy import AnnotatedCopy, annotated_copy
from mtcheck.document import Document
from mtcheck.findings import Finding, Suggestion
from mtcheck.readers.docx import read_docx

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DATE = "2026-11-23T12:00:00Z"
WORDS = st.lists(st.sampled_from([*WORDINGS, "é &", "<b>", "the", "end."]), min_size=1, max_size=6).map(" ".join)
CUTS = st.lists(st.integers(0, 200), max_size=5)


def with_runs(*texts: str) -> docx.document.Document:
    """A document of one paragraph with runs of these texts, every other one bold."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for number, text in enumerate(texts):
        paragraph.add_run(text).bold = bool(number % 2)
    return document


def cut_up(text: str, cuts: list[int]) -> docx.document.Document:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return with_runs(*(text[start:end] for start, end in pairwise(places)))


def stored(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def opened(data: bytes) -> docx.document.Document:
    return docx.Document(io.BytesIO(data))


def text_of(data: bytes) -> Document:
    (document,) = read_docx("a.docx", data)
    return document


def found_in(document: Document, wordings: dict[str, str] = WORDINGS) -> list[Finding]:
    return [replace(one, location=document.location(one.start)) for one in findings(document, wordings)]


def copied(data: bytes, confidence: float | None = None, wordings: dict[str, str] = WORDINGS) -> AnnotatedCopy:
    document = text_of(data)
    return annotated_copy(data, document, found_in(document, wordings), confidence=confidence, date=DATE)


def commented(paragraph: Paragraph, number: int) -> str:
    """The text of a paragraph between the marks of a comment."""
    inside, text = False, ""
    for node in paragraph._p.iter():
        if node.tag == f"{W}commentRangeStart" and node.get(f"{W}id") == str(number):
            inside = True
        elif node.tag == f"{W}commentRangeEnd" and node.get(f"{W}id") == str(number):
            inside = False
        elif node.tag == f"{W}t" and inside:
            text += node.text or ""
    return text


def main_of(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def rejected(data: bytes) -> str:
    """The text of the main part with all tracked changes rejected."""
    root = main_of(data)
    for mark in root.findall(f".//{W}ins"):
        mark.getparent().remove(mark)
    return "".join(node.text or "" for node in root.iter(f"{W}t", f"{W}delText"))


def test_a_comment_stands_on_the_very_words_and_names_the_suggestion_and_the_rule() -> None:
    result = copied(stored(with_runs("Stop the dying march now.")))
    document = opened(result.data)
    (comment,) = document.comments
    assert (comment.author, comment.initials) == ("mtcheck", "mt")
    assert "“dying march”" in comment.text
    assert "“other words”" in comment.text
    assert "MT101, error, 90 %" in comment.text
    assert commented(document.paragraphs[0], 0) == "dying march"
    assert document.paragraphs[0].text == "Stop the dying march now."
    assert (result.comments, result.changes, result.left) == (1, 0, ())


def test_overlapping_findings_have_a_comment_each() -> None:
    result = copied(stored(with_runs("the dy", "ing march of")), wordings={"the dying": "x", "dying march": "y"})
    document = opened(result.data)
    assert [commented(document.paragraphs[0], number) for number in (0, 1)] == ["the dying", "dying march"]


def test_a_finding_in_a_header_has_its_comment_on_the_first_words_with_the_place_in_front() -> None:
    document = with_runs("All is well.")
    document.sections[0].header.paragraphs[0].text = "the dying march"
    result = copied(stored(document))
    (comment,) = opened(result.data).comments
    assert comment.text.startswith("header 1: “dying march”")
    assert commented(opened(result.data).paragraphs[0], 0) == "All is well."


def test_a_finding_on_the_whole_text_has_a_comment_at_its_start() -> None:
    data = stored(with_runs("All is well."))
    document = text_of(data)
    (model,) = found_in(document, {"All": "x"})
    whole = replace(model, rule="MT501", start=0, end=0, text="", message="The text looks spun.", suggestions=())
    (comment,) = opened(annotated_copy(data, document, [whole], confidence=None, date=DATE).data).comments
    assert comment.text.startswith("The text looks spun.\nMT501")


def test_without_a_finding_the_copy_is_the_draft() -> None:
    data = stored(with_runs("All is well."))
    assert copied(data).data == data


def test_a_tracked_change_strikes_out_only_the_words_that_differ_and_keeps_their_format() -> None:
    result = copied(stored(with_runs("Stop the ", "dying march", " now.")), confidence=0.5)
    assert (result.comments, result.changes) == (0, 1)
    (deletion,) = main_of(result.data).iter(f"{W}del")
    (insertion,) = main_of(result.data).iter(f"{W}ins")
    assert "".join(node.text for node in deletion.iter(f"{W}delText")) == "dying"
    assert "".join(node.text for node in insertion.iter(f"{W}t")) == "death"
    assert insertion.find(f".//{W}b") is not None
    assert (insertion.get(f"{W}author"), insertion.get(f"{W}date")) == ("mtcheck", DATE)
    assert text_of(result.data).text == "Stop the death march now."
    assert rejected(result.data) == "Stop the dying march now."


def test_unsure_suggestions_become_comments_beside_tracked_changes() -> None:
    data = stored(with_runs("the dying march of Witkov"))
    document = text_of(data)
    march, name = found_in(document)
    unsure = replace(name, suggestions=(Suggestion("Witkoff", 0.3),))
    result = annotated_copy(data, document, [march, unsure], confidence=0.5, date=DATE)
    assert (result.comments, result.changes) == (1, 1)
    assert "“Witkov”" in next(iter(opened(result.data).comments)).text


def test_words_can_be_put_in_at_the_start_behind_a_word_and_taken_out() -> None:
    changes = {"Peace talks": "Old peace talks", "go": "go on", "very": ""}
    data = stored(with_runs("Peace", " talks go the ", "very same"))
    result = copied(data, confidence=0.5, wordings=changes)
    assert text_of(result.data).text.split() == "Old peace talks go on the same".split()
    assert rejected(result.data) == "Peace talks go the very same"


def test_what_was_inserted_with_tracked_changes_gets_a_comment() -> None:
    data = stored(with_runs("the ", "dying march", " now"))
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                root = etree.fromstring(content)
                run = root.findall(f".//{W}r")[1]
                mark = etree.Element(f"{W}ins", {f"{W}id": "7", f"{W}author": "me"})
                run.addprevious(mark)
                mark.append(run)
                content = etree.tostring(root)
            new.writestr(name, content)
    result = copied(stream.getvalue(), confidence=0.5)
    assert (result.comments, result.changes) == (1, 0)
    assert text_of(result.data).text == "the dying march now"


def test_headers_and_tables_get_tracked_changes_too() -> None:
    document = with_runs("All is well.")
    document.add_table(1, 1).cell(0, 0).text = "Mr Witkov"
    document.sections[0].header.paragraphs[0].text = "the dying march"
    result = copied(stored(document), confidence=0.5)
    assert result.changes == 2
    assert "Mr Witkoff" in text_of(result.data).text
    assert "the death march" in text_of(result.data).text


def test_a_signed_file_and_one_that_python_docx_refuses_are_errors() -> None:
    stream = io.BytesIO(stored(with_runs("the dying march")))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    with pytest.raises(ValueError, match="signed"):
        copied(stream.getvalue())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        space = W[1:-1]
        paragraph = "<w:p><w:r><w:t>the dying march</w:t></w:r></w:p>"
        main = f'<w:document xmlns:w="{space}"><w:body>{paragraph}</w:body></w:document>'
        archive.writestr("word/document.xml", main)
        archive.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(ValueError, match="comments cannot be put into it"):
        copied(stream.getvalue())


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, CUTS)
def test_comments_stand_on_their_words_however_the_runs_are_cut(text: str, cuts: list[int]) -> None:
    data = stored(cut_up(text, cuts))
    found = found_in(text_of(data))
    document = opened(copied(data).data)
    assert [commented(document.paragraphs[0], number) for number in range(len(found))] == [one.text for one in found]
    assert document.paragraphs[0].text == text


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, CUTS)
def test_accepting_tracked_changes_fixes_the_text_and_rejecting_them_restores_it(text: str, cuts: list[int]) -> None:
    data = stored(cut_up(text, cuts))
    result = copied(data, confidence=0.5)
    assert not result.comments
    expected = text
    for words, wording in WORDINGS.items():
        expected = expected.replace(words, wording)
    assert text_of(result.data).text.split() == expected.split()
    assert rejected(result.data) == text
    assert opened(result.data).paragraphs


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_libreoffice_opens_a_copy_with_both(tmp_path: Path) -> None:
    document = with_runs("Stop the dy", "ing march of Wit", "kov & co.")
    document.sections[0].header.paragraphs[0].text = "Mr Witkov"
    data = stored(document)
    read = text_of(data)
    found = found_in(read)
    unsure = [replace(one, suggestions=()) if one.text == "Witkov" else one for one in found]
    (tmp_path / "a.docx").write_bytes(annotated_copy(data, read, unsure, confidence=0.5, date=DATE).data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    args = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "odt",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.docx"),
    ]
    subprocess.run(args, check=True, capture_output=True, timeout=240)
    with zipfile.ZipFile(tmp_path / "a.odt") as archive:
        content = archive.read("content.xml").decode()
    assert content.count("<office:annotation ") == 2
    assert content.count("<text:insertion>") == 1
    assert content.count("<text:deletion>") >= 1
    assert "<dc:creator>mtcheck</dc:creator>" in content
