"""The sha256 of large files, remembered as long as size and time of change stay, so that no start reads them whole."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mtcheck.base_source import file_sha256


@dataclass(frozen=True)
class Digests:
    """Digests of files, remembered in a folder, which need not exist or be writable."""

    folder: Path

    def of_files(self, paths: Sequence[Path]) -> str:
        """The sha256 of a single file, or of the names and sha256 of several, in hexadecimal."""
        known = self._read()
        sums: dict[Path, str] = {}
        for path in paths:
            status = path.stat()
            key = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
            if key not in known:
                known[key] = file_sha256(path)
                self._write(known)
            sums[path] = known[key]
        if len(sums) == 1:
            return next(iter(sums.values()))
        lines = "".join(f"{sha256}  {path.name}\n" for path, sha256 in sums.items())
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def _path(self) -> Path:
        return self.folder / "digests.json"

    def _read(self) -> dict[str, str]:
        try:
            data = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def _write(self, known: dict[str, str]) -> None:
        # What cannot be remembered is worked out again next time.
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(f".{uuid.uuid4().hex[:12]}")
            new.write_text(json.dumps(known, indent=1), encoding="utf-8")
            os.replace(new, self._path)
