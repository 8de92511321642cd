"""How near the text is to its original, before and after the first suggestions: sacreBLEU's BLEU, chrF and TER.

The scores are of sentences, as these metrics are meant: each document is cut where sentences end, into the same
stretches of text, mended text and original. TER takes minutes for a whole article and milliseconds for its sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from sacrebleu.metrics.base import Metric
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mtcheck.evaluation.bootstrap import Array, Estimate, Resamples, interval
from mtcheck.evaluation.scoring import Comparison
from mtcheck.evaluation.wording import Edit, Overlaps, apply
from mtcheck.segments import paragraphs, sentences

LONGEST = 100
"""Words after which a sentence is cut although it goes on."""

_RUN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Segment:
    """A sentence or so: as it stands, with the first suggestions applied, and as the original has it."""

    before: str
    after: str
    original: str


@dataclass(frozen=True, slots=True)
class MetricScore:
    """One metric's scores, from 0 to 100 (TER can be above); ``gain`` is after less before.

    For BLEU and chrF more is better, for TER, which counts edits, less. ``signature`` is sacreBLEU's own.
    """

    name: str
    signature: str
    before: Estimate
    after: Estimate
    gain: Estimate


@dataclass(frozen=True, slots=True)
class Translation:
    """Scores over so many segments."""

    segments: int
    metrics: tuple[MetricScore, ...]


def compare(comparisons: Sequence[Comparison], resamples: Resamples) -> Translation | None:
    """Score annotated documents, which come first in the resamples; ``None`` where nothing was garbled."""
    if not any(comparison.document.spans for comparison in comparisons):
        return None
    documents = [cut(comparison) for comparison in comparisons]
    metrics = {"BLEU": BLEU(), "chrF": CHRF(), "TER": TER()}
    scores = tuple(_score(name, metric, documents, resamples) for name, metric in metrics.items())
    return Translation(sum(map(len, documents)), scores)


def cut(comparison: Comparison) -> list[Segment]:
    """A document as segments that no garbled span and no finding crosses; empty ones are left out."""
    text, suggestions, originals = comparison.document.text, comparison.first_suggestions(), comparison.originals()
    crossing = Overlaps([*suggestions, *originals])
    starts = [0, *(place for place in _sentence_starts(text) if place and not crossing.touching(place, place))]
    parts = zip(pairwise([*starts, len(text)]), _parted(suggestions, starts), _parted(originals, starts), strict=True)
    segments = [
        Segment(
            _tidy(text[start:end]),
            _tidy(apply(text[start:end], mended, start)),
            _tidy(apply(text[start:end], restored, start)),
        )
        for (start, end), mended, restored in parts
    ]
    return [segment for segment in segments if segment.before or segment.original]


def _parted(edits: Sequence[Edit], starts: Sequence[int]) -> list[list[Edit]]:
    """The edits of each piece of a text whose pieces have these starts."""
    parts: list[list[Edit]] = [[] for _ in starts]
    for edit in edits:
        parts[bisect_right(starts, edit.start) - 1].append(edit)
    return parts


def _sentence_starts(text: str) -> Iterator[int]:
    for paragraph in paragraphs(text):
        for sentence in sentences(text, paragraph.start, paragraph.end):
            runs = _RUN.finditer(text, sentence.start, sentence.end)
            yield from (run.start() for number, run in enumerate(runs) if number % LONGEST == 0)


def _tidy(text: str) -> str:
    return " ".join(text.split())


def _score(name: str, metric: Metric, documents: Sequence[Sequence[Segment]], resamples: Resamples) -> MetricScore:
    before = _statistics(metric, documents, [segment.before for some in documents for segment in some])
    after = _statistics(metric, documents, [segment.after for some in documents for segment in some])

    def compute(row: Array) -> float:
        return float(metric._compute_score_from_stats(row.tolist()).score)

    values = compute(before.sum(axis=0)), compute(after.sum(axis=0))
    resampled = resamples.score(before, compute), resamples.score(after, compute)
    if sum(map(bool, documents)) < 2:
        resampled = resampled[0][:0], resampled[1][:0]
    return MetricScore(
        name=name,
        signature=str(metric.get_signature()),
        before=interval(values[0], resampled[0]),
        after=interval(values[1], resampled[1]),
        gain=interval(values[1] - values[0], resampled[1] - resampled[0]),
    )


def _statistics(metric: Metric, documents: Sequence[Sequence[Segment]], texts: Sequence[str]) -> Array:
    """What the metric counts in each document: sums over its segments.

    sacreBLEU's own resampling uses the same two methods, but draws segments, and not the documents that they are of.
    """
    originals = [segment.original for some in documents for segment in some]
    counts = np.array(metric._extract_corpus_statistics(texts, [originals]), dtype=np.float64)
    ends = np.cumsum([len(some) for some in documents])
    return np.array([part.sum(axis=0) for part in np.split(counts, ends[:-1])])
