"""The examples of docs/api.md give what they say."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from mtcheck import Checker

PAGE = Path(__file__).parent.parent / "docs" / "api.md"


def test_the_examples_of_the_api_page_give_what_they_say(
    checker: Checker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "page.html").write_text(
        "<p>The two <b>presidents</b> are scheduled to satisfy in Geneva on Monday to discuss a ceasefire.</p>"
    )
    monkeypatch.chdir(tmp_path)
    # The model is loaded once for all tests; a checker with options of its own is a real one.
    monkeypatch.setattr("mtcheck.checker.Checker", lambda **options: Checker(**options) if options else checker)
    failed, tried = doctest.testfile(str(PAGE), module_relative=False)
    assert (failed, tried > 10) == (0, True)
