"""The file of a name list: read, checked against its sums, and written.

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
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mtcheck.adapter import SUMS
from mtcheck.base_source import file_sha256
from mtcheck.errors import ModelError
from mtcheck.names.name_list import Name, NameList
from mtcheck.names.own_names import read_names
from mtcheck.names.transliteration import fold, skeleton

FILE = "names.txt.gz"
FORMAT = "mtcheck-names 2"
SECTIONS = ("names", "attested", "skeletons", "wholes", "variants", "swaps", "phrases", "ordinary")


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
