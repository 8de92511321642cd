from __future__ import annotations

import io
import sys

import pytest

from mtcheck.progress import terminal_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with terminal_progress() as progress:
        progress("[/b] [red]draft.txt", 1, 2)
    return stream.getvalue()


def test_a_label_is_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "[/b] [red]draft.txt" in shown(monkeypatch, Terminal())


def test_where_there_is_no_terminal_nothing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, io.StringIO()) == ""
