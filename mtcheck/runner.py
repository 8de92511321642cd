"""The run of a check: reads one input after the other, checks it, and hands the results to a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from mtcheck._version import __version__
from mtcheck.checks import Checks
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
from mtcheck.state import State


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
        """
        done = 0
        try:
            for done, item in enumerate(inputs):
                self._prefix = visible(item.path) + (f" ({done + 1} of {len(inputs)})" if len(inputs) > 1 else "")
                self._one(item)
        except KeyboardInterrupt:
            self._tally.interrupted = True
            self._give_up(inputs[done:])
        # Where nothing was read, no model had a say.
        self._begin(self._checks.signature if self._checks else f"mtcheck:{__version__}")
        self._report.end(self._tally)
        return self._tally

    def _one(self, item: Source | Failure) -> None:
        if isinstance(item, Failure):
            self._fail(item)
            return
        try:
            # Nothing is printed while the progress is shown: on a terminal they would overwrite each other.
            with self._open_progress() as self._progress:
                documents = self._read(item)
                checks = self._checks = self._checks or self._load(self._show)
        except UnreadFormat as error:
            self._pass_over(Failure(error.path, error.message), item)
            return
        except InputError as error:
            self._fail(Failure(error.path, error.message))
            return
        documents = [one if isinstance(one, Failure) else without_silencers(one) for one in documents]
        policy = self._policy.of_file([one for one in documents if isinstance(one, Document)])
        whole = True
        for document in documents:
            if isinstance(document, Failure):
                self._fail(document)
            elif self._state and self._state.is_known(document, checks.signature):
                self._tally.unchanged += 1
                whole = False
            else:
                self._check(document, checks, policy)
        # What was not looked at again may be what a silencer silences.
        for complaint in policy.complaints() if whole else ():
            self._notice(Failure(item.path, complaint))

    def _check(self, document: Document, checks: Checks, policy: FilePolicy) -> None:
        """Check one of an input's documents."""
        with self._open_progress() as self._progress:
            self._show(document.name, 0, 0)
            result = policy.apply(document, checks.check_document(document))
        self._begin(checks.signature)  # only now: the first check may load a model and fail
        self._tally.add(result)
        reasons = list(self._gates.exceeded(result))
        self._tally.over_limits += bool(reasons)
        for reason in reasons:
            self._notice(Failure(result.path, reason))
        self._report.document(document, result)
        if self._state:
            self._state.remember(document, checks.signature)

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

    def _pass_over(self, failure: Failure, source: Source) -> None:
        """A file of a format that is not read is an error where it was named; a folder may hold any."""
        if source.found:
            self._notice(Failure(failure.path, f"skipped: {failure.message}"))
        else:
            self._fail(failure)

    def _give_up(self, left: Sequence[Source | Failure]) -> None:
        """Say of every input that is left that it was not checked: a report must not pass for a complete one."""
        for item in left:
            self._report_failure(item if isinstance(item, Failure) else Failure(item.path, "not checked: interrupted"))

    def _show(self, label: str, done: int, total: int) -> None:
        self._progress(f"{self._prefix}: {label}" if label else self._prefix, done, total)
