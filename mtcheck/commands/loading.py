"""The checker that a command's options choose: its model, and what is kept of earlier runs with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from mtcheck.base_model import cache_folder
from mtcheck.cache import CachedChecks, ResultCache
from mtcheck.checks import AHEAD, Checks
from mtcheck.progress import Progress

if TYPE_CHECKING:
    from mtcheck.checker import Checker


@dataclass(frozen=True)
class CheckerOptions:
    """What the command line says of the checker, as ``mtcheck.checker.Checker`` takes it.

    ``no_cache`` is False where a command has no such option. ``jobs`` is 0 where it has none and takes one input after
    the other, and none may be read before its turn.
    """

    model: str | None
    adapter: str | None
    precision: str
    threads: int | None
    names: tuple[str, ...]
    no_cache: bool = False
    jobs: int = 0

    def load(self, progress: Progress) -> Checker:
        """Load the model; this takes a second or two, and its libraries as long again.

        Raises:
            ModelError: no usable base model, adapter or name list.
            InputError: a file of names cannot be read.
        """
        from mtcheck.checker import Checker

        checker = Checker(
            model=self.model,
            adapter=self.adapter,
            precision=self.precision,
            threads=self.threads,
            names=self.names,
            progress=progress,
        )
        checker.ahead = self._ahead
        return checker

    def sign(self, cache: ResultCache, progress: Progress) -> tuple[str, str]:
        """The signature of the checker, and what else its results depend on; no model is loaded.

        Raises:
            ModelError: no usable base model, adapter or name list.
            InputError: a file of names cannot be read.
        """
        from mtcheck import signature

        precision = self.precision
        if precision == "auto":
            precision = signature.fastest_precision(cache.remembered)
        signed = signature.of_files(self.model, self.adapter, precision, self.names, progress)
        return signed, signature.surroundings()

    @contextmanager
    def remembering(self) -> Iterator[Callable[[Progress], Checks]]:
        """What makes a checker that loads its model only for what earlier runs did not check.

        With ``no_cache`` it is what loads the model. The cache is open while the block runs, and with several ``jobs``
        their processes.
        """
        with ExitStack() as stack:
            load: Callable[[Progress], Checks] = self.load if self.jobs < 2 else partial(self._workers, stack)
            if self.no_cache:
                yield load
            else:
                yield partial(self._cached, stack.enter_context(ResultCache(cache_folder())), load)

    def _cached(self, cache: ResultCache, load: Callable[[Progress], Checks], progress: Progress) -> Checks:
        signature, surroundings = self.sign(cache, progress)
        return CachedChecks(cache, signature, surroundings, partial(load, progress), self._ahead)

    def _workers(self, stack: ExitStack, progress: Progress) -> Checks:
        """Checkers in processes that share the processor's threads."""
        from mtcheck import workers

        progress("Loading", 0, 0)
        threads = max(1, (self.threads or workers.processors()) // self.jobs)
        return stack.enter_context(workers.Workers(replace(self, threads=threads, jobs=1).load, self.jobs, self._ahead))

    @property
    def _ahead(self) -> int:
        """How many documents to expect beyond the present one, so that none is idle and short ones go together."""
        return 2 * self.jobs if self.jobs > 1 else AHEAD * self.jobs
