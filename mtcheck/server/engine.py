"""The queue of documents to check and the one thread that checks them, those of several clients together.

Each round takes the next windows of the documents that wait longest, as many as one pass of the model is good for; a
document that is not done goes to the end of the queue. So a short text never waits for the whole of a long one. A round
that nobody waits for any more is given up midway.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress

from mtcheck.document import Document
from mtcheck.findings import DocumentResult
from mtcheck.stepwise import Check, GivenUp, StepwiseChecker

ROUND_WINDOWS = 16
"""Windows of one round, if more than one document is in it."""


class QueueFull(Exception):
    """So many documents wait already that another one would wait too long."""


class Closed(Exception):
    """The server is stopping and takes no more documents."""


class _Job:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.future: Future[DocumentResult] = Future()
        self.check: Check | None = None

    def settle(self, result: DocumentResult | None, error: BaseException | None = None) -> None:
        """Hand over the outcome, unless nobody wants it any more."""
        with suppress(InvalidStateError):
            if error is None and result is not None:
                self.future.set_result(result)
            else:
                self.future.set_exception(error or RuntimeError("no result"))


class Engine:
    """Checks documents in the order in which they come, in one thread."""

    def __init__(
        self, checker: StepwiseChecker, *, longest_queue: int, on_round: Callable[[int], None] = lambda documents: None
    ) -> None:
        """Start the thread.

        Args:
            checker: what checks; nobody else should use it meanwhile.
            longest_queue: documents that may be under way or wait.
            on_round: called after each round with the number of documents in it.
        """
        self.signature = checker.signature
        self._checker = checker
        self._longest = longest_queue
        self._on_round = on_round
        self._jobs: deque[_Job] = deque()
        self._held = 0
        self._closed = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="mtcheck-engine", daemon=True)
        self._thread.start()

    @property
    def length(self) -> int:
        """Documents under way or waiting."""
        with self._changed:
            return len(self._jobs) + self._held

    def submit(self, document: Document) -> Future[DocumentResult]:
        """Put a document into the queue; cancelling what comes back takes it out again.

        Raises:
            QueueFull: there is no place in the queue.
            Closed: the server is stopping.
        """
        job = _Job(document)
        with self._changed:
            if self._closed:
                raise Closed
            if len(self._jobs) + self._held >= self._longest:
                self._jobs = deque(other for other in self._jobs if not other.future.cancelled())
            if len(self._jobs) + self._held >= self._longest:
                raise QueueFull
            self._jobs.append(job)
            self._changed.notify()
        return job.future

    def close(self) -> None:
        """Give up what is under way and what waits, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join()

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._jobs and not self._closed:
                    self._changed.wait()
                if self._closed:
                    for job in self._jobs:
                        job.settle(None, Closed())
                    return
                jobs = self._next_jobs()
                self._held = len(jobs)
            self._round(jobs)
            left = [job for job in jobs if not job.future.done()]
            jobs.clear()
            with self._changed:
                self._jobs.extend(left)
                self._held = 0

    def _next_jobs(self) -> list[_Job]:
        """Documents for one round, those that wait longest first; one that needs a full round is alone in it."""
        chosen: list[_Job] = []
        windows = 0
        while self._jobs and windows < ROUND_WINDOWS:
            job = self._jobs[0]
            if not job.future.cancelled():
                # How many windows a new document has shows only when it is cut, which is done outside the lock.
                windows += job.check.waiting if job.check else _likely_windows(job.document)
                if chosen and windows > ROUND_WINDOWS:
                    break
                chosen.append(job)
            self._jobs.popleft()
        return chosen

    def _round(self, jobs: Sequence[_Job]) -> None:
        try:
            self._step(jobs)
        except GivenUp:
            pass
        except Exception as error:
            # One document must not cost the others their answers: each tries again alone, from its start.
            for job in jobs:
                job.check = None
                if len(jobs) == 1:
                    job.settle(None, error)
                else:
                    self._round([job])
        else:
            self._on_round(len(jobs))

    def _step(self, jobs: Sequence[_Job]) -> None:
        checks: list[Check] = []
        for job in jobs:
            job.check = job.check or self._checker.begin(job.document)
            checks.append(job.check)
        if under_way := [check for check in checks if not check.done]:
            self._checker.advance(under_way, lambda: self._give_up(jobs))
        for job, check in zip(jobs, checks, strict=True):
            if check.done:
                job.settle(self._checker.finish(check))

    def _give_up(self, jobs: Sequence[_Job]) -> None:
        """Called between passes of the model: a pass is a second or so, a round of a garbled text many."""
        if self._closed or all(job.future.cancelled() for job in jobs):
            raise GivenUp


def _likely_windows(document: Document) -> int:
    """About how many windows a document's first step has: some 600 characters each."""
    return min(ROUND_WINDOWS, 1 + len(document.text) // 600)
