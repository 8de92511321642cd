"""The name list: words of names and whole names with counts, accepted variants, and what an editor adds.

It is one gzipped text, ``names.txt.gz``, beside its sums. Its sections are sorted by what stands before the first
tab, so that loading only cuts them into lines, and that when they are first asked for:

    mtcheck-names 2
    [names]       word as `fold` has it, count, kinds, and its spelling where that is not just a capital in front
    [attested]    further words, folded, that English texts hold and no dictionary: mostly names that are rarer
    [skeletons]   skeleton, then the folded names that have it
    [wholes]      names of several words, folded, and their counts
    [variants]    spellings of one name that are all correct, the usual one first
    [swaps]       word of the language, then words of whole names that a translation or a spinner turns into it
    [phrases]     wording in lower case, then the whole name that it is a rendering of
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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.errors import InputError, ModelError
from mtcheck.names.transliteration import fold, skeleton

FILE = "names.txt.gz"
FORMAT = "mtcheck-names 2"
SECTIONS = ("names", "attested", "skeletons", "wholes", "variants", "swaps", "phrases", "ordinary")
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


class NameList:
    """Names by spelling (case and accents do not count), with what leads to their neighbours."""

    def __init__(self, sections: Mapping[str, str], sha256: str = "") -> None:
        self._sections = sections
        self.sha256 = sha256
        """Of the file that it was read from."""
        self.added: dict[str, Name] = {}
        """The words of the editor's names, folded."""
        self._added_wholes: dict[str, int] = {}
        self._added_by_skeleton: dict[str, list[Name]] = defaultdict(list)

    def get(self, word: str) -> Name | None:
        """The name with this spelling."""
        folded = fold(word)
        if folded in self.added:
            return self.added[folded]
        return self._listed(folded)

    def knows(self, word: str) -> bool:
        """Whether the list holds this spelling as a name."""
        folded = fold(word)
        return folded in self.added or _at(self._names, folded) is not None

    def count(self, word: str) -> int:
        """How common a word is as a name; 0 where it is unknown."""
        found = self.get(word)
        return found.count if found else 0

    def attests(self, word: str) -> bool:
        """Whether English texts hold this spelling now and then, though no list of names does."""
        return fold(word) in self._attested

    def is_ordinary(self, word: str) -> bool:
        """Whether a word is one of the language, whatever its capitals."""
        return word.lower() in self._ordinary

    def variants(self, word: str) -> tuple[str, ...]:
        """All accepted spellings of a name, itself among them; none where only one is known."""
        return self._groups.get(fold(word), ())

    def whole_count(self, *words: str) -> int:
        """How often the words were seen as one name."""
        whole = " ".join(map(fold, words))
        if whole in self._added_wholes:
            return self._added_wholes[whole]
        found = _at(self._wholes, whole)
        return int(found) if found else 0

    def opens_whole(self, *words: str) -> bool:
        """Whether a longer whole name of the list begins with these words."""
        opening = " ".join(map(fold, words)) + " "
        at = bisect_left(self._wholes, opening)
        if at < len(self._wholes) and self._wholes[at].startswith(opening):
            return True
        return any(whole.startswith(opening) for whole in self._added_wholes)

    def companions(self, word: str) -> Iterator[str]:
        """What follows a word as the rest of a whole name of two; folded."""
        opening = fold(word) + " "
        for line in _with_prefix(self._wholes, opening):
            rest = line.partition("\t")[0][len(opening) :]
            if " " not in rest:
                yield rest
        for whole in self._added_wholes:
            if whole.startswith(opening) and whole.count(" ") == 1:
                yield whole[len(opening) :]

    def swapped(self, word: str) -> tuple[str, ...]:
        """Words of whole names that a spinner or a translation may have turned into this one; lower case."""
        return tuple(self._swaps.get(fold(word), "").split())

    def rendering(self, phrase: str) -> str:
        """The whole name that a wording is a known rendering of, in lower case; empty where there is none."""
        return self._phrases.get(phrase.lower(), "")

    def same_skeleton(self, word: str) -> Iterator[Name]:
        """The names whose consonants are alike."""
        key = skeleton(word)
        for folded in (_at(self._skeletons, key) or "").split():
            if (name := self._listed(folded)) is not None:
                yield name
        yield from self._added_by_skeleton.get(key, ())

    def within_reach(self, folded: str) -> list[str]:
        """The folded names that may be one edit away: they share the first or the last half of their letters."""
        share = max(1, (len(folded) - 2) // 2)
        found = [
            key
            for line in _with_prefix(self._names, folded[:share])
            if abs(len(key := line.partition("\t")[0]) - len(folded)) <= 1
        ]
        found += [
            word[::-1]
            for word in _with_prefix(self._backwards, folded[::-1][:share])
            if abs(len(word) - len(folded)) <= 1
        ]
        found += [name for name in self.added if abs(len(name) - len(folded)) <= 1]
        return list(dict.fromkeys(found))

    def add(self, names: Iterable[str]) -> None:
        """Take names that are right, whatever the list says."""
        for name in names:
            words = name.split()
            for word in words:
                if not self.is_ordinary(word) and len(word.strip(".")) > 1:
                    held = Name(word, max(EDITORS_COUNT, self.count(word)), frozenset({Kind.NAME}), trusted=True)
                    self.added[fold(word)] = held
                    self._added_by_skeleton[skeleton(word)].append(held)
            if len(words) > 1:
                self._added_wholes[" ".join(map(fold, words))] = max(EDITORS_COUNT, self.whole_count(*words))

    def added_names(self) -> list[str]:
        """What editors added, folded, in an order of its own."""
        return sorted(self.added.keys() | self._added_wholes.keys())

    def _listed(self, folded: str) -> Name | None:
        entry = _at(self._names, folded)
        if entry is None:
            return None
        count, kinds, *spelling = entry.split("\t")
        text = spelling[0] if spelling else folded[:1].upper() + folded[1:]
        return Name(text, int(count), frozenset(map(Kind, kinds)))

    @cached_property
    def _names(self) -> list[str]:
        return self._sections["names"].splitlines()

    @cached_property
    def _backwards(self) -> list[str]:
        return sorted(line.partition("\t")[0][::-1] for line in self._names)

    @cached_property
    def _attested(self) -> frozenset[str]:
        return frozenset(self._sections["attested"].splitlines())

    @cached_property
    def _skeletons(self) -> list[str]:
        return self._sections["skeletons"].splitlines()

    @cached_property
    def _wholes(self) -> list[str]:
        return self._sections["wholes"].splitlines()

    @cached_property
    def _groups(self) -> dict[str, tuple[str, ...]]:
        groups: dict[str, tuple[str, ...]] = {}
        for line in self._sections["variants"].splitlines():
            words = tuple(line.split())
            for word in words:
                groups[fold(word)] = tuple(dict.fromkeys([*groups.get(fold(word), ()), *words]))
        return groups

    @cached_property
    def _swaps(self) -> dict[str, str]:
        return _pairs(self._sections["swaps"])

    @cached_property
    def _phrases(self) -> dict[str, str]:
        return _pairs(self._sections["phrases"])

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        return frozenset(self._sections["ordinary"].splitlines())


def load(folder: Path | None = None, extra: Sequence[Path] = ()) -> NameList:
    """The list in a folder, by default the one that comes with mtcheck, with the names of editors' files.

    Raises:
        ModelError: The list is missing, damaged or of another format.
        InputError: An editor's file cannot be read.
    """
    place = folder or default_folder()
    names = _parse(place / FILE, *_unpacked(place))
    for path in extra:
        names.add(read_names(path))
    return names


def parse(text: str) -> NameList:
    """The list in an unpacked text of the file's format. Raises ModelError where it is not one."""
    return _parse(Path(FILE), text, "")


def unparse(
    names: Iterable[Name],
    wholes: Mapping[str, int],
    *,
    attested: Iterable[str] = (),
    variants: Iterable[Sequence[str]] = (),
    swaps: Mapping[str, Iterable[str]] | None = None,
    phrases: Mapping[str, str] | None = None,
    ordinary: Iterable[str] = (),
) -> str:
    """The text of a list that holds all this; what is folded alike counts as one, the commoner spelling kept."""
    best: dict[str, Name] = {}
    for name in names:
        other = best.get(key := fold(name.text))
        kinds = name.kinds | (other.kinds if other else frozenset())
        kept = other if other and other.count >= name.count else name
        best[key] = Name(kept.text, kept.count, kinds)
    by_skeleton: dict[str, list[str]] = defaultdict(list)
    for key, name in best.items():
        by_skeleton[skeleton(name.text)].append(key)
    counts: dict[str, int] = {}
    for whole, count in wholes.items():
        counts[fold(whole)] = max(count, counts.get(fold(whole), 0))
    lines: dict[str, Iterable[str]] = {
        "names": (_entry(key, name) for key, name in best.items()),
        "attested": {fold(word) for word in attested} - best.keys(),
        "skeletons": (f"{key}\t{' '.join(sorted(words))}" for key, words in by_skeleton.items()),
        "wholes": (f"{whole}\t{count}" for whole, count in counts.items()),
        "variants": {" ".join(group) for group in variants},
        "swaps": (f"{word}\t{' '.join(others)}" for word, others in (swaps or {}).items()),
        "phrases": (f"{phrase}\t{whole}" for phrase, whole in (phrases or {}).items()),
        "ordinary": set(ordinary),
    }
    parts = (f"[{section}]\n" + "".join(f"{line}\n" for line in sorted(lines[section])) for section in SECTIONS)
    return "".join([f"{FORMAT}\n", *parts])


def seal(folder: Path) -> None:
    """Write the sums of what mtcheck reads in a folder with a name list."""
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".gz", ".json"))
    sums = (f"{file_sha256(path)}  {path.name}\n" for path in paths)
    (folder / SUMS).write_text("".join(sums), encoding="utf-8", newline="\n")


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
        place = raw.count(b"\n", 0, error.start) + 1
        raise InputError(str(path), f"line {place} is not UTF-8; save the file in this encoding.") from error
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


