"""Hand-written swap tables beside this module."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "tables"


def _lines(name: str) -> Iterator[str]:
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def swaps(name: str) -> dict[str, tuple[str, ...]]:
    """Original -> garbles of the table `name`; lines with the same original add up."""
    out: dict[str, tuple[str, ...]] = {}
    for line in _lines(name):
        original, _, garbles = line.partition(":")
        found = tuple(g.strip() for g in garbles.split("/") if g.strip())
        out[original.strip()] = tuple(dict.fromkeys(out.get(original.strip(), ()) + found))
    return out


def confusions() -> dict[str, tuple[str, ...]]:
    """Original -> words that share a translation with it in some other language."""
    out: dict[str, tuple[str, ...]] = {}
    for line in _lines("confusions"):
        first, *others = [part.strip() for part in line.split("/")]
        out[first] = tuple(dict.fromkeys(out.get(first, ()) + tuple(o for o in others if o != first)))
    return out


def given_names() -> dict[str, tuple[str, ...]]:
    """Persons' and places' names -> their forms in other languages, capitalised on both sides."""
    return {name.title(): tuple(form.title() for form in forms) for name, forms in swaps("given_names").items()}


def transliterations() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """(pattern in a lower-case name, what may stand instead of it)."""
    rules = []
    for line in _lines("transliteration"):
        pattern, _, new = line.partition(" => ")
        rules.append((re.compile(pattern), tuple("" if n == "-" else n for n in new.split(" / "))))
    return tuple(rules)
