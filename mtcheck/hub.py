"""The Hugging Face hub: files of models, as safetensors only, without the library's own bars, warnings and waits."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mtcheck.base_source import BaseSource, file_sha256
from mtcheck.errors import ModelError
from mtcheck.progress import Progress

_PATTERNS = ["*.json", "*.safetensors", "tokenizer.model", "*.jinja"]
_PROBE_SECONDS = 10.0


def from_hub(source: BaseSource, folder: Path, progress: Progress) -> Path:
    """Download the model's own files from the hub into the existing ``folder``, each checked against its sha256."""
    from huggingface_hub import hf_hub_download

    with _quietly():
        for number, (name, sha256) in enumerate(source.hub_files.items()):
            progress(f"Downloading {source.name} from the hub", number, len(source.hub_files))
            if number == 0:
                _probe(source.repository, name, source.revision)
            fetched = Path(hf_hub_download(source.repository, name, revision=source.revision, local_dir=folder))
            if (found := file_sha256(fetched)) != sha256:
                raise ModelError(f"{name} of {source.repository} has sha256 {found}, not {sha256}.")
    shutil.rmtree(folder / ".cache", ignore_errors=True)  # the hub library's notes about the download
    return folder


def snapshot(name: str, *, offline: bool, progress: Progress) -> Path:
    """The folder of a model in the hub library's own cache, which all programs of this user share.

    A model that is there is taken as it is, without asking the hub; ``offline`` allows nothing else.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    with _quietly():
        try:
            return Path(snapshot_download(name, allow_patterns=_PATTERNS, local_files_only=True))
        except LocalEntryNotFoundError:
            if offline:
                raise ModelError("it is not in the hub's cache here, and MTCHECK_OFFLINE forbids fetching") from None
        progress(f"Downloading {name} from the hub", 0, 0)
        _probe(name, "config.json", None)
        return Path(snapshot_download(name, allow_patterns=_PATTERNS))


def _probe(repository: str, name: str, revision: str | None) -> None:
    """Fail at once where the hub cannot be reached; a download would try again for half a minute."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    get_hf_file_metadata(hf_hub_url(repository, name, revision=revision), timeout=_PROBE_SECONDS)


@contextmanager
def _quietly() -> Iterator[None]:
    """Turn what the hub library raises into a ModelError of one line, and its bars and warnings off."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    logger = logging.getLogger("huggingface_hub")
    level, barred = logger.level, are_progress_bars_disabled()
    logger.setLevel(logging.CRITICAL)
    disable_progress_bars()
    try:
        yield
    except ModelError:
        raise
    except Exception as error:  # errors of the hub's library, and of the HTTP library that it happens to use
        raise ModelError(" ".join(str(error).split()) or type(error).__name__) from error
    finally:
        logger.setLevel(level)
        if not barred:
            enable_progress_bars()
