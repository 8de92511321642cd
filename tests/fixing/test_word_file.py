from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise

import docx
import pytest
from fixing_files import WORDINGS, findings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.fixing.edits import NotFixable
from mtcheck.fixing.fixes import Fix, Fixed
from mtcheck.fixing.word_file import WordFile

MAIN = "word/document.xml"


def saved(*paragraphs: list[tuple[str, str]] | str) -> bytes:
    """A Word file of paragraphs; one is a text, or runs of a text with the name of a format, ``bold``."""
    document = docx.Document()
    for paragraph in paragraphs:
        runs = [(paragraph, "")] if isinstance(paragraph, str) else paragraph
        added = document.add_paragraph()
        for text, format_name in runs:
            run = added.add_run(text)
            if format_name:
                setattr(run, format_name, True)
    return stored(document)


def stored(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def with_main(data: bytes, *changes: tuple[str, str]) -> bytes:
    """A Word file with its main part changed as text."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as out:
        for name, content in members(data).items():
            text = content.decode() if name == MAIN else ""
            for old, new in changes if text else ():
                assert old in text
                text = text.replace(old, new)
            out.writestr(name, text.encode() or content)
    return stream.getvalue()


def fixes(file: WordFile, wordings: dict[str, str] = WORDINGS) -> list[Fix]:
    return [file.fix(0, finding, finding.suggestions[0].text) for finding in findings(file.document, wordings)]


def fixed(data: bytes, wordings: dict[str, str] = WORDINGS) -> Fixed:
    file = WordFile("a.docx", data)
    return file.fixed(fixes(file, wordings))


def runs(data: bytes) -> list[tuple[str, bool]]:
    """The runs of a file, as someone else's library reads them, with whether they are bold."""
    return [
        (run.text, bool(run.bold)) for paragraph in docx.Document(io.BytesIO(data)).paragraphs for run in paragraph.runs
    ]


def test_only_the_words_change_in_the_xml_and_every_other_file_is_the_same() -> None:
    data = saved("Stop the dying march of Witkov & co.", "All <else> stays.")
    result = fixed(data)
    assert len(result.made) == 2
    before, after = members(data), members(result.data)
    assert after[MAIN] == before[MAIN].replace(b"dying", b"death").replace(b"Witkov", b"Witkoff")
    assert list(before) == list(after)
    assert {name: before[name] for name in before if name != MAIN} == {
        name: after[name] for name in after if name != MAIN
    }


def test_the_formatting_of_runs_stays() -> None:
    data = saved([("Stop the ", ""), ("dying", "bold"), (" march of W", ""), ("itkov", "bold"), (" now", "")])
    assert runs(fixed(data).data) == [
        ("Stop the ", False),
        ("death", True),
        (" march of W", False),
        ("itkoff", True),
        (" now", False),
    ]


def test_words_that_word_split_into_runs_are_replaced_and_the_rest_of_a_run_keeps_its_spaces() -> None:
    data = saved([("So in so", ""), ("me time in", "bold"), (" the", ""), (" future we go", "bold")])
    assert runs(fixed(data).data) == [("So at so", False), ("me point", True), ("", False), (" we go", True)]
    data = saved([("in some time ", ""), ("in the future we", "bold")])
    assert runs(fixed(data).data) == [("at some point", False), (" we", True)]


def test_a_space_that_comes_to_the_end_of_a_text_is_kept_by_an_attribute() -> None:
    data = saved([("the dying march", ""), (" ends", "")])
    result = fixed(data, {"dying march": ""})
    assert "".join(text for text, _ in runs(result.data)) == "the ends"
    data = saved([("in some time", ""), (" in", "bold"), ("the future we go", "")])
    data = with_main(data, (">the future", "> \n the future"))
    result = fixed(data, {"in some time inthe future": "at some point"})
    assert runs(result.data) == [("at some point", False), ("", True), (" we go", False)]


def test_tables_headers_and_footnotes_are_fixed_too() -> None:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "the dying march"
    document.sections[0].header.paragraphs[0].text = "Mr Witkov"
    result = fixed(stored(document))
    again = docx.Document(io.BytesIO(result.data))
    assert again.tables[0].cell(0, 0).text == "the death march"
    assert again.sections[0].header.paragraphs[0].text == "Mr Witkoff"


def test_tabs_and_line_breaks_are_not_replaced() -> None:
    document = docx.Document()
    run = document.add_paragraph().add_run("in some time")
    run.add_break()
    run.add_text("in the future")
    with pytest.raises(NotFixable, match="line break"):
        fixed(stored(document))
    document.paragraphs[0].clear()
    run = document.paragraphs[0].add_run("dying")
    run.add_tab()
    run.add_text("march")
    assert docx.Document(io.BytesIO(fixed(stored(document)).data)).paragraphs[0].text == "death\tmarch"


def test_entities_and_sections_in_the_xml_are_no_hindrance() -> None:
    data = with_main(saved("AB the dying march"), ("AB the dying march", "&#65;<![CDATA[<B> the dying]]> m&#97;rch"))
    assert (
        b"&#65;<![CDATA[<B> the r & d]]> m&#97;rch" in members(fixed(data, {"dying march": "r & d march"}).data)[MAIN]
    )


def test_a_signed_file_is_not_changed() -> None:
    stream = io.BytesIO(saved("the dying march"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    with pytest.raises(InputError, match="signed"):
        fixed(stream.getvalue())


def test_no_fix_leaves_the_very_bytes() -> None:
    data = saved("All is well.")
    assert fixed(data).data == data


def test_the_change_is_shown_as_text() -> None:
    (edit,) = fixed(saved("Ä", "the dying march")).shown[1]
    assert (edit.start, edit.end, edit.data) == (8, 13, b"death")


WORDS = st.lists(st.sampled_from([*WORDINGS, "é &", "<b>", "the", "end."]), min_size=1, max_size=6).map(" ".join)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.lists(st.integers(0, 200), max_size=5))
def test_however_text_is_cut_into_runs_it_reads_right_and_only_text_changes(text: str, cuts: list[int]) -> None:
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    data = saved([(text[a:b], "bold" if a % 2 else "") for a, b in pairwise(places)])
    file = WordFile("a.docx", data)
    result = file.fixed(fixes(file))
    assert not result.refused
    expected = text
    for words, wording in WORDINGS.items():
        expected = expected.replace(words, wording)
    assert "".join(text for text, _ in runs(result.data)).split() == expected.split()
    marks = re.compile(rb"(?s)(<w:t)(?: xml:space=\"preserve\")?>.*?(</w:t>)")
    assert marks.sub(rb"\1\2", members(result.data)[MAIN]) == marks.sub(rb"\1\2", members(data)[MAIN])
    (again,) = WordFile("a.docx", result.data).documents
    assert isinstance(again, Document)
    assert not findings(again, WORDINGS)
