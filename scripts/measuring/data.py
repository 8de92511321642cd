"""Data in, tables out, and how a measuring script ends."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from mtcheck.errors import InputError, MtcheckError

FAILED = 2


def read_rows(path: Path, needed: Iterable[str] = ()) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line, plain or gzipped (``.gz``).

    Raises:
        InputError: The file cannot be read, a line is no JSON object, or one lacks a key of ``needed``.
    """
    for number, line in enumerate(read_lines(path), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(str(path), f"line {number} is not JSON ({error})") from error
        lacking = [key for key in needed if key not in row] if isinstance(row, dict) else list(needed)
        if not isinstance(row, dict) or lacking:
            raise InputError(str(path), f"line {number} is no JSON object with {', '.join(needed)}")
        yield row


def read_lines(path: Path) -> Iterator[str]:
    """The lines of a text file, plain or gzipped (``.gz``), without their ends; empty ones are left out.

    Raises:
        InputError: The file cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield line.rstrip("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise InputError(str(path), f"cannot be read ({error})") from error


def markdown(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left and all others to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def share(value: float) -> str:
    """A share or a correlation as tables give it: two digits, no zero before the point."""
    text = f"{round(value, 2) + 0.0:.2f}"  # adding 0 turns -0.0 into 0.0
    return text.replace("0.", ".", 1) if abs(float(text)) < 1 else text


def note(text: str) -> None:
    """Say something that is not a result."""
    print(text, file=sys.stderr, flush=True)


def progress(label: str) -> Callable[[int, int], None]:
    """What shows how far a run is, on a terminal only."""

    def show(done: int, total: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{label} {done}/{total}", end="\n" if done >= total else "", file=sys.stderr, flush=True)

    return show


def finish(run: Callable[[], None]) -> int:
    """Run a script; its exit status: 2, with what to do about it, where it fails for a reason that was foreseen."""
    try:
        run()
    except MtcheckError as error:
        note(f"{Path(sys.argv[0]).name}: {error}")
        return FAILED
    return 0
