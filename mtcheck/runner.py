"""The run of a check: reads one input after the other, checks it, and hands the results to a report."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from mtcheck._version import __version__
from mtcheck.checks import Checks, ChecksAhead
from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.errors import InputError, UnreadFormat
from mtcheck.findings import Failure
from mtcheck.gates import Gates
from mtcheck.policy import FilePolicy, Policy
from mtcheck.progress import Progress, silent
from mtcheck.readers import Source
from mtcheck.reports import Report, Tally
from mtcheck.silencers import without_silencers
from mtcheck.state import Entry, State


@dataclass(frozen=True, slots=True)
class _Input:
    """An input that was read: its documents and what a state knows them by, or why there are none.

    ``unread``: it is of a format that is not read. ``label`` is shown while it is worked on.
    """

    label: str
    item: Source | Failure
    parts: Sequence[tuple[Document | Failure, Entry | None]] = ()
    failure: Failure | None = None
    unread: bool = False


class Runner:
    """One run over some inputs. The model is loaded when the first input was read, so bad paths fail at once."""

    def __init__(
        self,
        *,
        read: Callable[[Source], Sequence[Document | Failure]],
        load: Callable[[Progress], Checks],
        report: Report,
        notice: Callable[[Failure], None],
        progress: Callable[[], AbstractContextManager[Progress]],
        policy: Policy | None = None,
        gates: Gates | None = None,
        state: State | None = None,
    ) -> None:
        self._read = read
        self._load = load
        self._report = report
        self._notice = notice
        self._open_progress = progress
        self._progress: Progress = silent
        self._prefix = ""
        self._policy = policy or Policy()
        self._gates = gates or Gates()
        self._state = state
        self._checks: Checks | None = None
        self._begun = False
        self._held: list[Failure] = []
        self._tally = Tally()

    def over(self, inputs: Sequence[Source | Failure]) -> Tally:
        """Check all inputs; one that fails hides no other, and on Ctrl-C what was found so far is reported.

        Raises:
            ModelError: there is no usable model; the report is not begun.
            InputError: a file of names that the checker needs cannot be read; the report is not begun.
        """
        done = 0
        try:
            for one in self._read_all(inputs):
                self._prefix = one.label
                self._one(one)
                done += 1
        except KeyboardInterrupt:
            self._tally.interrupted = True
            self._give_up(inputs[done:])
        # Where nothing was read, no model had a say.
        self._begin(self._checks.signature if self._checks else f"mtcheck:{__version__}")
        self._report.end(self._tally)
        return self._tally

    def _read_all(self, inputs: Sequence[Source | Failure]) -> Iterator[_Input]:
        """The inputs, read. Where checks go on ahead, more are read and begun before the first result is asked for."""
        waiting: deque[_Input] = deque()
        for number, item in enumerate(inputs, 1):
            self._prefix = visible(item.path) + (f" ({number} of {len(inputs)})" if len(inputs) > 1 else "")
            waiting.append(self._read_next(item))
            ahead = self._checks.ahead if isinstance(self._checks, ChecksAhead) else 0
            while waiting and sum(len(one.parts) for one in waiting) - len(waiting[0].parts) >= ahead:
                yield waiting.popleft()
        yield from waiting

    def _read_next(self, item: Source | Failure) -> _Input:
        """Read an input and begin its checks; nothing is told of it before its turn comes."""
        if isinstance(item, Failure):
            return _Input(self._prefix, item, failure=item)
        # Nothing is printed while the progress is shown: on a terminal they would overwrite each other.
        with self._open_progress() as self._progress:
            try:
                documents = self._read(item)
            except InputError as error:
                failure = Failure(error.path, error.message)
                return _Input(self._prefix, item, failure=failure, unread=isinstance(error, UnreadFormat))
            checks = self._checks = self._checks or self._load(self._show)
            parts = [one if isinstance(one, Failure) else without_silencers(one) for one in documents]
            entries = [self._state.meet(one) if self._state and isinstance(one, Document) else None for one in parts]
            found = _Input(self._prefix, item, list(zip(parts, entries, strict=True)))
            if isinstance(checks, ChecksAhead) and checks.ahead:
                for part, entry in found.parts:
                    if isinstance(part, Document) and not self._is_known(entry, checks):
                        checks.expect(part)
        return found

    def _one(self, given: _Input) -> None:
        """Check and report an input that was read."""
        if given.failure is not None:
            self._not_read(given, given.failure)
            return
        checks = self._checks
        assert checks is not None, "what was read has loaded them"
        policy = self._policy.of_file([part for part, _ in given.parts if isinstance(part, Document)])
        whole = True
        for part, entry in given.parts:
            if isinstance(part, Failure):
                self._fail(part)
            elif self._is_known(entry, checks):
                self._tally.unchanged += 1
                whole = False
            else:
                whole = self._check(part, entry, checks, policy) and whole
        # What was not looked at again may be what a silencer silences.
        for complaint in policy.complaints() if whole else ():
            self._notice(Failure(given.item.path, complaint))

    def _check(self, document: Document, entry: Entry | None, checks: Checks, policy: FilePolicy) -> bool:
        """Check one of an input's documents, and say whether that was possible."""
        try:
            with self._open_progress() as self._progress:
                self._show(document.name, 0, 0)
                result = policy.apply(document, checks.check_document(document))
        except InputError as error:
            self._fail(Failure(error.path, error.message))
            return False
        self._begin(checks.signature)  # only now: the first check may load a model and fail
        self._tally.add(result)
        reasons = list(self._gates.exceeded(result))
        self._tally.over_limits += bool(reasons)
        for reason in reasons:
            self._notice(Failure(result.path, reason))
        self._report.document(document, result)
        if self._state and entry:
            self._state.remember(entry, checks.signature)
        return True

    def _is_known(self, entry: Entry | None, checks: Checks) -> bool:
        return bool(self._state and entry and self._state.is_known(entry, checks.signature))

    def _begin(self, signature: str) -> None:
        if not self._begun:
            self._begun = True
            self._report.begin(signature)
            for failure in self._held:
                self._report.failure(failure)

    def _fail(self, failure: Failure) -> None:
        self._notice(failure)
        self._report_failure(failure)

    def _report_failure(self, failure: Failure) -> None:
        """Report what failed; held back until the report is begun, for which the first check gives the signature."""
        self._tally.failures += 1
        if self._begun:
            self._report.failure(failure)
        else:
            self._held.append(failure)

    def _not_read(self, given: _Input, failure: Failure) -> None:
        """A file of a format that is not read is an error where it was named; a folder may hold any."""
        if given.unread and isinstance(given.item, Source) and given.item.found:
            self._notice(Failure(failure.path, f"skipped: {failure.message}"))
        else:
            self._fail(failure)

    def _give_up(self, left: Sequence[Source | Failure]) -> None:
        """Say of every input that is left that it was not checked: a report must not pass for a complete one."""
        for item in left:
            self._report_failure(item if isinstance(item, Failure) else Failure(item.path, "not checked: interrupted"))

    def _show(self, label: str, done: int, total: int) -> None:
        self._progress(f"{self._prefix}: {label}" if label else self._prefix, done, total)
