"""From documents' windows to judged words and proposals: language model, detector, suggester, and a second pass."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from mtcheck import detector, rescoring, second_pass, suggester, weighing
from mtcheck.calibration import Calibration
from mtcheck.detector import Company, WordReading
from mtcheck.language_model.editing import EditingModel, Pass, Reading, Tokens
from mtcheck.segments import Span
from mtcheck.suggester import Place
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question
from mtcheck.window_cache import WindowCache

BATCH_TOKENS = 4096
"""Tokens of one pass, both copies of all its windows with their padding."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One window's words, the proposals at its suspicious ones, and the pass they come from.

    ``gains`` (nats) answer the questions that were asked of the window.
    """

    words: list[WordReading]
    places: list[Place]
    reading: Reading
    gains: list[float]


def word_surprisals(judgement: Judgement, word: WordReading) -> tuple[float, float, int]:
    """Editing and plain surprisal of a word, nats, summed over its tokens, and how many these are."""
    tokens = slice(word.first, word.behind)
    editing, plain = judgement.reading.surprisal[tokens], judgement.reading.plain[tokens]
    return float(editing.sum()), float(plain.sum()), word.behind - word.first


@dataclass(frozen=True, slots=True)
class _Batch:
    """Windows that are read together: their numbers, texts and tokens, and the pass."""

    numbers: list[int]
    texts: list[str]
    tokens: list[Tokens]
    read: Pass


def judge(
    model: EditingModel,
    documents: Sequence[Sequence[str]],
    weights: Calibration,
    swaps: Swaps,
    before: Sequence[Company] = (),
    questions: Sequence[Sequence[Sequence[Question]]] = (),
    cache: WindowCache | None = None,
) -> tuple[list[list[Judgement]], list[Company]]:
    """Judge windows of some documents; ``before`` is what earlier windows of each were like.

    ``questions`` are wordings to weigh, for each window of each document. Windows that the ``cache`` knows are not read
    again.

    What each document's windows were like so far comes back with the judgements. The windows of all documents are read
    together, and their keys and values are held until all are.
    """
    texts = [text for windows in documents for text in windows]
    asked: list[Sequence[Question]] = [some for windows in questions for some in windows] or [()] * len(texts)
    cache = cache or WindowCache(1)
    alone = {i: known for i, text in enumerate(texts) if (known := cache.words(text)) is not None}
    batches = list(_read(model, texts, [i for i in range(len(texts)) if i not in alone]))
    for batch in batches:
        for row, number in enumerate(batch.numbers):
            alone[number] = _words(model, batch, row, weights, swaps)
            cache.keep_words(texts[number], alone[number])
    words: list[list[WordReading]] = []
    now: list[Company] = []
    for windows, earlier in zip(documents, before or [Company()] * len(documents), strict=True):
        read = [alone[len(words) + i] for i in range(len(windows))]
        judged_words, company = detector.in_company(read, weights.company, earlier)
        words += judged_words
        now.append(company)
    keys = [cache.key(*item) for item in zip(texts, words, asked, strict=True)]
    final = {i: found for i, key in enumerate(keys) if (found := cache.judgement(key)) is not None}
    unread = set(range(len(texts))) - final.keys() - {number for batch in batches for number in batch.numbers}
    batches += _read(model, texts, sorted(unread))
    first: dict[int, Judgement] = {}
    while batches:  # a batch's memory is given back once its proposals are made
        batch = batches.pop()
        places = _places(model, batch, [words[i] for i in batch.numbers], weights, swaps)
        gains = weighing.weigh(batch.read, batch.texts, batch.tokens, [asked[i] for i in batch.numbers], model.tokenize)
        for number, reading, found, gained in zip(batch.numbers, batch.read.readings, places, gains, strict=True):
            first[number] = Judgement(words[number], found, reading, gained)
    for i, judgement in _judge_again(model, texts, first, weights, swaps).items():
        cache.keep_judgement(keys[i], judgement)
        final[i] = judgement
    judged = iter(final[i] for i in range(len(texts)))
    return [list(itertools.islice(judged, len(windows))) for windows in documents], now


def _judge_again(
    model: EditingModel, texts: Sequence[str], first: Mapping[int, Judgement], weights: Calibration, swaps: Swaps
) -> dict[int, Judgement]:
    """Read windows again in which something was surely fixed; it clears the view on what is around the fixes."""
    final = dict(first)
    mended = {
        i: second_pass.mend(texts[i], fixes)
        for i, judgement in sorted(first.items())
        if (fixes := second_pass.sure_fixes(judgement.places, weights.fix_from))
    }
    again_texts = {i: item.text for i, item in mended.items()}
    for batch in _read(model, again_texts, list(mended)):
        changed = batch.numbers
        words = []
        for row, i in enumerate(changed):
            read = _words(model, batch, row, weights, swaps)
            words.append(second_pass.weigh(read, mended[i], first[i].words, weights.again))
        known = [second_pass.settled(mended[i], read, first[i].places) for i, read in zip(changed, words, strict=True)]
        places = _places(model, batch, words, weights, swaps, known)
        for i, again, found in zip(changed, words, places, strict=True):
            joined = second_pass.join(mended[i], first[i].words, first[i].places, again, found)
            final[i] = replace(first[i], words=joined[0], places=joined[1])
    return final


def _words(model: EditingModel, batch: _Batch, row: int, weights: Calibration, swaps: Swaps) -> list[WordReading]:
    """The words of one window of a batch, judged by their own figures."""
    text, tokens, reading = batch.texts[row], batch.tokens[row], batch.read.readings[row]
    return detector.read_words(text, tokens, reading, weights.alone, swaps, model.spell)


def _places(
    model: EditingModel,
    batch: _Batch,
    words: Sequence[Sequence[WordReading]],
    weights: Calibration,
    swaps: Swaps,
    settled: Sequence[Set[Span]] = (),
) -> list[list[Place]]:
    """The suspicious words of each window of a batch with ranked proposals, none for words that are ``settled``."""
    places = [Place(row, word) for row, found in enumerate(words) for word in found if word.logit >= weights.look_from]
    asked = [place for place in places if not settled or place.word.span not in settled[place.row]]
    suggester.propose(batch.read, batch.texts, batch.tokens, words, asked, model.decode, model.sep)
    rescoring.rescore(batch.read, batch.texts, batch.tokens, asked, model.tokenize, weights.wording, swaps)
    return [[place for place in places if place.row == row] for row in range(len(words))]


def _read(model: EditingModel, texts: Sequence[str] | Mapping[int, str], numbers: Sequence[int]) -> Iterator[_Batch]:
    """Read the texts of these numbers in batches of like lengths whose padded size stays within bounds."""
    tokens = {i: model.tokenize(texts[i]) for i in numbers}
    sizes = {i: 2 * len(item.ids) + 2 for i, item in tokens.items()}
    cut: list[list[int]] = []
    for i in sorted(numbers, key=sizes.__getitem__):
        if cut and (len(cut[-1]) + 1) * sizes[i] <= BATCH_TOKENS:
            cut[-1].append(i)
        else:
            cut.append([i])
    for together in cut:
        read = model.read([tokens[i].ids for i in together])
        yield _Batch(together, [texts[i] for i in together], [tokens[i] for i in together], read)
