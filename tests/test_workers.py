"""Checks in several processes; the fake checker is loaded in each as the real one is."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

import mtcheck
from mtcheck import Checker
from mtcheck.cache import CachedChecks, ResultCache
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.errors import InputError, ModelError, UnreadFormat
from mtcheck.findings import DocumentResult, Verdict
from mtcheck.readers import Source, read_documents
from mtcheck.workers import Workers

FAKE = Path(__file__).with_name("fake_cli.py")
GARBLED = "Stop the dying march of final week.\n"
FEED = (
    "<rss><channel>\n<item><title>A dying march</title></item>\n\n"
    "<item><title>Final week</title></item></channel></rss>"
)
needs_signals = pytest.mark.skipif(sys.platform == "win32", reason="no such signals")


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with drafts of several kinds, one of them unreadable; it is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MTCHECK_CACHE", str(tmp_path / ".cache"))
    for number in range(6):
        (tmp_path / f"a{number}.txt").write_text(f"{number}. {GARBLED}")
    (tmp_path / "b.txt").write_bytes(b"caf\xe9")
    (tmp_path / "c.rss").write_text(FEED)
    (tmp_path / "d.md").write_text("<!-- mtcheck: ignore -->\nNothing here.\n\n*A dying march.*\n")
    return tmp_path


def command(*args: str) -> list[str]:
    return [sys.executable, str(FAKE), *args]


def environment() -> dict[str, str]:
    root = str(Path(mtcheck.__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)}


def run(*args: str, **options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*args), capture_output=True, text=True, timeout=120, env=environment(), **options)


def outcome(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("cache", [[], ["--no-cache"]], ids=["cached", "uncached"])
def test_several_jobs_report_what_one_does_in_the_same_order(cache: Sequence[str]) -> None:
    args = ["-f", "jsonl", "--threads", "1", *cache, ".", "gone.txt"]
    one = run(*args)
    assert one.returncode == 2
    assert outcome(run(*args, "--jobs", "3")) == outcome(one)
    assert outcome(run(*args, "--jobs", "3")) == outcome(one)


class Recorder:
    """Checks ahead that note what they are asked for."""

    signature = "s"
    ahead = 4

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def expect(self, document: Document) -> None:
        self.asked.append(("expect", document.path))

    def check_document(self, document: Document) -> DocumentResult:
        self.asked.append(("check", document.path))
        return DocumentResult(document.path, 1, Verdict(0.0, None, None, None), ())


def test_no_process_is_started_for_what_is_known(tmp_path: Path) -> None:
    workers, loaded = Recorder(), []

    def load() -> Recorder:
        loaded.append("workers")
        return workers

    known, new = Document("known.txt", "Known."), Document("new.txt", "New.")
    with ResultCache(tmp_path) as cache:
        CachedChecks(cache, "s", "", Recorder).check_document(known)
        checks = CachedChecks(cache, "s", "", load, ahead=4)
        checks.expect(known)
        assert checks.check_document(known).path == "known.txt"
        assert loaded == []
        checks.expect(new)
        checks.check_document(new)
    assert loaded == ["workers"]
    assert workers.asked == [("expect", "new.txt"), ("check", "new.txt")]


def test_with_a_state_what_was_checked_is_not_checked_again() -> None:
    args = ["--state", "state.json", "-f", "json", "c.rss", "--jobs", "2", "--no-cache"]
    assert [len(file["findings"]) for file in json.loads(run(*args).stdout)["files"]] == [1, 0]
    assert json.loads(run(*args).stdout)["files"] == []


def test_a_process_that_dies_fails_one_file_and_the_others_are_checked(drafts: Path) -> None:
    (drafts / "a2.txt").write_text("Die!")
    done = run("-f", "json", "--jobs", "2", "a0.txt", "a1.txt", "a2.txt", "a3.txt", "a4.txt", "c.rss")
    report = json.loads(done.stdout)
    assert done.returncode == 2
    assert [file["path"] for file in report["files"]] == ["a0.txt", "a1.txt", "a3.txt", "a4.txt", "c.rss", "c.rss"]
    (error,) = report["errors"]
    assert error["path"] == "a2.txt"
    assert "it may have run out of memory" in error["message"]
    assert done.stderr == f"mtcheck: a2.txt: {error['message']}\n"


def test_a_bug_in_a_process_is_told_as_one(drafts: Path) -> None:
    (drafts / "a1.txt").write_text("Crash!")
    done = run("--jobs", "2", "a0.txt", "a1.txt", "a2.txt")
    assert done.returncode == 2
    assert "RuntimeError: a bug" in done.stderr
    assert "dying march" in done.stdout


@pytest.mark.parametrize("cache", [[], ["--no-cache"]], ids=["cached", "uncached"])
def test_without_a_model_there_is_one_clear_error(cache: Sequence[str]) -> None:
    done = run("--jobs", "2", "--model", "missing", "-f", "json", "a0.txt", "a1.txt", *cache)
    expected = "mtcheck: no base model: run `mtcheck model fetch` while the network is there\n"
    assert outcome(done) == (2, "", expected)


@needs_signals
@pytest.mark.parametrize("whole_group", [True, False], ids=["as a terminal does", "to the program alone"])
def test_ctrl_c_reports_what_was_found_so_far_and_leaves_no_process(drafts: Path, whole_group: bool) -> None:
    (drafts / "a1.txt").write_text("Wait!")
    with subprocess.Popen(
        command("-f", "jsonl", "--jobs", "2", "a0.txt", "a1.txt", "a2.txt"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        process_group=0,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while '"type": "file"' not in process.stdout.readline():
            pass
        assert process.stderr.readline() == "waiting\n"
        time.sleep(1)  # the first input's lines are out; let the program be done with it
        if whole_group:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)  # ends when no process holds the pipes
    left = [json.loads(line) for line in out.splitlines()]
    assert [(one["type"], one.get("path")) for one in left] == [("error", "a1.txt"), ("error", "a2.txt"), ("end", None)]
    assert "interrupted; inputs checked: 1" in err
    assert "Traceback" not in err
    assert process.returncode == 130


@needs_signals
def test_processes_end_when_the_program_is_killed(drafts: Path) -> None:
    (drafts / "a1.txt").write_text("Wait!")
    with subprocess.Popen(
        command("--jobs", "2", "a0.txt", "a1.txt"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "waiting\n"
        process.kill()
        begun = time.monotonic()
        process.communicate(timeout=30)
    assert time.monotonic() - begun < 30


def test_a_document_of_a_feed_needs_no_source_to_place_its_findings(drafts: Path) -> None:
    for document in read_documents(Source("c.rss")):
        assert isinstance(document, Document)
        alone = document.without_source()
        assert alone.source == ""
        for start in range(len(document.text) + 1):
            assert alone.place(start) == document.place(start)
            assert alone.end_place(0, start) == document.end_place(0, start)


@pytest.mark.parametrize("kind", [InputError, UnreadFormat])
def test_errors_come_back_whole(kind: type[InputError]) -> None:
    error = pickle.loads(pickle.dumps(kind("a.txt", "no such file")))
    assert (type(error), error.path, error.message, str(error)) == (
        kind,
        "a.txt",
        "no such file",
        "a.txt: no such file",
    )


def test_the_real_checker_finds_the_same_in_another_process(checker: Checker) -> None:
    texts = ["The leaders are scheduled to satisfy on Monday.", "He met the White Home envoy final week."]
    documents = [Document(f"{number}.txt", text) for number, text in enumerate(texts)]
    options = CheckerOptions(None, None, "auto", 1, ())
    with Workers(options.load, jobs=1, ahead=2) as workers:
        for document in documents:
            workers.expect(document)
        found = [workers.check_document(document) for document in documents]
        assert workers.signature == checker.signature
    assert found == [checker.check_document(document) for document in documents]


def test_a_model_that_is_missing_is_told_when_the_workers_are_made(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Workers(CheckerOptions(str(tmp_path), None, "auto", 1, ()).load, jobs=2, ahead=4)
