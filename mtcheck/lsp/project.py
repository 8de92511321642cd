"""What the project says about a draft: the nearest configuration, and adding accepted wording to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array
from tomlkit.toml_document import TOMLDocument

from mtcheck import configuration
from mtcheck.baseline import Baseline
from mtcheck.commands import check
from mtcheck.configuration import OWN_FILE, Configuration
from mtcheck.errors import ConfigurationError
from mtcheck.findings import Severity
from mtcheck.output import open_output
from mtcheck.policy import Policy
from mtcheck.settings import Patterns


@dataclass(frozen=True)
class Project:
    """What holds for a draft.

    Attributes:
        policy: which findings are shown.
        excluded: whether the draft is not to be checked.
        all_text: whether all text of a web page is checked, not only its main text.
        fields: the fields to check of records.
    """

    policy: Policy
    excluded: bool
    all_text: bool
    fields: Sequence[str]


def project_of(path: str, found: Path | None, usual: Severity) -> Project:
    """What a configuration, if there is one, says of a draft; ``usual`` is the least severity where it says none.

    Raises:
        ConfigurationError: the configuration is wrong; its text says where.
        UsageError: there is no baseline where it should be.
    """
    read = configuration.read(found, check.check.params) if found else Configuration()
    options = read.options
    minimum = options.get("min_severity")
    baseline = options.get("baseline")
    policy = Policy(
        settings=replace(read.settings, accept=tuple(options.get("accept", ()))),
        baseline=Baseline.read(Path(baseline)) if baseline else None,
        minimum=Severity[minimum.upper()] if minimum else usual,
    )
    excluded = Patterns(options.get("exclude", ()), read.folder).match(path)
    return Project(policy, excluded, bool(options.get("all_text")), options.get("fields", ()))


def accept(found: Path, phrase: str) -> None:
    """Write a phrase into a configuration's accepted wording; an mtcheck.toml that is not there is made.

    Raises:
        ConfigurationError: the configuration is wrong or cannot be written.
    """
    try:
        text = found.read_text(encoding="utf-8") if found.exists() else ""
        document = tomlkit.parse(text)
        _add(document, found.name == OWN_FILE, " ".join(phrase.split()))
        with open_output(str(found), utf8=True) as stream:
            stream.write(tomlkit.dumps(document))
    except OSError as error:
        raise ConfigurationError(f"{found}: cannot be written: {error.strerror or error}") from error
    except (TOMLKitError, UnicodeDecodeError, TypeError) as error:
        raise ConfigurationError(f"{found}: not valid TOML: {error}") from error


def _add(document: TOMLDocument, own: bool, phrase: str) -> None:
    table = document if own else document["tool"]["mtcheck"]
    if "accept" not in table:
        # Before the first table, where keys belong; tomlkit takes care of it.
        table.add("accept", tomlkit.array())
    accepted = table["accept"]
    if not isinstance(accepted, Array):
        raise TypeError("accept is no list")
    if phrase not in accepted:
        accepted.append(phrase)
        if len(accepted) > 3:
            accepted.multiline(True)
