"""A server in a process of its own, with a checker that needs no model."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("uvicorn")
requests = pytest.importorskip("requests")

TESTS = Path(__file__).parent.parent


class Server:
    """A running ``mtcheck serve``."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process = process
        self.url = url
        self.log = log

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.url.removeprefix("http://").strip("/").rpartition(":")
        return host, int(port)

    def get(self, path: str, **options: Any) -> Any:
        return requests.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> Any:
        return requests.post(self.url + path, timeout=30, **options)

    def check(self, text: str, **parameters: str) -> Any:
        return self.post("v2/check", data={"text": text, "language": "en-US", **parameters})


Start = Callable[..., contextlib.AbstractContextManager[Server]]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts a server with further options and environment."""

    @contextlib.contextmanager
    def started(*options: str, **environment: str) -> Iterator[Server]:
        folder = tmp_path_factory.mktemp("server")
        log = folder / "log.jsonl"
        command = [sys.executable, str(TESTS / "fake_cli.py"), "serve", "--port", "0"]
        with log.open("w") as errors:
            process = subprocess.Popen(
                [*command, "--words", str(folder / "words.sqlite"), *options],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "PYTHONPATH": str(TESTS.parent), **environment},
            )
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+", said)
            assert found, said + log.read_text()
            server = Server(process, found.group(), log)
            assert server.get("v2/healthcheck").text == "OK"
            yield server
        finally:
            process.terminate()
            try:
                process.wait(40)
            finally:
                process.kill()

    return started


@pytest.fixture(scope="session")
def server(start: Start) -> Iterator[Server]:
    """A server with its usual settings, for tests that leave it as it was."""
    with start() as running:
        yield running
