"""Several checkers at a time, each in a process of its own: what ``--jobs`` asks for.

Documents go to whichever process is free, results are asked for one by one, in any order. A process reads its model
when it gets its first document. The processes ignore Ctrl-C, which is for the run, and end when the run does, however
it ends.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import cached_property
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import TypeVar

from mtcheck.checks import Checks
from mtcheck.document import Document
from mtcheck.errors import InputError, MtcheckError
from mtcheck.findings import DocumentResult
from mtcheck.progress import Progress, silent

Load = Callable[[Progress], Checks]
"""Makes a checker; it can be pickled."""
Result = TypeVar("Result")
_DIED = (
    "not checked: the process that checked it ended without a result; it may have run out of memory, which fewer "
    "--jobs or a shorter text would need less of"
)


class Workers:
    """Checks in up to ``jobs`` processes; a context manager, since they must end.

    ``expect`` begins a check, ``check_document`` waits for it. One thread uses it.
    """

    def __init__(self, load: Load, jobs: int, ahead: int) -> None:
        """Start the first process and have it read the model, so that whatever a model lacks is told once.

        Raises:
            MtcheckError: the process died.
            Exception: what ``load`` raises.
        """
        self.ahead = ahead
        self._load = load
        self._jobs = jobs
        self._others = set(multiprocessing.active_children())
        self._waiting: dict[int, tuple[Document, Future[DocumentResult]]] = {}
        self._pool = self._new_pool()
        try:
            self.signature = self._submit(_signature).result()
        except BrokenProcessPool as error:
            self.close()
            problem = "a process ended while it read the model; it may have run out of memory, so use fewer --jobs"
            raise MtcheckError(problem) from error
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def expect(self, document: Document) -> None:
        """Begin to check a document, which will be asked for."""
        if id(document) not in self._waiting:
            self._waiting[id(document)] = document, self._begin(document)

    def check_document(self, document: Document) -> DocumentResult:
        """The result of a document, expected or not.

        Raises:
            InputError: a process died of it.
            Exception: what the checker raised.
        """
        self.expect(document)
        _, future = self._waiting.pop(id(document))
        try:
            return future.result()
        except BrokenProcessPool:
            return self._alone(document)

    def close(self) -> None:
        """End all processes, whatever they do."""
        self._waiting.clear()
        for process in set(multiprocessing.active_children()) - self._others:
            process.terminate()
        # Only one call of shutdown may be made: it alone waits for the pool's thread, which else closes its pipe while
        # Python, at its own end, writes to it.
        self._pool.shutdown(cancel_futures=True)

    def _alone(self, document: Document) -> DocumentResult:
        """Check a document once more, with no other one beside it: a process died, perhaps of another one."""
        left = [one for one, _ in self._waiting.values()]
        self.close()
        self._pool = self._new_pool()
        try:
            return self._begin(document).result()
        except BrokenProcessPool as error:
            self.close()
            self._pool = self._new_pool()
            raise InputError(document.path, _DIED) from error
        finally:
            for one in left:
                self.expect(one)

    def _begin(self, document: Document) -> Future[DocumentResult]:
        try:
            return self._submit(_checked, document.without_source())
        except BrokenProcessPool as error:  # which process died is found out when this document is asked for
            broken: Future[DocumentResult] = Future()
            broken.set_exception(error)
            return broken

    def _submit(self, function: Callable[..., Result], *arguments: object) -> Future[Result]:
        with _without_interrupts():
            return self._pool.submit(function, *arguments)

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._jobs, multiprocessing.get_context("spawn"), _prepare, (self._load,))


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back: a process that is started meanwhile never gets it, this one gets it behind the block."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Process:
    """What a process keeps between two documents: its checker, made when it is first needed."""

    def __init__(self) -> None:
        self.load: Load | None = None

    @cached_property
    def checks(self) -> Checks:
        if self.load is None:
            raise RuntimeError("no process of Workers")
        return self.load(silent)


_process = _Process()


def _prepare(load: Load) -> None:
    """Prepare a process: it ignores Ctrl-C, and ends when its parent does, which may be killed."""
    _process.load = load
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _signature() -> str:
    return _process.checks.signature


def _checked(document: Document) -> DocumentResult:
    return _process.checks.check_document(document)
