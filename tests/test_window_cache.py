"""What was judged lately is not judged again."""

from __future__ import annotations

from mtcheck.detector import WordReading
from mtcheck.segments import Span
from mtcheck.weighing import Question
from mtcheck.window_cache import WindowCache


def word(rate: float) -> WordReading:
    return WordReading(Span(0, 4), 0, 1, 0, 1.0, 1.0, {"rate": rate})


def test_the_windows_used_last_are_kept() -> None:
    cache = WindowCache(2)
    for text in ("one", "two"):
        cache.keep_words(text, [word(-3.0)])
    assert cache.words("one") is not None
    cache.keep_words("three", [])
    assert cache.words("two") is None
    assert cache.words("one") == [word(-3.0)]


def test_a_judgement_holds_for_its_text_rates_and_questions_alone() -> None:
    question = Question(Span(0, 4), "Rome")
    key = WindowCache.key("Roma", [word(-3.0)], [question])
    assert key == WindowCache.key("Roma", [word(-3.0)], [question])
    assert key != WindowCache.key("Roma", [word(-2.8)], [question])
    assert key != WindowCache.key("Roma", [word(-3.0)], [])
    assert key != WindowCache.key("Rome", [word(-3.0)], [question])
    assert WindowCache().judgement(key) is None
