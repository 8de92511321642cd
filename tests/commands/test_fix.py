from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from click.testing import CliRunner, Result
from fake_cli import load

from mtcheck.checks import Checks
from mtcheck.cli import cli
from mtcheck.commands import fix
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Suggestion
from mtcheck.fixing import dialog

GARBLED = b"\xef\xbb\xbfCaf\xc3\xa9: stop the dying march\r\nof final week, really."
FIXED = GARBLED.replace(b"dying", b"death").replace(b"final", b"last").replace(b"really", b"truly")


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with drafts that is the current one."""
    monkeypatch.setattr(fix, "has_terminal", lambda: True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "garbled.txt").write_bytes(GARBLED)
    (tmp_path / "page.html").write_bytes(b"<p>the <b>dying march</b> of final week</p>\n")
    (tmp_path / "clean.md").write_bytes(b"All is *well*.\n")
    return tmp_path


def run(*args: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["fix", *args], input=stdin, prog_name="mtcheck")


def test_by_default_a_diff_is_printed_and_no_file_changes(drafts: Path) -> None:
    result = run("garbled.txt", "clean.md")
    assert result.stdout_bytes == (
        b"--- garbled.txt\n+++ garbled.txt\n@@ -1,2 +1,2 @@\n"
        b"-\xef\xbb\xbfCaf\xc3\xa9: stop the dying march\r\n-of final week, really.\n\\ No newline at end of file\n"
        b"+\xef\xbb\xbfCaf\xc3\xa9: stop the death march\r\n+of last week, truly.\n\\ No newline at end of file\n"
    )
    assert result.exit_code == 1
    assert (drafts / "garbled.txt").read_bytes() == GARBLED
    assert run("garbled.txt", "--diff").stdout_bytes == run("garbled.txt").stdout_bytes


def test_nothing_to_change_prints_nothing_and_ends_with_0() -> None:
    result = run("clean.md", "-q")
    assert (result.output, result.exit_code) == ("", 0)


@pytest.mark.skipif(shutil.which("patch") is None, reason="no patch here")
def test_patching_with_the_diff_writes_what_write_does(drafts: Path) -> None:
    (drafts / "change.diff").write_bytes(run(".").stdout_bytes)
    shutil.copytree(drafts, drafts / "copy")
    assert run("garbled.txt", "page.html", "--write").exit_code == 0
    subprocess.run(["patch", "-p0", "--binary", "-i", "change.diff"], cwd=drafts / "copy", check=True)
    for name in ("garbled.txt", "page.html", "clean.md"):
        assert (drafts / "copy" / name).read_bytes() == (drafts / name).read_bytes()


def test_write_replaces_files_and_a_second_time_changes_nothing(drafts: Path) -> None:
    result = run("--write", ".")
    assert result.exit_code == 0
    assert "5 fixes in 2 files; no warnings left" in result.stderr
    assert (drafts / "garbled.txt").read_bytes() == FIXED
    assert (drafts / "page.html").read_bytes() == b"<p>the <b>death march</b> of last week</p>\n"
    before = (drafts / "clean.md").stat()
    assert run("--write", ".").exit_code == 0
    assert (drafts / "garbled.txt").read_bytes() == FIXED
    assert (drafts / "clean.md").stat() == before


def test_confidence_decides_what_is_taken_and_what_is_left_shows_in_the_status(drafts: Path) -> None:
    result = run("--write", "--confidence", "0.95", "garbled.txt")
    assert result.exit_code == 1
    assert "0 fixes in 0 files; left: 1 error, 1 warning" in result.stderr
    assert (drafts / "garbled.txt").read_bytes() == GARBLED
    assert run("--write", "--confidence", "0.95", "--fail-on", "never", "garbled.txt").exit_code == 0


def test_what_cannot_be_fixed_is_named_with_its_place_and_the_rest_is_fixed(
    drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drafts / "b.md").write_bytes(b"final week\n\ndying march\n")
    monkeypatch.setattr(CheckerOptions, "load", lambda *args: _Headings(load(*args)))
    result = run("--write", "b.md")
    assert "b.md:1:1: “final week” cannot become “# last week”" in result.stderr
    assert (drafts / "b.md").read_bytes() == b"final week\n\ndeath march\n"
    assert result.exit_code == 1


class _Headings:
    """Suggests a heading for "final week"."""

    def __init__(self, checker: Checks) -> None:
        self.signature = checker.signature
        self._checker = checker

    def check_document(self, document: Document) -> DocumentResult:
        result = self._checker.check_document(document)
        heading = (Suggestion("# last week", 0.9),)
        found = [replace(one, suggestions=heading) if one.text == "final week" else one for one in result.findings]
        return replace(result, findings=tuple(found))


def test_word_files_are_fixed_and_shown_as_text(drafts: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Stop the dying march.")
    document.save(str(drafts / "a.docx"))
    diff = run("a.docx").stdout
    assert diff.startswith("--- a.docx (text)\t\n+++ a.docx (text)\t\n")
    assert "-Stop the dying march.\n+Stop the death march.\n" in diff
    assert run("--write", "a.docx").exit_code == 0
    assert docx.Document(str(drafts / "a.docx")).paragraphs[0].text == "Stop the death march."
    assert run("--write", "-", stdin=(drafts / "a.docx").read_bytes()).exit_code == 0


def test_standard_input_comes_out_fixed(drafts: Path) -> None:
    result = run("-", stdin=GARBLED)
    assert result.stdout_bytes == FIXED
    assert run("--write", "-", stdin=GARBLED).stdout_bytes == FIXED
    assert run("-", stdin=b"clean\r\n").stdout_bytes == b"clean\r\n"
    assert run("--diff", "-", stdin=GARBLED).stdout.startswith("--- stdin\n+++ stdin\n")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-", "garbled.txt"], "- goes alone"),
        (["--interactive", "-"], "takes files"),
        (["--interactive", "--confidence", "0.5", "garbled.txt"], "does not go with --interactive"),
        (["--min-severity", "info", "garbled.txt"], "goes with --interactive only"),
        (["https://example.org/feed.xml"], "save it first"),
    ],
)
def test_options_that_do_not_go_together_are_refused(args: list[str], message: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_interactive_needs_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix, "has_terminal", lambda: False)
    assert "needs a terminal" in run("--interactive", "garbled.txt").stderr


def test_interactive_asks_and_writes_what_was_accepted(drafts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("--interactive", "garbled.txt", "page.html", stdin=b"asoThe week before\nq")
    assert result.exit_code == 1
    assert (drafts / "garbled.txt").read_bytes() == GARBLED.replace(b"dying", b"death")
    page = (drafts / "page.html").read_bytes()
    assert page == b"<p>the <b>The week before</b> of final week</p>\n"
    assert "2 fixes in 2 files; left: 2 warnings" in result.stderr


def test_after_quitting_no_further_file_is_checked(drafts: Path) -> None:
    result = run("--interactive", "garbled.txt", "page.html", stdin=b"q")
    assert "page.html" not in result.stdout
    assert (drafts / "garbled.txt").read_bytes() == GARBLED


def test_a_file_that_changes_while_it_is_asked_about_is_left_alone(
    drafts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def press() -> str:
        (drafts / "garbled.txt").write_bytes(b"mine now")
        return "a"

    monkeypatch.setattr(dialog.Dialog.__init__, "__kwdefaults__", {"key": press})
    result = run("--interactive", "garbled.txt")
    assert result.exit_code == 2
    assert "changed while it was checked" in result.stderr
    assert (drafts / "garbled.txt").read_bytes() == b"mine now"


def test_one_unreadable_file_does_not_keep_the_others_from_being_fixed(drafts: Path) -> None:
    (drafts / "odd.txt").write_bytes(b"caf\xe9 dying march")
    result = run("--write", "odd.txt", "missing.txt", "garbled.txt")
    assert result.exit_code == 2
    assert (drafts / "garbled.txt").read_bytes() == FIXED
    assert (drafts / "odd.txt").read_bytes() == b"caf\xe9 dying march"
    assert run("--write", "--encoding", "latin-1", "odd.txt").exit_code == 0
    assert (drafts / "odd.txt").read_bytes() == b"caf\xe9 death march"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_keys_are_read_from_a_real_terminal(drafts: Path) -> None:
    import pty

    child, terminal = pty.fork()
    if child == 0:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "TERM": "dumb"}
        fake = str(Path(__file__).parent.parent / "fake_cli.py")
        os.execve(sys.executable, [sys.executable, fake, "fix", "--interactive", "garbled.txt"], environment)
    shown, keys, asked = b"", b"aq", 0
    while True:
        # What is typed before the terminal is ready for single keys is thrown away, so that a key may need repeating.
        if not select.select([terminal], [], [], 1.0)[0]:
            if asked:
                os.write(terminal, keys[asked - 1 : asked])
            continue
        try:
            part = os.read(terminal, 4096)
        except OSError:  # on Linux this is how the other side's end shows
            break
        if not part:
            break
        shown += part
        asked = shown.count(b"uit and keep")
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 1, shown
    assert (drafts / "garbled.txt").read_bytes() == GARBLED.replace(b"dying", b"death")
