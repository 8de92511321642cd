"""A baseline: findings that are known, so that only new ones are reported.

A finding is known by its fingerprint, which stays when the text around its sentence changes or moves, and as often as
the baseline holds it. The file is JSON with a line per finding, sorted, so that changes to it read well.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from mtcheck.errors import UsageError
from mtcheck.findings import Finding
from mtcheck.output import open_output

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Known:
    """A known finding; ``path`` is relative to the baseline's folder, ``text`` is there for people."""

    path: str
    rule: str
    text: str
    fingerprint: str


class Baseline:
    """The findings of a baseline file; with ``update`` those of a run take their place."""

    def __init__(self, path: Path, known: Iterable[Known] = (), *, update: bool = False) -> None:
        self.path = path
        self.update = update
        self.matched = 0
        self._known = list(known)
        self._left = Counter((one.path, one.fingerprint) for one in self._known)
        self._places: dict[str, list[str]] = {}
        for one in self._known:
            self._places.setdefault(one.fingerprint, []).append(one.path)
        self._checked: set[str] = set()
        self._new: list[Known] = []

    @classmethod
    def read(cls, path: Path, *, update: bool = False) -> Baseline:
        """Read a file; with ``update`` it need not be there yet.

        Raises:
            UsageError: it is not there or no baseline; the message says what to do.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["format"] != _FORMAT:
                raise ValueError(f"format {data['format']!r}")
            return cls(path, [Known(**entry) for entry in data["findings"]], update=update)
        except FileNotFoundError as error:
            if update:
                return cls(path, update=True)
            raise UsageError(f"{path}: no such baseline; --update-baseline makes one") from error
        except OSError as error:
            raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            problem = f"no baseline of mtcheck ({error}); name another file, or delete it and use --update-baseline"
            raise UsageError(f"{path}: {problem}") from error

    def knows(self, path: str, finding: Finding) -> bool:
        """Whether a finding is known; each entry stands for one. All are when the baseline is updated."""
        here = self._relative(path)
        self._checked.add(here)
        if self.update:
            self._new.append(Known(here, finding.rule, finding.text, finding.fingerprint))
            return True
        places = [here]
        if finding.text:  # what is said of a text as a whole does not move
            places += self._places.get(finding.fingerprint, [])
        for place in places:
            if self._left[place, finding.fingerprint] > 0:
                self._left[place, finding.fingerprint] -= 1
                self.matched += 1
                return True
        return False

    def checked(self, path: str) -> None:
        """Note that a file was checked, so that what is known of it should be found."""
        self._checked.add(self._relative(path))

    def gone(self) -> list[Known]:
        """What is known of the checked files but was not found."""
        left = +self._left
        found = []
        for one in self._known:
            if one.path in self._checked and left[one.path, one.fingerprint] > 0:
                left[one.path, one.fingerprint] -= 1
                found.append(one)
        return found

    def write(self) -> int:
        """Replace the file by the findings of the run, and return their number.

        What is known of files that are there and were not checked stays.
        """
        kept = [one for one in self._known if one.path not in self._checked and self._is_there(one.path)]
        findings = sorted([*kept, *self._new], key=lambda one: (one.path, one.rule, one.text, one.fingerprint))
        lines = ",\n".join("    " + json.dumps(asdict(one), ensure_ascii=False) for one in findings)
        with open_output(str(self.path), utf8=True) as stream:
            stream.write(f'{{\n  "format": {_FORMAT},\n  "findings": [\n{lines}\n  ]\n}}\n')
        return len(self._new)

    @property
    def _folder(self) -> Path:
        return self.path.resolve().parent

    def _is_there(self, path: str) -> bool:
        return _is_elsewhere(path) or (self._folder / path).exists()

    def _relative(self, path: str) -> str:
        if _is_elsewhere(path):
            return path
        try:
            return Path(os.path.relpath(os.path.realpath(path), self._folder)).as_posix()
        except ValueError:  # on another drive
            return Path(path).as_posix()


def _is_elsewhere(path: str) -> bool:
    """Whether an input is no file: standard input or an address."""
    return path == "-" or "://" in path
