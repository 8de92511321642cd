"""``mtcheck explain``: say what a rule finds, and why."""

from __future__ import annotations

import difflib
import shutil

import click
from click.shell_completion import CompletionItem

from mtcheck.errors import UsageError
from mtcheck.rules import RULES, Rule

WIDEST = 100
"""Columns that text is wrapped to at most."""


def _completed(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return [
        CompletionItem(one.code, help=one.title) for one in RULES.values() if one.code.startswith(incomplete.upper())
    ]


@click.command(short_help="Explain a rule, or list all of them.")
@click.argument("codes", metavar="[RULE]...", nargs=-1, shell_complete=_completed)
def explain(codes: tuple[str, ...]) -> None:
    """Say what a rule finds and why, with an example that it flags and one that it does not; without one, list all."""
    if not codes:
        for rule in RULES.values():
            click.echo(f"{rule.code}  {rule.title}")
    for number, code in enumerate(codes):
        if number:
            click.echo()
        click.echo(_explained(_rule(code)))


def _rule(code: str) -> Rule:
    found = RULES.get(code.upper())
    if found is None:
        nearest = difflib.get_close_matches(code.upper(), RULES, 1, 0.0)[0]
        raise UsageError(f"there is no rule {code!r}; the nearest one is {nearest}, `mtcheck explain` lists all")
    return found


def _explained(rule: Rule) -> str:
    width = min(WIDEST, shutil.get_terminal_size().columns)
    parts = [
        f"{rule.code}: {rule.title}",
        _block(rule.what, width),
        "",
        _block(rule.why, width),
        "",
        "Flagged, between brackets:" if "[" in rule.flags[0] else "Flagged:",
        _block(rule.flags[0], width),
        "Not flagged:",
        _block(rule.passes[0], width),
        "",
        f"Leave one out: a comment `mtcheck: ignore {rule.code}` in the draft.",
        f'Leave all out: {rule.code} = "off" under [rules] of the configuration.',
    ]
    return "\n".join(parts)


def _block(text: str, width: int) -> str:
    return click.wrap_text(text, width, "  ", "  ")
