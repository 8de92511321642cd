"""The open drafts: checked in one thread, a little after the last change, and given up when they change meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.findings import Failure, Finding, Severity
from mtcheck.lsp.project import project_of
from mtcheck.readers.formats import documents_in
from mtcheck.stepwise import GivenUp, StepwiseChecker


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in one version of a draft."""

    text: str
    version: int | None
    found: tuple[tuple[Document, Finding], ...]


@dataclass(slots=True)
class Draft:
    """An open draft; ``version`` is the editor's."""

    uri: str
    path: str
    text: str
    version: int | None
    waiting: asyncio.Task[None] | None = None
    checked: Checked | None = None
    changes: int = 0


class Drafts:
    """Checks drafts as they change; the model is loaded when the first one is opened."""

    def __init__(
        self,
        load: Callable[[], StepwiseChecker],
        locate: Callable[[str], Path | None],
        show: Callable[[Draft], None],
        complain: Callable[[str], None],
    ) -> None:
        """Nothing is loaded yet.

        Args:
            load: loads the checker; called once, in the thread that checks.
            locate: finds the configuration of a draft by its path.
            show: called when a draft was checked.
            complain: takes sentences for the editor's user.
        """
        self.delay = 0.4
        self.minimum = Severity.WARNING
        self._load = load
        self._locate = locate
        self._show = show
        self._complain = complain
        self._checker: StepwiseChecker | None = None
        self._open: dict[str, Draft] = {}
        self._complaints: set[str] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mtcheck-lsp")

    def get(self, uri: str) -> Draft | None:
        """An open draft."""
        return self._open.get(uri)

    def open(self, uri: str, path: str, text: str, version: int | None) -> None:
        """A draft was opened: check it at once."""
        self._open[uri] = draft = Draft(uri, path, text, version)
        self._check_soon(draft, 0.0)

    def change(self, uri: str, text: str, version: int | None) -> None:
        """A draft was changed: check it when the typing pauses."""
        if draft := self._open.get(uri):
            draft.text, draft.version = text, version
            self._check_soon(draft, self.delay)

    def close(self, uri: str) -> None:
        """A draft was closed."""
        if draft := self._open.pop(uri, None):
            draft.changes += 1
            if draft.waiting:
                draft.waiting.cancel()

    def check_all(self) -> None:
        """Check all open drafts anew: something that they depend on has changed."""
        self._complaints.clear()
        for draft in self._open.values():
            self._check_soon(draft, 0.0)

    def stop(self) -> None:
        """Check nothing more."""
        for uri in list(self._open):
            self.close(uri)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _check_soon(self, draft: Draft, delay: float) -> None:
        draft.changes += 1
        if draft.waiting:
            draft.waiting.cancel()
        draft.waiting = asyncio.get_running_loop().create_task(self._after(draft, delay))

    async def _after(self, draft: Draft, delay: float) -> None:
        await asyncio.sleep(delay)
        changes, text, version = draft.changes, draft.text, draft.version
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._thread, self._check, draft, text, changes)
        except Exception as error:
            # Whatever it is, the editor goes on; the same thing is told once.
            self._tell(str(error) or type(error).__name__)
            return
        if found is not None and draft.changes == changes:
            draft.checked = Checked(text, version, tuple(found))
            self._show(draft)

    def _check(self, draft: Draft, text: str, changes: int) -> list[tuple[Document, Finding]] | None:
        """The findings in a text, or ``None`` where the draft has changed meanwhile. Runs in the thread."""
        if draft.changes != changes:
            return None
        project = project_of(draft.path, self._locate(draft.path), self.minimum)
        if project.excluded:
            return []
        try:
            documents = documents_in(
                text.encode("utf-8", "surrogatepass"),
                draft.path,
                encoding="utf-8",
                all_text=project.all_text,
                fields=project.fields,
            )
        except InputError:
            return []  # of a format that is not read, or broken while it is being written
        if self._checker is None:
            self._checker = self._load()

        def give_up_if_changed() -> None:
            if draft.changes != changes:
                raise GivenUp

        whole = [document for document in documents if not isinstance(document, Failure)]
        policy = project.policy.of_file(whole)
        found = []
        for document in whole:
            check = self._checker.begin(document)
            while not check.done:
                try:
                    self._checker.advance([check], give_up_if_changed)
                except GivenUp:
                    return None
            result = policy.apply(document, self._checker.finish(check))
            found += [(document, finding) for finding in result.findings]
        return found

    def _tell(self, sentence: str) -> None:
        if sentence not in self._complaints:
            self._complaints.add(sentence)
            self._complain(sentence)
