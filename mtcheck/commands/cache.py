"""``mtcheck cache``: say what is kept of earlier checks, or drop it."""

from __future__ import annotations

import click

from mtcheck.base_model import cache_folder
from mtcheck.cache import LARGEST, ResultCache


@click.group(short_help="Show or clear the kept results.")
def cache() -> None:
    """Show or clear the results that are kept, so that files that did not change are not checked again.

    They are in the user's cache folder (MTCHECK_CACHE names another one) and hold the wordings of findings.
    """


@cache.command()
def info() -> None:
    """Say where the kept results are and how many there are."""
    with ResultCache(cache_folder()) as kept:
        found = kept.info()
    click.echo(f"file     {found.path}")
    click.echo(f"results  {found.results:,}")
    click.echo(f"size     {found.size / 1e6:,.1f} MB of at most {LARGEST / 1e6:,.0f} MB")


@cache.command()
def clear() -> None:
    """Drop all kept results."""
    with ResultCache(cache_folder()) as kept:
        count = kept.info().results
        kept.clear()
    click.echo(f"{count:,} results dropped")