def default_folder() -> Path:
    """Where the list that comes with mtcheck is. Raises ModelError where it is not."""
    package = Path(__file__).resolve().parents[1]
    # Beside the modules where it is installed, beside the package in a checkout.
    places = [package / "models" / "names", package.parent / "models" / "names"]
    for place in places:
        if (place / FILE).is_file():
            return place
    raise ModelError(f"The name list is not in {' or '.join(map(str, places))}; install mtcheck again.")


def _unpacked(folder: Path) -> tuple[str, str]:
    path = folder / FILE
    try:
        sums = (line.split() for line in (folder / SUMS).read_text(encoding="utf-8").splitlines())
        expected = next((sha256 for sha256, name in sums if name == FILE), "missing in its sums")
        sha256 = file_sha256(path)
        if sha256 != expected:
            raise ModelError(f"{path} has sha256 {sha256}, not {expected}; install mtcheck again.")
        return gzip.decompress(path.read_bytes()).decode("utf-8"), sha256
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise ModelError(f"{path} cannot be read: {error}; install mtcheck again.") from error


def _parse(path: Path, text: str, sha256: str) -> NameList:
    header, _, rest = text.partition("\n")
    parts = re.split(r"^\[(\w+)\]\n", rest, flags=re.MULTILINE)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if header != FORMAT or tuple(sections) != SECTIONS:
        raise ModelError(f"{path} is not a name list of the format {FORMAT!r}; install mtcheck again.")
    return NameList(sections, sha256)


def _entry(folded: str, name: Name) -> str:
    kinds = "".join(sorted(kind.value for kind in name.kinds))
    spelling = "" if name.text == folded[:1].upper() + folded[1:] else f"\t{name.text}"
    return f"{folded}\t{name.count}\t{kinds}{spelling}"


def _pairs(section: str) -> dict[str, str]:
    return dict(line.split("\t", 1) for line in section.splitlines())


def _at(lines: Sequence[str], key: str) -> str | None:
    """What stands behind a key in sorted lines."""
    wanted = f"{key}\t"
    at = bisect_left(lines, wanted)
    return lines[at][len(wanted) :] if at < len(lines) and lines[at].startswith(wanted) else None


def _with_prefix(lines: Sequence[str], prefix: str) -> Sequence[str]:
    return lines[bisect_left(lines, prefix) : bisect_left(lines, prefix + "\U0010ffff")]
