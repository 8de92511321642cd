"""Windows are read once, and asked for proposals and gains as these are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mtcheck import Checker
from mtcheck.known_windows import KnownWindows, Wanted, WindowCache
from mtcheck.language_model.editing import Pass
from mtcheck.segments import Span
from mtcheck.weighing import Question

GARBLED = "The two sides are scheduled to satisfy in Geneva on Monday."
SOUND = "It rained in the north of the country all day."
MEET = Question(Span(31, 38), "meet")


@pytest.fixture
def reads(checker: Checker, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of all windows that the model reads."""
    found: list[str] = []
    model_read = checker._model.read

    def counting(windows: Sequence[Sequence[int]], alternatives: int = 6) -> Pass:
        found.extend(checker._model.decode(ids) for ids in windows)
        return model_read(windows, alternatives)

    monkeypatch.setattr(checker._model, "read", counting)
    return found


def known_windows(checker: Checker, cache: WindowCache | None = None) -> KnownWindows:
    return KnownWindows(checker._model, checker._calibration, checker._swaps, cache)


def test_the_same_text_is_read_once(checker: Checker, reads: list[str]) -> None:
    first, second, third = known_windows(checker).read([GARBLED, SOUND, GARBLED])
    assert sorted(reads) == sorted([GARBLED, SOUND])
    assert first is third
    assert first is not second


def test_proposals_are_made_for_the_words_that_were_asked_about(checker: Checker, reads: list[str]) -> None:
    windows = known_windows(checker)
    (known,) = windows.read([GARBLED])
    word = next(word for word in known.words if word.span == MEET.span)
    windows.ask([Wanted(GARBLED, [word], [MEET])])
    assert "meet" in [proposal.text for proposal in known.proposals[word.span]]
    assert known.gains[MEET] > 0
    assert set(known.proposals) == {word.span}
    assert len(reads) == 1


def test_what_another_check_found_out_is_known(checker: Checker, reads: list[str]) -> None:
    cache: WindowCache = WindowCache(4)
    (known,) = known_windows(checker, cache).read([GARBLED])
    word = next(word for word in known.words if word.span == MEET.span)
    later = known_windows(checker, cache)
    assert later.read([GARBLED]) == [known]
    assert len(reads) == 1
    later.ask([Wanted(GARBLED, [word])])  # its memory is gone, so it is read again
    assert len(reads) == 2
    last = known_windows(checker, cache)
    last.read([GARBLED])
    last.ask([Wanted(GARBLED, [word])])
    assert len(reads) == 2
