"""The name list: words of names and whole names with counts, accepted variants, and what an editor adds.

It is one gzipped text, ``names.txt.gz``, beside its sums:

    mtcheck-names 1
    [words]       skeleton, tab, then SPELLING:COUNT:KINDS of each word with that skeleton
    [wholes]      name of several words, tab, count, tab, kinds
    [variants]    spellings of one name that are all correct, the usual one first
    [ordinary]    words of the language in lower case

A count is about how often the word stands as a name in 14 million words of English news; for whole names, how often
the sequence was seen there.
"""

from __future__ import annotations

import gzip
import re
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.errors import InputError, ModelError
from mtcheck.names.transliteration import fold, skeleton

FILE = "names.txt.gz"
FORMAT = "mtcheck-names 1"
LONGEST_NAME = 100
"""Code points of a name in an editor's file."""
LARGEST_FILE = 5_000_000
"""Bytes of an editor's file."""
EDITORS_COUNT = 1000
"""What a name of the editor's file counts for."""


class Kind(Enum):
    """What a name is the name of."""

    PERSON = "g"
    PLACE = "p"
    ORGANISATION = "o"
    DEMONYM = "d"
    NAME = "n"


@dataclass(frozen=True, slots=True)
class Name:
    """A word of a name as the list spells it; ``trusted`` where an editor's file holds it."""

    text: str
    count: int
    kinds: frozenset[Kind] = frozenset({Kind.NAME})
    trusted: bool = False


