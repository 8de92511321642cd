from __future__ import annotations

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.readers import Source, read_documents
from mtcheck.readers.docx import read_docx, read_word

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def package(body: str, space: str = W, **parts: str) -> bytes:
    """A Word file with a body; further parts by their kind, ``footnotes="<w:footnotes>…"``."""
    names = {kind: f"word/{kind}.xml" for kind in parts}
    relations = "".join(
        f'<Relationship Id="r{i}" Type="{OFFICE}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>'
        for i, kind in enumerate(parts)
    )
    files = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>',
        **{names[kind]: xml.replace(">", f' xmlns:w="{space}">', 1) for kind, xml in parts.items()},
    }
    return archive(files)


def archive(files: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return stream.getvalue()


def located(document: Document) -> dict[str, str]:
    """Each paragraph of a document by its location."""
    text, found, start = document.text, {}, 0
    for paragraph in text.split("\n\n"):
        found[document.location(start)] = paragraph
        start += len(paragraph) + 2
    return found


def paragraph(*words: str) -> str:
    return "<w:p>" + "".join(f'<w:r><w:t xml:space="preserve">{word}</w:t></w:r>' for word in words) + "</w:p>"


def test_body_tables_headers_and_footers_have_a_path() -> None:
    draft = docx.Document()
    draft.add_heading("Storm", 1)
    draft.add_paragraph("")
    draft.add_paragraph("It rained.").add_run(" A lot.").bold = True
    table = draft.add_table(2, 2)
    table.cell(1, 0).text = "Wind"
    table.cell(1, 1).text = "First."
    table.cell(1, 1).add_paragraph("Second.")
    table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "Inner"
    draft.sections[0].header.paragraphs[0].text = "Daily"
    draft.sections[0].footer.paragraphs[0].text = "Page"
    (document,) = read_docx("a.docx", saved(draft))
    assert located(document) == {
        "paragraph 1": "Storm",
        "paragraph 2": "It rained. A lot.",
        "table 1, row 1, cell 1, table 1, row 1, cell 1": "Inner",
        "table 1, row 2, cell 1": "Wind",
        "table 1, row 2, cell 2, paragraph 1": "First.",
        "table 1, row 2, cell 2, paragraph 2": "Second.",
        "header 1": "Daily",
        "footer 1": "Page",
    }


@pytest.mark.parametrize("space", [W, STRICT])
def test_notes_are_numbered_as_word_shows_them(space: str) -> None:
    body = (
        '<w:p><w:r><w:t>So</w:t><w:footnoteReference w:id="7"/></w:r><w:r><w:footnoteReference w:id="3"/></w:r></w:p>'
    )
    notes = (
        '<w:footnotes><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>x</w:t></w:r></w:p></w:footnote>'
        f'<w:footnote w:id="3">{paragraph("Second.")}</w:footnote><w:footnote w:id="7">'
        f"{paragraph('First.')}</w:footnote></w:footnotes>"
    )
    (document,) = read_docx("a.docx", package(body, space, footnotes=notes))
    assert located(document) == {
        "paragraph 1": "So",
        "footnote 1": "First.",
        "footnote 2": "Second.",
    }


def test_text_boxes_are_read_once_behind_their_paragraph() -> None:
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = f"<w:txbxContent>{paragraph('Boxed.')}</w:txbxContent>"
    body = (
        f'<w:p><w:r><w:t>Outer.</w:t></w:r><w:r><mc:AlternateContent xmlns:mc="{mc}">'
        f"<mc:Choice><w:drawing><x>{box}</x></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>" + paragraph("Next.")
    )
    (document,) = read_docx("a.docx", package(body))
    assert located(document) == {
        "paragraph 1": "Outer.",
        "paragraph 2": "Next.",
        "text box 1": "Boxed.",
    }


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<w:r><w:t> a </w:t></w:r><w:r><w:t>b</w:t></w:r>", "ab"),
        ("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r>", "a\tb\nc-d"),
        ("<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>", "new"),
        ("<w:moveFrom><w:r><w:t>from</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>to</w:t></w:r></w:moveTo>", "to"),
        ("<w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink>", "link"),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>in</w:t></w:r></w:sdtContent></w:sdt>", "in"),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>4</w:t></w:r>", "4"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r><w:r><w:t>shown</w:t></w:r>", "shown"),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r>", "shown"),
        ("<m:t xmlns:m='math'>x</m:t><w:r><w:t>y</w:t></w:r>", "y"),
        ("<w:pPr><w:pStyle w:val='SourceCode'/></w:pPr><w:r><w:t>x = 1</w:t></w:r>", ""),
        ("<w:r><w:t>a<!-- no -->b &amp; &#8217;</w:t></w:r>", "ab & ’"),
    ],
)
def test_a_paragraph_reads_as_word_shows_it(inside: str, text: str) -> None:
    (document,) = read_docx("a.docx", package(f"<w:p>{inside}</w:p>"))
    assert document.text == text


