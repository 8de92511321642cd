"""What was judged lately: a text that is checked again after a small change costs little more than the change.

A window's words depend on its text alone, all else also on how garbled the document's other words look and on the names
that are asked about. Both are kept apart, so that a change elsewhere in the document need not undo them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cachetools import LRUCache

from mtcheck.detector import WordReading
from mtcheck.weighing import Question

if TYPE_CHECKING:
    from mtcheck.judgement import Judgement

MOST_WINDOWS = 256
"""Windows that are kept, some 150 kB each."""

Key = tuple[str, tuple[float, ...], tuple[Question, ...]]


class WindowCache:
    """The last windows that were judged with one model and one calibration."""

    def __init__(self, most: int = MOST_WINDOWS) -> None:
        self._words: LRUCache[str, list[WordReading]] = LRUCache(most)
        self._judged: LRUCache[Key, Judgement] = LRUCache(most)

    def words(self, text: str) -> list[WordReading] | None:
        """A window's words, judged by their own figures."""
        return self._words.get(text)

    def keep_words(self, text: str, words: list[WordReading]) -> None:
        """Keep a window's words."""
        self._words[text] = words

    @staticmethod
    def key(text: str, words: Sequence[WordReading], asked: Sequence[Question]) -> Key:
        """All that a window's judgement depends on; ``words`` are judged in company."""
        return text, tuple(word.features["rate"] for word in words), tuple(asked)

    def judgement(self, key: Key) -> Judgement | None:
        """A window's judgement."""
        return self._judged.get(key)

    def keep_judgement(self, key: Key, judgement: Judgement) -> None:
        """Keep a window's judgement."""
        self._judged[key] = judgement