@dataclass
class NameList:
    """Names by spelling (case and accents do not count), with what leads to their neighbours.

    ``buckets`` has the words of each skeleton as the file writes them, so that loading need not take them apart.
    """

    buckets: dict[str, str]
    wholes: dict[str, int] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ordinary: frozenset[str] = frozenset()
    added: dict[str, Name] = field(default_factory=dict)
    _added_by_skeleton: dict[str, list[Name]] = field(default_factory=lambda: defaultdict(list))
    _folded: dict[str, str] = field(default_factory=dict)
    _by_length: dict[int, list[str]] = field(default_factory=dict)
    _reversed: dict[int, list[str]] = field(default_factory=dict)
    _whole_by_end: dict[tuple[bool, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for bucket in self.buckets.values():
            for entry in bucket.split(" "):
                text = entry.partition(":")[0]
                self._folded[text.lower() if text.isascii() else fold(text)] = entry
        by_length: dict[int, list[str]] = defaultdict(list)
        for word in self._folded:
            by_length[len(word)].append(word)
        self._by_length = dict(by_length)
        for words in self._by_length.values():
            words.sort()
        ends: dict[tuple[bool, str], list[str]] = defaultdict(list)
        for whole in self.wholes:
            words = whole.split(" ")
            ends[True, words[0]].append(whole)
            ends[False, words[-1]].append(whole)
        self._whole_by_end = dict(ends)

    def get(self, word: str) -> Name | None:
        """The name with this spelling."""
        folded = fold(word)
        if folded in self.added:
            return self.added[folded]
        entry = self._folded.get(folded)
        return _name(entry) if entry is not None else None

    def knows(self, word: str) -> bool:
        """Whether the list holds this spelling."""
        folded = fold(word)
        return folded in self.added or folded in self._folded

    def count(self, word: str) -> int:
        """How common a word is as a name; 0 where it is unknown."""
        found = self.get(word)
        return found.count if found else 0

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is one of the language, whatever its capitals."""
        return word.lower() in self.ordinary

    def variants(self, word: str) -> tuple[str, ...]:
        """All accepted spellings of a name, itself among them; none where only one is known."""
        return self.groups.get(fold(word), ())

    def whole_count(self, first: str, last: str) -> int:
        """How often the two words were seen as one name."""
        return self.wholes.get(f"{fold(first)} {fold(last)}", 0)

    def companions(self, word: str, first: bool) -> Iterator[str]:
        """What follows a word as the rest of a whole name of two (``first``), or comes before it; folded."""
        for whole in self._whole_by_end.get((first, fold(word)), ()):
            words = whole.split(" ")
            if len(words) == 2:
                yield words[1] if first else words[0]

    def same_skeleton(self, word: str) -> Iterator[Name]:
        """The names whose consonants are alike."""
        key = skeleton(word)
        bucket = self.buckets.get(key)
        if bucket:
            for entry in bucket.split(" "):
                yield _name(entry)
        yield from self._added_by_skeleton.get(key, ())

    def within_reach(self, folded: str) -> list[str]:
        """The folded names that may be one edit away: they share the first or the last half of their letters."""
        found: list[str] = []
        for length in (len(folded) - 1, len(folded), len(folded) + 1):
            share = (min(length, len(folded)) - 1) // 2
            words = self._by_length.get(length)
            if not words:
                continue
            found += _with_prefix(words, folded[:share])
            found += [word[::-1] for word in _with_prefix(self._backwards(length), folded[::-1][:share])]
        for name in self.added:
            if abs(len(name) - len(folded)) <= 1:
                found.append(name)
        return list(dict.fromkeys(found))

    def add(self, names: Iterable[str]) -> None:
        """Take names that are right, whatever the list says."""
        for name in names:
            words = name.split()
            for word in words:
                if word[:1].isupper() or len(words) == 1:
                    held = Name(word, max(EDITORS_COUNT, self.count(word)), frozenset({Kind.NAME}), trusted=True)
                    self.added[fold(word)] = held
                    self._added_by_skeleton[skeleton(word)].append(held)
            if len(words) > 1:
                whole = " ".join(map(fold, words))
                if whole not in self.wholes:
                    self._whole_by_end.setdefault((True, fold(words[0])), []).append(whole)
                    self._whole_by_end.setdefault((False, fold(words[-1])), []).append(whole)
                self.wholes[whole] = max(EDITORS_COUNT, self.wholes.get(whole, 0))

    def _backwards(self, length: int) -> list[str]:
        if length not in self._reversed:
            self._reversed[length] = sorted(word[::-1] for word in self._by_length[length])
        return self._reversed[length]


def load(folder: Path | None = None, extra: Sequence[Path] = ()) -> NameList:
    """The list in a folder, by default the one that comes with mtcheck, with the names of editors' files.

    Raises:
        ModelError: The list is missing, damaged or of another format.
        InputError: An editor's file cannot be read.
    """
    place = folder or _default_folder()
    names = _parse(place / FILE, _unpacked(place))
    for path in extra:
        names.add(read_names(path))
    return names


def parse(text: str) -> NameList:
    """The list in an unpacked text of the file's format."""
    return _parse(Path(FILE), text)


def read_names(path: Path) -> list[str]:
    """The names of an editor's file: one a line, UTF-8, comments behind ``#``.

    Raises:
        InputError: It cannot be read, or a line of it is no name; the message has the line and the remedy.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(str(path), f"more than {LARGEST_FILE} bytes; a list of names holds one name a line.")
        raw = path.read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise InputError(str(path), f"cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(str(path), f"line {line} is not UTF-8; save the file in this encoding.") from error
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        name = " ".join(line.partition("#")[0].split())
        if not name:
            continue
        if problem := _problem(name):
            raise InputError(str(path), f"line {number}: {problem}")
        found.append(name)
    return found


_EDITORS_NAME = re.compile(r"[^\W\d_][\w.'’ʼ-]*(?: [^\W_][\w.'’ʼ&-]*)*")


def _problem(name: str) -> str:
    if len(name) > LONGEST_NAME:
        return f"longer than {LONGEST_NAME} characters; write one name a line."
    if not _EDITORS_NAME.fullmatch(name):
        return f"{name!r} is no name; write one name a line, of letters, hyphens, points and apostrophes."
    return ""


def _default_folder() -> Path:
    package = Path(__file__).resolve().parents[1]
    # Beside the modules where it is installed, beside the package in a checkout.
    places = [package / "models" / "names", package.parent / "models" / "names"]
    for place in places:
        if (place / FILE).is_file():
            return place
    raise ModelError(f"The name list is not in {' or '.join(map(str, places))}; install mtcheck again.")


def _unpacked(folder: Path) -> str:
    path = folder / FILE
    try:
        expected = (folder / SUMS).read_text(encoding="utf-8").split()[0]
        sha256 = file_sha256(path)
        if sha256 != expected:
            raise ModelError(f"{path} has sha256 {sha256}, not {expected}; install mtcheck again.")
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, IndexError) as error:
        raise ModelError(f"{path} cannot be read: {error}; install mtcheck again.") from error


def _parse(path: Path, text: str) -> NameList:
    header, _, rest = text.partition("\n")
    parts = re.split(r"^\[(\w+)\]\n", rest, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if header != FORMAT or sections.keys() != {"words", "wholes", "variants", "ordinary"}:
        raise ModelError(f"{path} is not a name list of the format {FORMAT!r}; install mtcheck again.")
    try:
        buckets = dict(line.split("\t", 1) for line in sections["words"].splitlines())
        wholes = {}
        for line in sections["wholes"].splitlines():
            name, count, _ = line.split("\t")
            wholes[name.lower() if name.isascii() else fold(name)] = int(count)
    except ValueError as error:
        raise ModelError(f"{path} is damaged: {error}; install mtcheck again.") from error
    groups = {}
    for line in sections["variants"].splitlines():
        words = tuple(line.split())
        for word in words:
            groups[fold(word)] = tuple(dict.fromkeys([*groups.get(fold(word), ()), *words]))
    return NameList(buckets, wholes, groups, frozenset(sections["ordinary"].splitlines()))


def _name(entry: str) -> Name:
    text, count, kinds = entry.rsplit(":", 2)
    return Name(text, int(count), frozenset(Kind(kind) for kind in kinds))


def _with_prefix(words: list[str], prefix: str) -> list[str]:
    return words[bisect_left(words, prefix) : bisect_left(words, prefix + "\U0010ffff")]
