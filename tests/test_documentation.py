from __future__ import annotations

import re
from pathlib import Path

import pytest
from cogapp import Cog

from mtcheck.rules import RULES

ROOT = Path(__file__).resolve().parents[1]


def test_the_list_of_commands_and_options_is_that_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    status = Cog().main(["cog", "--check", "--diff", str(ROOT / "docs" / "commands.md")])
    assert status == 0, f"run `cog -r docs/commands.md`:\n{capsys.readouterr().out}"


def test_the_readme_names_every_rule() -> None:
    listed = re.findall(r"^\| (MT\d+) \|", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(RULES)


def test_links_between_documents_lead_somewhere() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
