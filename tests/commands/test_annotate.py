from __future__ import annotations

from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result

from mtcheck.cli import cli
from mtcheck.commands import annotate


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a draft that is the current one."""
    monkeypatch.chdir(tmp_path)
    document = docx.Document()
    document.add_paragraph("Stop the dying march of final week, really.")
    document.save(str(tmp_path / "draft.docx"))
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, ["annotate", *args], prog_name="mtcheck")


def test_a_copy_with_comments_is_written_beside_the_draft(folder: Path) -> None:
    before = (folder / "draft.docx").read_bytes()
    result = run("draft.docx")
    assert result.exit_code == 0
    assert result.stderr == "draft.annotated.docx: 2 comments\n"
    assert (folder / "draft.docx").read_bytes() == before
    comments = list(docx.Document(str(folder / "draft.annotated.docx")).comments)
    assert ["dying march" in comments[0].text, "final week" in comments[1].text] == [True, True]


def test_a_copy_that_is_there_is_replaced_only_by_name(folder: Path) -> None:
    (folder / "draft.annotated.docx").write_text("mine")
    result = run("draft.docx")
    assert result.exit_code == 2
    assert "name the copy with --output" in " ".join(result.stderr.split())
    assert (folder / "draft.annotated.docx").read_text() == "mine"
    assert run("draft.docx", "-o", "draft.annotated.docx").exit_code == 0
    assert docx.Document(str(folder / "draft.annotated.docx"))


def test_tracked_changes_take_sure_suggestions(folder: Path) -> None:
    result = run("draft.docx", "--track-changes", "--min-severity", "info", "-o", "out.docx")
    assert result.stderr == "out.docx: 0 comments and 3 tracked changes\n"
    result = run("draft.docx", "--track-changes", "--confidence", "0.95", "-o", "out.docx")
    assert result.stderr == "out.docx: 2 comments and 0 tracked changes\n"


def test_the_draft_itself_is_never_replaced(folder: Path) -> None:
    assert run("draft.docx", "-o", "./draft.docx").exit_code == 2
    assert docx.Document(str(folder / "draft.docx"))


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["draft.txt"], "not a Word file"),
        (["broken.docx"], "not a Word file"),
        (["missing.docx"], "no such file"),
        (["draft.docx", "draft.txt"], "Name one Word file"),
        (["-"], "Name one Word file"),
        (["draft.docx", "--confidence", "0.5"], "goes with --track-changes"),
    ],
)
def test_what_cannot_be_annotated_is_an_error(folder: Path, args: list[str], message: str) -> None:
    (folder / "draft.txt").write_text("the dying march")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 broken")
    result = run(*args)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert not list(folder.glob("*.annotated.*"))


def test_without_python_docx_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotate, "find_spec", lambda name: None)
    assert "pip install 'mtcheck[word]'" in " ".join(run("draft.docx").stderr.split())
