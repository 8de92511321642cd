"""``mtcheck check`` on feeds in continuous integration: addresses, what earlier runs checked, broken entries."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mtcheck.cli import cli

ITEM = "<item><guid>{}</guid><title>{}</title></item>"


def feed(**entries: str) -> str:
    return f"<rss><channel>{''.join(ITEM.format(*entry) for entry in entries.items())}</channel></rss>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    """The folder, served on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=[0.02], daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="mtcheck")


def entries(result: Result) -> list[str]:
    return [file["name"] for file in json.loads(result.stdout)["files"]]


def test_an_address_is_checked_like_a_file_and_findings_name_the_entry(folder: Path, address: str) -> None:
    (folder / "feed.rss").write_text(feed(a="All is well", b="The dying march"))
    result = run("--allow-local", f"{address}/feed.rss")
    assert result.exit_code == 1
    assert f"{address}/feed.rss:1:" in result.stdout
    assert "entry 2 (b), title" in result.stdout


def test_addresses_of_the_local_network_need_a_word(address: str) -> None:
    result = run(f"{address}/feed.rss")
    assert result.exit_code == 2
    assert "--allow-local" in result.stderr


def test_a_configuration_cannot_open_the_local_network(folder: Path, address: str) -> None:
    (folder / "mtcheck.toml").write_text("allow-local = true\n")
    result = run(f"{address}/feed.rss")
    assert result.exit_code == 2
    assert "allow-local" in result.stderr


def test_other_schemes_are_refused() -> None:
    result = run("ftp://example.org/feed.rss")
    assert "only http and https addresses are read" in result.stderr
    assert result.exit_code == 2


def test_with_a_state_only_new_and_changed_entries_are_reported(folder: Path) -> None:
    state = ["--state", "state.json", "--format", "json", "feed.rss"]
    (folder / "feed.rss").write_text(feed(a="All is well", b="The dying march"))
    first = run(*state)
    assert (entries(first), first.exit_code) == (["entry 1 (a)", "entry 2 (b)"], 1)
    again = run(*state)
    assert (entries(again), again.exit_code) == ([], 0)
    (folder / "feed.rss").write_text(feed(c="The final week", a="All is well now", b="The dying march"))
    assert entries(run(*state)) == ["entry 1 (c)", "entry 2 (a)"]
    assert "3 unchanged since an earlier run" in run("--state", "state.json", "feed.rss").stdout


def test_an_entry_that_failed_is_not_remembered(folder: Path) -> None:
    (folder / "feed.rss").write_text(feed(a="All is well", b="Two & more"))
    for _ in range(2):
        result = run("--state", "state.json", "feed.rss")
        assert result.exit_code == 2
        assert "feed.rss: entry 2: not well-formed" in result.stderr
    assert "1 unchanged" in result.stdout
    (folder / "feed.rss").write_text(feed(a="All is well", b="Two, and more"))
    assert run("--state", "state.json", "feed.rss").exit_code == 0


def test_what_no_report_holds_is_not_remembered(folder: Path) -> None:
    (folder / "feed.rss").write_text(feed(a="The dying march"))
    result = run("--state", "state.json", "-o", "missing/report.json", "feed.rss")
    assert result.exit_code == 2
    assert not (folder / "state.json").exists()


def test_a_state_and_a_baseline_do_not_go_together() -> None:
    assert run("--state", "s", "--baseline", "b", "x").exit_code == 2


def test_an_address_goes_with_changed_lines_excludes_and_overrides(folder: Path, address: str) -> None:
    (folder / "feed.rss").write_text(feed(a="The dying march"))
    (folder / "mtcheck.toml").write_text(
        'exclude = ["archive/"]\n[[overrides]]\npaths = ["drafts/"]\nrules = {MT101 = "off"}\n'
    )
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-q", "--allow-empty", "-m", "a"], check=True
    )
    result = run("--allow-local", "--changed-since", "HEAD", f"{address}/feed.rss")
    assert result.exit_code == 1
    assert "dying march" in result.stdout
