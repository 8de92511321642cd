"""Load `mtcheck serve` with many clients at once, some of which misbehave, and hold every answer to the right one.

    python scripts/load_test.py --clients 50 --seconds 60

Starts a server on a free port and asks it for each text alone; then has all clients ask another one at once and
compares. Prints as JSON how many answers were right, wrong, lost and refused (503, 429: the queue was full or the turn
did not come in time), the latency of those that were right, and the server's memory; the exit status is 1 where one was
wrong or lost. Latency is from a request to its whole answer, waiting for the other clients included.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

from mtcheck.rules import RULES

PATIENCE = 400
"""Seconds that a client waits for its answer: longer than the server lets it."""
MISBEHAVING = 5
"""Clients besides that hang up, send half a request, 20 MB, or what is not UTF-8."""


@dataclass
class Outcome:
    """What happened; all clients add to it."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    right: int = 0
    wrong: int = 0
    refused: int = 0
    lost: int = 0
    misbehaved: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the test."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--texts", type=int, default=100, help="how many different texts there are")
    parser.add_argument("--server", nargs="+", default=[sys.executable, "-m", "mtcheck"], help="the command to run")
    parser.add_argument("--threads", type=int, help="processor threads of the server")
    options = parser.parse_args(arguments)
    own = [*options.server, "serve", "--port", "0", "--queue", str(2 * options.clients + MISBEHAVING)]
    if options.threads:
        own += ["--threads", str(options.threads)]
    texts = some_texts(options.texts)
    with served(own) as (_, address):
        right = [ask(address, text)[1] for text in texts]
    # Anew, since a checker knows again what it has read lately.
    with served(own) as (process, address):
        report = load(process, address, texts, right, options.clients, options.seconds)
    print(json.dumps(report, indent=2))
    return 1 if report["wrong"] or report["lost"] else 0


def load(
    process: psutil.Process,
    address: tuple[str, int],
    texts: Sequence[str],
    right: Sequence[Any],
    clients: int,
    seconds: float,
) -> dict[str, Any]:
    """Have clients ask for some time, and tell what came of it."""
    before = process.memory_info().rss
    busy = sum(process.cpu_times()[:2])
    outcome = Outcome()
    stop = threading.Event()
    threads = [
        threading.Thread(target=client, args=(address, number, texts, right, outcome, stop))
        for number in range(clients)
    ]
    threads += [
        threading.Thread(target=misbehave, args=(address, number, outcome, stop)) for number in range(MISBEHAVING)
    ]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    most = before
    while time.monotonic() - began < seconds:
        time.sleep(0.2)
        most = max(most, process.memory_info().rss)
    stop.set()
    for thread in threads:
        thread.join()
    passed = time.monotonic() - began
    latencies = sorted(outcome.latencies) or [0.0]
    return {
        "clients": clients,
        "seconds": round(passed, 1),
        "right": outcome.right,
        "wrong": outcome.wrong,
        "lost": outcome.lost,
        "refused": outcome.refused,
        "right_per_second": round(outcome.right / passed, 2),
        "words_per_text": round(statistics.mean(len(text.split()) for text in texts)),
        "statuses": dict(sorted(outcome.statuses.items())),
        "misbehaved": outcome.misbehaved,
        "processor_seconds": round(sum(process.cpu_times()[:2]) - busy, 1),
        "latency_seconds": {
            "median": round(statistics.median(latencies), 3),
            "p95": round(latencies[int(0.95 * (len(latencies) - 1))], 3),
            "most": round(latencies[-1], 3),
        },
        "memory_mb": {
            "before": before // 1_000_000,
            "most": most // 1_000_000,
            "after": process.memory_info().rss // 1_000_000,
        },
    }


def some_texts(count: int) -> list[str]:
    """Short drafts out of the rules' examples, a garbled and a sound one in each."""
    flagged = [text.replace("[", "").replace("]", "") for rule in RULES.values() for text in rule.flags]
    passed = [text for rule in RULES.values() for text in rule.passes]
    pairs = [f"{one} {other}\n" for one in flagged for other in passed]
    return pairs[:: max(1, len(pairs) // count)][:count]


def client(
    address: tuple[str, int],
    number: int,
    texts: Sequence[str],
    right: Sequence[Any],
    outcome: Outcome,
    stop: threading.Event,
) -> None:
    """Ask for one text after the other."""
    turn = 7 * number  # each begins with a text of its own
    while not stop.is_set():
        turn += 1
        which = turn % len(texts)
        began = time.monotonic()
        try:
            status, matches = ask(address, texts[which])
        except (OSError, http.client.HTTPException, ValueError):
            with outcome.lock:
                outcome.lost += 1
            continue
        with outcome.lock:
            outcome.statuses[status] += 1
            if status in (429, 503):
                outcome.refused += 1
            elif status == 200 and matches == right[which]:
                outcome.right += 1
                outcome.latencies.append(time.monotonic() - began)
            else:
                outcome.wrong += 1


def misbehave(address: tuple[str, int], number: int, outcome: Outcome, stop: threading.Event) -> None:
    """Do what clients should not."""
    body = urlencode({"language": "en", "text": some_texts(1)[0]}).encode()
    parts: list[list[bytes]] = [
        [head(len(body)), body],  # and hang up before the answer
        [head(len(body)), body[:20]],
        [b"POST /v2/check HTTP/1.1\r\nHost: loc"],
        [head(20_000_000), *[b"a" * 1_000_000] * 20],
        [head(20), b"language=en&text=%ff"],
    ]
    while not stop.wait(2.0):
        # A server that hangs up first is in its right.
        with contextlib.suppress(OSError), socket.create_connection(address, timeout=10) as connection:
            for part in parts[number % len(parts)]:
                connection.sendall(part)
        with outcome.lock:
            outcome.misbehaved += 1


def head(length: int) -> bytes:
    """The head of a request with a form."""
    kind = "application/x-www-form-urlencoded"
    lines = ["POST /v2/check HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", f"Content-Length: {length}", "", ""]
    return "\r\n".join(lines).encode()


def ask(address: tuple[str, int], text: str) -> tuple[int, Any]:
    """The status and the matches for a text."""
    connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", "/v2/check", urlencode({"language": "en-US", "level": "picky", "text": text}), form)
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, json.loads(data)["matches"] if answer.status == 200 else None
    finally:
        connection.close()


@contextlib.contextmanager
def served(command: Sequence[str]) -> Iterator[tuple[psutil.Process, tuple[str, int]]]:
    """A server in a process of its own, with its address."""
    with tempfile.TemporaryDirectory() as folder:
        words = str(Path(folder) / "words.sqlite")
        process = subprocess.Popen(
            [*command, "--words", words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        try:
            assert process.stdout is not None
            found = re.search(r"http://(.+):(\d+)/", process.stdout.readline())
            if found is None:
                raise SystemExit(f"the server did not start: {' '.join(command)}")
            yield psutil.Process(process.pid), (found[1], int(found[2]))
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    sys.exit(main())