# XML has no place for the two non-characters that end the basic plane.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=8)


@given(st.lists(st.lists(WORDS, max_size=4), max_size=5))
def test_each_piece_is_what_its_element_says(paragraphs: list[list[str]]) -> None:
    escaped = [[word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for word in p] for p in paragraphs]
    read = read_word(package("".join(paragraph(*words) for words in escaped)))
    shown = ["".join(words) for words in paragraphs]
    assert read.text == "\n\n".join(words for words in shown if words.strip())
    for piece in read.pieces:
        assert read.text[piece.start : piece.start + len(piece.text)] == piece.text
        assert piece.element.text[piece.skipped :].startswith(piece.text)
        assert piece.element in list(read.parts[piece.part].iter(f"{{{W}}}t"))


def test_a_word_file_is_known_by_its_content_and_read_in_folders(tmp_path: Path) -> None:
    data = package(paragraph("So."))
    for name in ("a.docx", "stream"):
        (tmp_path / name).write_bytes(data)
        (document,) = read_documents(Source(str(tmp_path / name)))
        assert isinstance(document, Document)
        assert (document.text, document.extracted) == ("So.", True)


BOMB = "<!DOCTYPE w:document [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><w:document/>"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (lambda: package(paragraph("So."))[:-200], "not a Word file, or cut short"),
        (lambda: b"", "not a Word file, or cut short"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old office program"),
        (lambda: archive({"word/other.xml": "x"}), "holds no document"),
        (lambda: archive({"word/document.xml": BOMB}), "declares a document type"),
        (lambda: archive({"word/document.xml": "<w:document"}), "not well-formed XML in word/document.xml"),
        (lambda: archive({"word/document.xml": "<a>" * 100_000}), "not well-formed XML in word/document.xml"),
        (lambda: archive({"word/document.xml": "<a/>", "word/media/x": "0" * 300_000_000}), "zip bomb"),
        (lambda: archive({"word/document.xml": "<a>" + " " * 40_000_000 + "</a>"}), "unpacks to 40,000,007 bytes"),
        (lambda: package("<w:p/>" * 1_000_000), "more than 1,000,000 tags up to word/document.xml"),
        (lambda: archive({f"{i}": "" for i in range(10_001)}), "more than 10,000 files"),
    ],
)
def test_hostile_and_broken_files_are_refused_by_name(tmp_path: Path, data: Callable[[], bytes], said: str) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(data())
    begun = time.process_time()
    with pytest.raises(InputError, match=said) as caught:
        read_documents(Source(str(path)))
    assert caught.value.path == str(path)
    assert time.process_time() - begun < 15


def test_a_table_of_contents_that_lies_about_sizes_is_refused() -> None:
    data = archive({"word/document.xml": "<a>" + " " * 1_000_000 + "</a>"})
    lying = data.replace((1_000_007).to_bytes(4, "little"), (7).to_bytes(4, "little"))
    with pytest.raises(ValueError, match="cannot be unpacked"):
        read_docx("a.docx", lying)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_damaged_files_are_read_or_refused(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(package(paragraph("So it goes.") * 3, footnotes=f"<w:footnotes>{paragraph('x')}</w:footnotes>"))
    for _ in range(chance.randint(1, 8)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.2:
        del data[chance.randrange(len(data)) :]
    try:
        read_docx("a.docx", bytes(data))
    except ValueError:
        return


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["<w:t>a</w:t>", "<w:tab/>", "<x/>"]),
        lambda inner: st.builds(
            lambda tag, parts: f"<w:{tag}>{''.join(parts)}</w:{tag}>",
            st.sampled_from("p r tbl tr tc sdt sdtContent ins del drawing txbxContent pict footnoteReference".split()),
            st.lists(inner, max_size=4),
        ),
    )
)
def test_elements_in_any_order_are_read(body: str) -> None:
    read = read_word(package(body))
    assert all(read.text[piece.start :].startswith(piece.text) for piece in read.pieces)
