"""Windows are read once, and asked for proposals and gains as these are wanted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mtcheck import Checker
from mtcheck.detector import WordReading
from mtcheck.known_windows import CopyWords, KnownWindows, Rewritten, Wanted, WindowCache
from mtcheck.language_model.passes import Pass
from mtcheck.segments import Span
from mtcheck.weighing import Question

GARBLED = "The two sides are scheduled to satisfy in Geneva on Monday."
SOUND = "It rained in the north of the country all day."
PLACE = ("span", "first", "behind", "departs")
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


def test_a_copy_is_read_once_and_again_only_when_its_memory_was_let_go(checker: Checker, reads: list[str]) -> None:
    cache: WindowCache = WindowCache(4)
    windows = known_windows(checker, cache)
    windows.read([GARBLED])
    rewritten = Rewritten(GARBLED, GARBLED.replace("satisfy", "meet"))
    (copied,) = windows.copy_again([rewritten])
    assert windows.copy_again([rewritten]) == [copied]
    at = rewritten.copy.index("Monday")
    place, figures = next(pair for pair in copied.words if pair[0].span.start == at)
    assert figures["surprisal"] >= 0
    word = WordReading(place.span, place.first, place.behind, place.departs, 2.0, 2.0, figures)
    windows.ask_copies([(rewritten, CopyWords([word], [word]))])
    assert set(copied.proposals) == {word.span}
    assert len(reads) == 1
    later = known_windows(checker, cache)
    later.read([GARBLED])
    assert later.copy_again([rewritten]) == [copied]
    other = WordReading(*[getattr(copied.words[0][0], name) for name in PLACE], 2.0, 2.0, copied.words[0][1])
    later.ask_copies([(rewritten, CopyWords([other], [other]))])  # the draft is read again, and the copy behind it
    assert len(reads) == 2
    assert set(copied.proposals) == {word.span, other.span}
