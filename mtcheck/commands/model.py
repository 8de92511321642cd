"""``mtcheck model``: fetch, describe and verify the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from mtcheck import adapter as adapters
from mtcheck import base_model, merged_copies
from mtcheck.commands import options
from mtcheck.errors import ModelError
from mtcheck.progress import terminal_progress


@click.group(short_help="Fetch, describe or verify the models.")
def model() -> None:
    """Fetch, describe or verify the models.

    Once fetched, the base model stays in the user's cache (MTCHECK_CACHE names another folder) and mtcheck needs no
    network. MTCHECK_OFFLINE=1 forbids it the network altogether.
    """


@model.command()
@options.model
@click.option("--force", is_flag=True, help="Get the default model anew even if it is there.")
def fetch(model: str | None, force: bool) -> None:
    """Get the base model and make it ready, unless it is."""
    with terminal_progress() as progress:
        base = base_model.fetch(model, force=force, progress=progress)
    click.echo(f"{base.name} is ready in {base.folder} (from {base.origin})")


@model.command()
@options.model
@options.adapter
def info(model: str | None, adapter: str | None) -> None:
    """Say which models are used, where they are and how good they are."""
    about = base_model.info(model)
    _table("Base model", _base_rows(about))
    # Without an adapter the base model is still worth knowing about; the error comes after it.
    found = adapters.locate(adapter)
    click.echo()
    _table("Adapter", _adapter_rows(found))
    kept = [copy for copy in merged_copies.all_kept() if copy.load() is not None]
    if kept:
        click.echo()
        _table("Both merged, as a start maps them", {copy.folder.name: copy.ready for copy in kept})
    if found.figures:
        click.echo()
        _table("Figures", {name.replace("_", " "): value for name, value in found.figures.items()})
    if about.base is not None and found.base_sha256 not in ("", about.base.sha256):
        click.echo()
        click.echo(f"This adapter was trained on another base model, {found.base_name}.")


@model.command()
@options.model
@options.adapter
def verify(model: str | None, adapter: str | None) -> None:
    """Read all files of the models and compare them with their sums."""
    with terminal_progress() as progress:
        problems = base_model.verify(model, progress=progress)
    try:
        adapters.locate(adapter)
    except ModelError as error:
        problems.append(str(error))
    problems += merged_copies.problems()
    for problem in problems[:-1]:
        click.echo(f"mtcheck: {problem}", err=True)
    if problems:
        raise ModelError(problems[-1])
    click.echo("Base model and adapter are complete and unchanged.")


def _base_rows(about: base_model.BaseInfo) -> dict[str, Any]:
    if about.base is None:
        return {"name": about.name, "folder": f"not in {about.cache}; `mtcheck model fetch` gets it"}
    return {
        "name": about.base.name,
        "origin": about.base.origin,
        "folder": about.base.folder,
        "files": [f"{_size(size):>8}  {name}" for name, size in about.files],
        "sha256": about.base.sha256,
        "prepared with": ", ".join(f"{library} {version}" for library, version in about.versions.items()),
    }


def _adapter_rows(adapter: adapters.Adapter) -> dict[str, Any]:
    files = [path for path in sorted(adapter.folder.iterdir()) if path.is_file()]
    return {
        "name": adapter.name,
        "version": adapter.version,
        "created": adapter.created,
        "folder": adapter.folder,
        "files": [f"{_size(path.stat().st_size):>8}  {path.name}" for path in files],
        "sha256": adapter.sha256,
        "trained on": adapter.base_name,
    }


def _table(title: str, rows: Mapping[str, Any]) -> None:
    """Print rows under a title; a row of several values takes several lines, and one without a value none."""
    rows = {name: value for name, value in rows.items() if value not in ("", [], None)}
    width = max(map(len, rows), default=0)
    click.echo(title)
    for name, value in rows.items():
        values = value if isinstance(value, list) else [value]
        for number, line in enumerate(values):
            click.echo(f"  {name if number == 0 else '':<{width}}  {line}")


def _size(size: int) -> str:
    if size < 10_000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"
