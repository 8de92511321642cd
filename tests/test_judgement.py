"""Windows judged: sure garbles first, doubtful words in the text they are fixed in."""

from __future__ import annotations

from mtcheck import Checker
from mtcheck.detector import Company, in_company
from mtcheck.judgement import judge
from mtcheck.known_windows import WindowCache

SURE = "The two sides are scheduled to satisfy in Geneva on Monday, the White Home said final week."


def test_doubtful_words_beside_a_sure_garble_are_looked_into_once(checker: Checker) -> None:
    cache: WindowCache = WindowCache(8)
    ((judged,), _) = judge(checker._model, [[SURE]], checker._calibration, checker._swaps, cache=cache)
    first = cache[SURE]
    ((words,), _) = in_company([first.words], checker._calibration.company, Company())
    sure = {word.span for word in words if word.logit >= checker._calibration.fix_from}
    assert "satisfy" in {SURE[span.start : span.end] for span in sure}
    assert set(first.proposals) == sure
    (copy,) = first.copies
    assert "to meet in Geneva" in copy
    assert sure <= {place.word.span for place in judged[0].places if place.proposals}


def test_a_sound_window_is_read_once(checker: Checker) -> None:
    cache: WindowCache = WindowCache(8)
    text = "It rained in the north of the country all day."
    judge(checker._model, [[text]], checker._calibration, checker._swaps, cache=cache)
    assert list(cache) == [text]
    assert cache[text].copies == {}
