from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from fixing_files import checked

from mtcheck.findings import Finding, Severity
from mtcheck.fixing import dialog
from mtcheck.fixing.dialog import Dialog
from mtcheck.fixing.text_file import TextFile

SOURCE = "the dying march\n\na Witkov b\n\nthe dying march\n"


def keys(pressed: str) -> Callable[[], str]:
    left = iter(pressed)
    return lambda: next(left)


def answered(pressed: str, source: str = SOURCE, path: str = "a.md") -> tuple[str, str]:
    """The file after the answers, and what was shown."""
    shown = io.StringIO()
    file = TextFile(path, source.encode())
    talk = Dialog(shown, Severity.WARNING, key=keys(pressed))
    fixes = talk.choose(file, checked(file), lambda finding, wording, reason: pytest.fail(reason))
    return file.fixed(fixes).data.decode(), shown.getvalue()


def test_accepting_takes_the_suggestion_shown_and_n_shows_the_next() -> None:
    assert answered("asna")[0] == "the death march\n\na Witkov b\n\nthe other words\n"
    assert answered("nnassq")[0].startswith("the death march")


def test_a_question_shows_the_line_the_suggestion_and_the_keys() -> None:
    shown = answered("q")[1]
    assert "1 of 3" in shown
    assert "a.md:1:5: error MT101" in shown
    assert "    the dying march\n        ^^^^^^^^^^^\n" in shown
    assert "→ “death march” 90 % (1 of 2)" in shown
    assert "[u]ndo" in shown


def test_skipping_all_alike_holds_for_later_files() -> None:
    talk = Dialog(io.StringIO(), Severity.WARNING, key=keys("la" + "a"))
    results = []
    for path in ("a.md", "b.md"):
        file = TextFile(path, SOURCE.encode())
        results.append(file.fixed(talk.choose(file, checked(file), _refuse)).data.decode())
    assert results == [SOURCE.replace("Witkov", "Witkoff")] * 2


def test_undo_asks_again_and_takes_back_what_was_accepted_or_skipped() -> None:
    assert answered("auss" + "s")[0] == SOURCE
    assert answered("lua" + "ss")[0] == SOURCE.replace("dying", "death", 1)
    assert answered("aauusss")[0] == SOURCE
    assert "nothing to undo" in answered("uq")[1]


def test_quitting_keeps_what_was_accepted_and_so_does_the_end_of_the_input() -> None:
    assert answered("aq")[0] == SOURCE.replace("dying", "death", 1)
    assert answered("a\x04")[0] == SOURCE.replace("dying", "death", 1)


def test_an_own_wording_is_put_in_and_an_empty_one_asks_on(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = iter(["", "slow & sad <walk>"])
    monkeypatch.setattr(dialog.click, "prompt", lambda *args, **options: next(typed))
    assert answered("oosq")[0] == SOURCE.replace("dying march", r"slow \& sad \<walk\>", 1)


def test_what_cannot_be_put_in_is_said_and_the_question_stays() -> None:
    text, shown = answered("ansq", "<p>in some <b>time</b> in <i>the future</i></p>", "a.html")
    assert "That cannot be put there: markup around the words would be left empty." in shown
    assert text == "<p>in some <b>time</b> in <i>the future</i></p>"


def test_other_keys_say_which_there_are() -> None:
    assert answered("xq")[1].count("[a]ccept") == 3


def _refuse(finding: Finding, wording: str, reason: str) -> None:
    pytest.fail(reason)
