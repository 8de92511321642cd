"""How long work tells how far it is: a function called with a label, the units done and the units in all."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

Progress = Callable[[str, int, int], None]
"""Called with a label, what is done and what there is in all; 0 in all means that it is not known."""


def silent(label: str, done: int, total: int) -> None:
    """A progress that shows nothing."""


def progress_unless(quiet: bool) -> Callable[[], AbstractContextManager[Progress]]:
    """What opens a progress: one on the terminal, or, where it is to be quiet, one that shows nothing."""
    return (lambda: nullcontext(silent)) if quiet else terminal_progress


@contextmanager
def terminal_progress() -> Iterator[Progress]:
    """Show a bar per label on standard error while the block runs, and nothing where that is not a terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    tasks: dict[str, TaskID] = {}

    def show(label: str, done: int, total: int) -> None:
        if label not in tasks:
            for task in tasks.values():
                bars.update(task, visible=False)
            tasks[label] = bars.add_task(label, total=None)
        bars.update(tasks[label], completed=done, total=total or None, visible=True)

    with bars:
        yield show
