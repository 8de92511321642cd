"""``mtcheck serve``: LanguageTool's HTTP API and an own one, for editors, browsers and other programs."""

from __future__ import annotations

from pathlib import Path

import click
from platformdirs import user_data_path

from mtcheck.commands import configured, options
from mtcheck.commands.configured import ConfiguredCommand
from mtcheck.commands.loading import CheckerOptions
from mtcheck.errors import UsageError
from mtcheck.policy import Policy
from mtcheck.progress import terminal_progress


@click.command(cls=ConfiguredCommand, short_help="Serve editors, browsers and other programs over HTTP.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "-p",
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8081,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--api-key",
    metavar="KEY",
    envvar="MTCHECK_API_KEY",
    show_envvar=True,
    help="Answer only who knows this key. Better set in the environment, where no list of processes shows it.",
)
@click.option(
    "--allow-origin",
    "origins",
    metavar="ORIGIN",
    multiple=True,
    help="Let web pages of this origin, say https://example.org, use the server; * for all. Repeatable.",
)
@click.option(
    "--max-text-length",
    metavar="N",
    type=click.IntRange(1, 10_000_000),
    default=100_000,
    show_default=True,
    help="Longest text, in characters as LanguageTool counts them.",
)
@click.option(
    "--max-seconds",
    metavar="N",
    type=click.FloatRange(0.1),
    default=300.0,
    show_default=True,
    help="Longest time to an answer, waiting included.",
)
@click.option(
    "--queue",
    metavar="N",
    type=click.IntRange(1, 10_000),
    default=64,
    show_default=True,
    help="Most texts that are checked or wait at a time.",
)
@click.option(
    "--max-per-minute",
    metavar="N",
    type=click.IntRange(1),
    help="Most checks a minute from one address.  [default: any number]",
)
@click.option(
    "--words",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Where accepted words are kept.  [default: words.sqlite in the user's data folder]",
)
@options.checker
@options.configuration()
@click.pass_context
def serve(
    ctx: click.Context,
    host: str,
    port: int,
    api_key: str | None,
    origins: tuple[str, ...],
    max_text_length: int,
    max_seconds: float,
    queue: int,
    max_per_minute: int | None,
    words: str | None,
    checker: CheckerOptions,
) -> None:
    """Serve LanguageTool's HTTP API under /v2/ and mtcheck's own under /api/, for editors, browsers and programs.

    What the configuration says of rules, severities and accepted wording holds for all texts. Logs go to standard
    error, a JSON object a line, without the text of drafts. Ctrl-C stops the server.
    """
    try:
        from mtcheck.server import app, logs, run
        from mtcheck.server.settings import Settings
        from mtcheck.server.words import Words
    except ModuleNotFoundError as error:
        raise UsageError(
            f"`mtcheck serve` needs {error.name}, which is not installed: python -m pip install 'mtcheck[server]'"
        ) from error

    if api_key == "":
        raise click.BadParameter("the key is empty.", param_hint="'--api-key'")
    loopback = run.is_loopback(host)
    settings = Settings(
        longest_text=max_text_length,
        seconds=max_seconds,
        queue=queue,
        per_minute=max_per_minute,
        api_key=api_key,
        origins=origins,
        own_hosts=run.LOCAL_NAMES | {host} if loopback else frozenset(),
    )
    policy = Policy(configured.settings(ctx, tuple(configured.of(ctx).options.get("accept", ()))))
    accepted = Words(Path(words) if words else user_data_path("mtcheck", appauthor=False) / "words.sqlite")
    with run.listen(host, port) as listening:
        with terminal_progress() as progress:
            loaded = checker.load(progress)
        logs.set_up()
        if not loopback and api_key is None:
            logs.LOGGER.warning("open to the network without an API key")
        click.echo(f"mtcheck listens on {run.url(listening)}")
        run.run(app.create(loaded, accepted, settings, policy), listening)
