"""From windows of text to judged words and proposals: language model, detector and suggester, batch by batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mtcheck import detector, suggester
from mtcheck.calibration import Logistic
from mtcheck.detector import WordReading
from mtcheck.language_model.editing import EditingModel, Reading
from mtcheck.suggester import Place

BATCH_TOKENS = 4096
"""Tokens of one pass, both copies of all its windows with their padding."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One window's words, the proposals at its suspicious ones, and the pass they come from."""

    words: list[WordReading]
    places: list[Place]
    reading: Reading


def judge(model: EditingModel, texts: Sequence[str], weights: Logistic, look_from: float) -> list[Judgement]:
    """Judge windows of text, read in batches of like lengths.

    Words whose log odds to be garbled are below ``look_from`` get no proposals.
    """
    tokens = [model.tokenize(text) for text in texts]
    order = sorted(range(len(texts)), key=lambda i: len(tokens[i].ids))
    results: dict[int, Judgement] = {}
    for batch in _batches(order, [2 * len(item.ids) + 2 for item in tokens]):
        some, cut = [texts[i] for i in batch], [tokens[i] for i in batch]
        read = model.read([item.ids for item in cut])
        words = [
            detector.read_words(text, item, reading, weights)
            for text, item, reading in zip(some, cut, read.readings, strict=True)
        ]
        places = [Place(row, word) for row, found in enumerate(words) for word in found if word.logit >= look_from]
        suggester.propose(read, some, cut, words, places, model.decode, model.sep)
        for row, i in enumerate(batch):
            results[i] = Judgement(words[row], [place for place in places if place.row == row], read.readings[row])
    return [results[i] for i in range(len(texts))]


def _batches(order: Sequence[int], sizes: Sequence[int]) -> Iterator[list[int]]:
    """Cut indices, sorted by size, into batches whose padded size stays within bounds."""
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * sizes[i] > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
