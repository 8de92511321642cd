"""A unified diff of a file's bytes, as ``patch -p0`` and ``git apply -p0`` take it.

It is made from the edits, not by comparing, so that it takes no longer than the file is long.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from mtcheck.fixing.fixes import ByteEdit, splice

CONTEXT = 3
"""Unchanged lines around a change."""

_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_ODD = re.compile(rb'["\\\x00-\x1f\x7f]')
_CUT_SHORT = b"\n\\ No newline at end of file\n"


def unified_diff(path: str, data: bytes, edits: Sequence[ByteEdit]) -> Iterator[bytes]:
    """The lines of the diff, each with its end; none where nothing changes."""
    lines = _LINE.findall(data)
    blocks = list(_blocks(data, lines, edits))
    if not blocks:
        return
    name = _header_name(path)
    yield b"--- " + name
    yield b"+++ " + name
    shift = 0
    for hunk in _hunks(blocks):
        first = max(0, hunk[0].first - CONTEXT)
        last = min(len(lines), hunk[-1].last + CONTEXT)
        added = sum(len(block.new) - (block.last - block.first) for block in hunk)
        old, new = _range(first, last - first), _range(first + shift, last - first + added)
        yield b"@@ -%s +%s @@\n" % (old, new)
        at = first
        for block in hunk:
            yield from _marked(b" ", lines[at : block.first])
            yield from _marked(b"-", lines[block.first : block.last])
            yield from _marked(b"+", block.new)
            at = block.last
        yield from _marked(b" ", lines[at:last])
        shift += added


@dataclass(slots=True)
class _Block:
    """Lines ``first`` to ``last``, counted from 0, and what takes their place."""

    first: int
    last: int
    new: list[bytes]


def _blocks(data: bytes, lines: list[bytes], edits: Sequence[ByteEdit]) -> Iterator[_Block]:
    """The lines that change, in their order."""
    starts = [0, *accumulate(map(len, lines))]
    groups: list[tuple[int, int, list[ByteEdit]]] = []
    for edit in edits:
        first, last = (bisect_right(starts, offset, 0, len(lines)) - 1 for offset in (edit.start, edit.end))
        if groups and first <= groups[-1][1] + 1:
            groups[-1] = (groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], edit])
        else:
            groups.append((first, last, [edit]))
    for first, last, inside in groups:
        begin, end = starts[first], starts[last + 1]
        moved = [ByteEdit(edit.start - begin, edit.end - begin, edit.data) for edit in inside]
        block = _Block(first, last + 1, _LINE.findall(splice(data[begin:end], moved)))
        while block.new and block.first < block.last and block.new[0] == lines[block.first]:
            del block.new[0]
            block.first += 1
        while block.new and block.first < block.last and block.new[-1] == lines[block.last - 1]:
            del block.new[-1]
            block.last -= 1
        if block.new or block.first < block.last:
            yield block


def _hunks(blocks: list[_Block]) -> Iterator[list[_Block]]:
    """Blocks whose context touches, together."""
    hunk = blocks[:1]
    for block in blocks[1:]:
        if block.first - hunk[-1].last > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(block)
    yield hunk


def _range(start: int, length: int) -> bytes:
    """A range of lines in a hunk's head; an empty one is named by the line before it."""
    first = start + 1 if length else start
    return b"%d" % first if length == 1 else b"%d,%d" % (first, length)


def _marked(mark: bytes, lines: Sequence[bytes]) -> Iterator[bytes]:
    for line in lines:
        yield mark + line if line.endswith(b"\n") else mark + line + _CUT_SHORT


def _header_name(path: str) -> bytes:
    """The path as it goes into a header: relative where that is possible, quoted like git does where it must be."""
    if os.path.isabs(path) and not (relative := os.path.relpath(path)).startswith(os.pardir):
        path = relative
    name = os.fsencode(path)
    if _ODD.search(name):
        return b'"' + _ODD.sub(lambda match: b"\\%03o" % match.group()[0], name) + b'"\n'
    return name + (b"\t\n" if b" " in name else b"\n")


def in_utf8(data: bytes, edits: Sequence[ByteEdit], codec: str) -> tuple[bytes, tuple[ByteEdit, ...]]:
    """Data and edits in another encoding as UTF-8: for one whose line ends are more than a byte, for reading only."""
    parts: list[bytes] = []
    found: list[ByteEdit] = []
    at = length = 0
    for edit in edits:
        kept, old, new = (
            part.decode(codec).encode() for part in (data[at : edit.start], data[edit.start : edit.end], edit.data)
        )
        start = length + len(kept)
        found.append(ByteEdit(start, start + len(old), new))
        parts += [kept, old]
        at, length = edit.end, start + len(old)
    return b"".join([*parts, data[at:].decode(codec).encode()]), tuple(found)
