from __future__ import annotations

from typing import Any
from urllib.parse import unquote

COMMAND = "::"


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """What GitHub's runner reads: name, properties and message, with its escapes undone."""
    found = []
    for line in text.split("\n")[:-1]:
        assert line.startswith(COMMAND)
        head, _, message = line[2:].partition("::")
        name, _, listed = head.partition(" ")
        properties = dict(entry.split("=", 1) for entry in listed.split(","))
        found.append((name, {key: unquote(value) for key, value in properties.items()}, unquote(message)))
    return found


def test_every_finding_is_a_command(run: Any) -> None:
    found = commands(run.printed("github"))
    assert [name for name, _, _ in found] == ["error", "warning", "warning", "notice", "error", "error"]
    _, properties, message = found[0]
    assert properties == {
        "file": "news/a b,%é: <&>.txt",
        "line": "1",
        "endLine": "1",
        "col": "10",
        "endColumn": "21",
        "title": "mtcheck MT101 97 %",
    }
    assert message.startswith("“dying march”: Garbled wording? It may have been “death march”.")


def test_a_finding_over_two_lines_has_no_end_column(run: Any) -> None:
    _, properties, _ = commands(run.printed("github"))[2]
    assert "endColumn" not in properties
    assert properties["endLine"] == "3"


def test_a_draft_gives_no_commands_of_its_own(run: Any) -> None:
    text = run.printed("github")
    assert len(text.splitlines()) == text.count("\n")
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in text.splitlines())
