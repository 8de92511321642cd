"""The adapter: a folder in peft's format with what mtcheck adds to it, found, verified and described.

    adapter_config.json, adapter_model.safetensors    LoRA weights, as peft writes them
    mtcheck.json                                      our description: version, base model, figures
    *.json, *.safetensors, *.gz                       whatever else the checker reads: calibration, table of swaps
    SHA256SUMS                                        sums of all these, as sha256sum writes them

The description and the sums may be missing, as in a folder that is being made; what is there is checked.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtcheck.base_source import file_sha256
from mtcheck.errors import ModelError

DEFAULT = "news-smollm2-135m"
SUMS = "SHA256SUMS"
_CONFIG = "adapter_config.json"
_WEIGHTS = "adapter_model.safetensors"
_DESCRIPTION = "mtcheck.json"
_SUMMED = ("*.json", "*.safetensors", "*.gz")


@dataclass(frozen=True)
class Adapter:
    """An adapter on this machine, its files as its sums say.

    ``sha256`` names all that the checker reads of it. ``config`` is peft's, ``figures`` are those of the model card.
    ``calibration``, ``version``, ``created`` and the base are ``None`` or empty where the description has none.
    """

    name: str
    folder: Path
    sha256: str
    config: Mapping[str, Any]
    version: str = ""
    created: str = ""
    base_name: str = ""
    base_sha256: str = ""
    calibration: Path | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)


def locate(adapter: str | Path | None = None) -> Adapter:
    """The adapter in a folder, or of a name among those that come with mtcheck; the default one for ``None``.

    Raises:
        ModelError: It is not there, is incomplete, or differs from its sums.
    """
    folder = _folder(adapter)
    config = _read_json(folder, _CONFIG)
    if not (folder / _WEIGHTS).is_file():
        raise ModelError(
            f"{folder}: no {_WEIGHTS} in this folder; other formats of weights can run code and are not read."
            if list(folder.glob("adapter_model.*"))
            else f"{folder}: no {_WEIGHTS} in this folder, so it is not a complete adapter."
        )
    if problems := verify(folder):
        raise ModelError(problems[0])
    about = _read_json(folder, _DESCRIPTION) if (folder / _DESCRIPTION).exists() else {}
    base = _part(folder, about, "base")
    calibration = about.get("calibration")
    return Adapter(
        name=str(about.get("name") or folder.name),
        folder=folder,
        sha256=hashlib.sha256(_sums(folder).encode()).hexdigest(),
        config=config,
        version=str(about.get("version") or ""),
        created=str(about.get("created") or ""),
        base_name=str(base.get("name") or ""),
        base_sha256=str(base.get("sha256") or ""),
        calibration=_inside(folder, calibration) if calibration else None,
        figures=_part(folder, about, "figures"),
    )


def verify(folder: Path) -> list[str]:
    """Sentences on files that are missing, changed or left out of the sums; none where there are no sums."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        return [f"{folder / SUMS} cannot be read: {error}."]
    expected = {name.strip().removeprefix("*"): sha256 for sha256, _, name in (line.partition(" ") for line in lines)}
    found = []
    for name in sorted(expected.keys() | {path.name for path in _summed(folder)}):
        path = folder / name
        if name not in expected:
            found.append(f"{path} is not in {SUMS}.")
        elif not path.is_file():
            found.append(f"{path} is missing.")
        elif (sha256 := file_sha256(path)) != expected[name]:
            found.append(f"{path} has sha256 {sha256}, not {expected[name]}; get the adapter again.")
    return found


def seal(folder: Path) -> None:
    """Write the sums of a finished adapter, for the programs that make one."""
    new = folder / f"{SUMS}.new"
    new.write_text(_sums(folder), encoding="utf-8", newline="\n")
    os.replace(new, folder / SUMS)


def _folder(adapter: str | Path | None) -> Path:
    if adapter is not None and Path(adapter).expanduser().is_dir():
        return Path(adapter).expanduser().resolve()
    name = DEFAULT if adapter is None else str(adapter)
    package = Path(__file__).resolve().parent
    # Beside the modules where it is installed, beside the package in a checkout.
    places = [package / "models", package.parent / "models"]
    if "/" not in name and os.sep not in name and name not in (".", ".."):
        for place in places:
            if (place / name / _CONFIG).is_file():
                return place / name
    if adapter is None:
        raise ModelError(f"The adapter {name} is not in {' or '.join(map(str, places))}; install mtcheck again.")
    raise ModelError(f"{adapter}: no such adapter folder, and mtcheck comes with no adapter of this name.")


def _read_json(folder: Path, name: str) -> dict[str, Any]:
    try:
        data = json.loads((folder / name).read_bytes())
    except FileNotFoundError:
        raise ModelError(f"{folder}: no {name} in this folder, so it is not an adapter.") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"{folder / name} cannot be read: {error}.") from error
    if not isinstance(data, dict):
        raise ModelError(f"{folder / name} holds no JSON object.")
    return data


def _part(folder: Path, about: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = about.get(name, {})
    if not isinstance(part, dict):
        raise ModelError(f"{folder / _DESCRIPTION}: {name!r} is no JSON object.")
    return part


def _inside(folder: Path, name: object) -> Path:
    path = folder / str(name)
    if path.parent != folder or not path.is_file():
        raise ModelError(f"{folder / _DESCRIPTION} names the calibration {name}, which is not in the folder.")
    return path


def _summed(folder: Path) -> list[Path]:
    return sorted(path for pattern in _SUMMED for path in folder.glob(pattern))


def _sums(folder: Path) -> str:
    return "".join(f"{file_sha256(path)}  {path.name}\n" for path in _summed(folder))
