"""What is measured on: annotated documents, parallel text, and clean text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.evaluation.alignment import align
from mtcheck.evaluation.gold import GoldDocument, read_gold
from mtcheck.findings import Failure
from mtcheck.readers import Source, discover, read

ANNOTATED = ".jsonl"
"""Clean text in a file with this suffix is annotated text without spans; any other file is one plain document."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Annotated documents, and clean ones that serve for false findings only."""

    gold: tuple[GoldDocument, ...] = ()
    clean: tuple[GoldDocument, ...] = ()


def read_parallel(garbled: str, original: str, encoding: str | None = None) -> list[GoldDocument]:
    """Each line of a garbled file as a document, annotated with what the same line of the original file says.

    Lines that are empty in both are left out.

    Raises:
        InputError: one of them cannot be read, or they differ in the number of lines.
    """
    sides = [_lines(read(Source(path), encoding=encoding)) for path in (garbled, original)]
    left, right = sides
    if len(left) != len(right):
        raise InputError(
            garbled,
            f"{len(left):,} lines, but {len(right):,} in {original}; line n of one must be line n of the other",
        )
    return [
        GoldDocument(f"{garbled}:{number}", text, align(text, wanted))
        for number, (text, wanted) in enumerate(zip(left, right, strict=True), 1)
        if text.strip() or wanted.strip()
    ]


def read_clean(paths: Sequence[str], encoding: str | None = None) -> list[GoldDocument]:
    """Documents without garbles: annotated text without spans, plain files, and folders of plain files.

    Raises:
        InputError: one of them cannot be read, or annotated text has spans.
    """
    return [document for path in paths for document in _clean(path, encoding)]


def _clean(path: str, encoding: str | None) -> Iterator[GoldDocument]:
    if path.endswith(ANNOTATED):
        yield from read_gold(path, clean=True)
        return
    for source in discover([path]):
        if isinstance(source, Failure):
            raise InputError(source.path, source.message)
        yield GoldDocument(source.path, read(source, encoding=encoding).text)


def _lines(document: Document) -> list[str]:
    lines = [document.line(number) for number in range(1, document.lines + 1)]
    return lines if lines[-1] else lines[:-1]
