"""Which lines changed since a revision, as git says: a gate for a change looks at nothing else."""

from __future__ import annotations

import os
import re
import subprocess
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from mtcheck.errors import UsageError
from mtcheck.readers import is_address

_HUNK = re.compile(rb"(?m)^@@ -\S+ \+(\d+)(?:,(\d+))? @@")
STDIN = "-"


@dataclass(frozen=True)
class _Repository:
    """The files of a repository by their paths from its root, and the commit that they are compared with."""

    root: str
    base: str

    @cached_property
    def tracked(self) -> frozenset[str]:
        return _names(_git(self.root, "ls-files", "-z"))

    @cached_property
    def changed(self) -> frozenset[str]:
        return _names(_git(self.root, "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", self.base))

    def hunks(self, path: str) -> list[tuple[int, int]]:
        """First line and the line behind the last of each stretch that was added or rewritten, in order."""
        options = [
            "-U0",
            "--inter-hunk-context=0",
            "--no-color",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--text",
        ]
        diff = _git(self.root, "diff", *options, self.base, "--", f":(literal){path}")
        found = [(int(first), int(count or 1)) for first, count in _HUNK.findall(diff)]
        return [(first, first + count) for first, count in found if count]


class ChangedLines:
    """The lines that changed since a revision, or since the history parted from it.

    Files that git does not track count as new, and so does standard input.
    """

    def __init__(self, revision: str) -> None:
        self._revision = revision
        self._repositories: dict[str, _Repository] = {}
        self._hunks: dict[str, list[tuple[int, int]] | None] = {}

    def is_changed(self, path: str) -> bool:
        """Whether a file has a line that changed.

        Raises:
            UsageError: it is in no repository, the revision is not in it, or there is no git.
        """
        hunks = self._of(path)
        return hunks is None or bool(hunks)

    def touch(self, path: str, first: int, last: int) -> bool:
        """Whether one of the lines ``first`` to ``last`` of a file changed."""
        hunks = self._of(path)
        if hunks is None:
            return True
        index = bisect_right(hunks, (last, len(hunks) and hunks[-1][1])) - 1
        return index >= 0 and hunks[index][1] > first

    def _of(self, path: str) -> list[tuple[int, int]] | None:
        """The changed stretches of a file; ``None`` where all of it is new."""
        if path not in self._hunks:
            self._hunks[path] = None if path == STDIN or is_address(path) else self._find(os.path.realpath(path))
        return self._hunks[path]

    def _find(self, path: str) -> list[tuple[int, int]] | None:
        if not os.path.isfile(path):
            return None  # reading it will say why
        repository = self._repository(os.path.dirname(path))
        name = os.path.relpath(path, repository.root).replace(os.sep, "/")
        if name not in repository.tracked:
            return None
        return repository.hunks(name) if name in repository.changed else []

    def _repository(self, folder: str) -> _Repository:
        if folder not in self._repositories:
            root = os.path.realpath(os.fsdecode(_git(folder, "rev-parse", "--show-toplevel").rstrip(b"\r\n")))
            known = next((one for one in self._repositories.values() if one.root == root), None)
            self._repositories[folder] = known or _Repository(root, self._base(root))
        return self._repositories[folder]

    def _base(self, root: str) -> str:
        """The commit where the history parted from the revision, else the revision's own."""
        commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{self._revision}^{{commit}}")
        revision = commit.decode("ascii", "replace").strip()
        try:
            return _git(root, "merge-base", revision, "HEAD").decode("ascii", "replace").strip()
        except UsageError:  # a shallow clone does not know
            return revision


def _names(listed: bytes) -> frozenset[str]:
    return frozenset(os.fsdecode(name) for name in listed.split(b"\0") if name)


def _git(folder: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", folder, *arguments], capture_output=True, check=False)
    except OSError as error:
        raise UsageError(f"--changed-since needs git, which cannot be run: {error.strerror}") from error
    if done.returncode:
        reason = done.stderr.decode("utf-8", "replace").strip().splitlines()
        said = f": {reason[0]}" if reason else "; is the revision there? A shallow clone needs its history fetched"
        raise UsageError(f"--changed-since: git {arguments[0]} failed in {folder}{said}")
    return done.stdout
