"""The queue: who is checked with whom, and what a failure or a cancelled request costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Verdict
from mtcheck.server.engine import ROUND_WINDOWS, Closed, Engine, QueueFull


@dataclass
class Check:
    document: Document
    left: int

    @property
    def waiting(self) -> int:
        return min(self.left, ROUND_WINDOWS)

    @property
    def done(self) -> bool:
        return self.left == 0


@dataclass
class Recorder:
    """A checker that waits at a gate and notes which documents each round holds; a document's text is its length."""

    signature: str = "recorder"
    rounds: list[list[str]] = field(default_factory=list)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def begin(self, document: Document) -> Check:
        return Check(document, int(document.text))

    def advance(self, checks: Sequence[Check], before_pass: Callable[[], None] | None = None) -> None:
        while not self.gate.acquire(timeout=0.01):
            if before_pass:
                before_pass()
        self.rounds.append([check.document.path for check in checks])
        if any("bad" in check.document.path for check in checks):
            raise ValueError("bad")
        for check in checks:
            check.left -= check.waiting

    def finish(self, check: Check) -> DocumentResult:
        return DocumentResult(check.document.path, check.left, Verdict(0.0, None, None, None), ())


@pytest.fixture
def checker() -> Recorder:
    return Recorder()


@pytest.fixture
def engine(checker: Recorder) -> Iterator[Engine]:
    engine = Engine(checker, longest_queue=5)
    yield engine
    checker.gate.release(1000)
    engine.close()


def test_what_waits_is_read_together_and_a_long_text_lets_short_ones_pass(checker: Recorder, engine: Engine) -> None:
    long = engine.submit(Document("long", str(3 * ROUND_WINDOWS)))
    shorts = [engine.submit(Document(f"short {i}", "1")) for i in range(3)]
    checker.gate.release(1000)
    assert [future.result(5).path for future in [*shorts, long]] == ["short 0", "short 1", "short 2", "long"]
    together = next(each for each in checker.rounds if "short 0" in each)
    assert "short 1" in together or "short 1" in checker.rounds[checker.rounds.index(together) + 1]
    assert checker.rounds.index(["long"]) <= 1 < len(checker.rounds) - 1


def test_a_cancelled_document_is_not_read_and_gives_its_place_away(checker: Recorder, engine: Engine) -> None:
    first = engine.submit(Document("first", "1"))
    while engine.length and not checker.gate._value and len(engine._jobs):
        pass  # until the first one is under way
    others = [engine.submit(Document(f"other {i}", "1")) for i in range(4)]
    with pytest.raises(QueueFull):
        engine.submit(Document("too many", "1"))
    others[0].cancel()
    last = engine.submit(Document("last", "1"))
    checker.gate.release(1000)
    assert [future.result(5).path for future in [first, *others[1:], last]] == [
        "first",
        *(f"other {i}" for i in (1, 2, 3)),
        "last",
    ]
    assert all("other 0" not in each for each in checker.rounds)


def test_a_round_that_nobody_waits_for_any_more_is_given_up_midway(checker: Recorder, engine: Engine) -> None:
    gone = engine.submit(Document("gone", str(ROUND_WINDOWS)))
    while engine._jobs:
        pass  # until it is under way
    other = engine.submit(Document("other", "0"))
    assert not other.done()
    gone.cancel()
    assert other.result(5).path == "other"
    assert checker.rounds == []


def test_a_failure_is_its_documents_own(checker: Recorder, engine: Engine) -> None:
    futures = [engine.submit(Document(name, "2")) for name in ("good", "bad", "better")]
    checker.gate.release(1000)
    assert futures[0].result(5).path == "good"
    with pytest.raises(ValueError, match="bad"):
        futures[1].result(5)
    assert futures[2].result(5).path == "better"


def test_an_empty_text_needs_no_round(engine: Engine) -> None:
    assert engine.submit(Document("empty", "0")).result(5).path == "empty"


def test_a_closed_engine_takes_nothing_and_gives_up_all_at_once(checker: Recorder) -> None:
    engine = Engine(checker, longest_queue=5)
    first, second = engine.submit(Document("a", "20")), engine.submit(Document("b", "20"))
    engine.close()
    for future in (first, second):
        with pytest.raises(Closed):
            future.result(5)
    with pytest.raises(Closed):
        engine.submit(Document("c", "1"))
