"""From documents' windows to judged words and proposals: language model, detector, suggester, and a second pass."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from mtcheck import detector, rescoring, second_pass, suggester, weighing
from mtcheck.calibration import Calibration
from mtcheck.detector import Company, WordReading
from mtcheck.language_model.editing import EditingModel, Pass, Reading, Tokens
from mtcheck.segments import Span
from mtcheck.suggester import Place
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question

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
) -> tuple[list[list[Judgement]], list[Company]]:
    """Judge windows of some documents; ``before`` is what earlier windows of each were like.

    ``questions`` are wordings to weigh, for each window of each document.

    What each document's windows were like so far comes back with the judgements. The windows of all documents are read
    together, and their keys and values are held until all are.
    """
    texts = [text for windows in documents for text in windows]
    asked: list[Sequence[Question]] = [some for windows in questions for some in windows] or [()] * len(texts)
    batches = list(_read(model, texts))
    alone: dict[int, list[WordReading]] = {}
    for batch in batches:
        for row, number in enumerate(batch.numbers):
            alone[number] = _words(model, batch, row, weights, swaps)
    words: list[list[WordReading]] = []
    now: list[Company] = []
    for windows, earlier in zip(documents, before or [Company()] * len(documents), strict=True):
        read = [alone[len(words) + i] for i in range(len(windows))]
        judged_words, company = detector.in_company(read, weights.company, earlier)
        words += judged_words
        now.append(company)
    first: dict[int, Judgement] = {}
    while batches:  # a batch's memory is given back once its proposals are made
        batch = batches.pop()
        places = _places(model, batch, [words[i] for i in batch.numbers], weights, swaps)
        gains = weighing.weigh(batch.read, batch.texts, batch.tokens, [asked[i] for i in batch.numbers], model.tokenize)
        for number, reading, found, gained in zip(batch.numbers, batch.read.readings, places, gains, strict=True):
            first[number] = Judgement(words[number], found, reading, gained)
    judged = iter(_judge_again(model, texts, [first[i] for i in range(len(texts))], weights, swaps))
    return [list(itertools.islice(judged, len(windows))) for windows in documents], now


def _judge_again(
    model: EditingModel, texts: Sequence[str], first: Sequence[Judgement], weights: Calibration, swaps: Swaps
) -> list[Judgement]:
    """Read windows again in which something was surely fixed; it clears the view on what is around the fixes."""
    final = list(first)
    mended = {
        i: second_pass.mend(text, fixes)
        for i, text in enumerate(texts)
        if (fixes := second_pass.sure_fixes(first[i].places, weights.fix_from))
    }
    numbers = list(mended)
    for batch in _read(model, [mended[i].text for i in numbers]):
        changed = [numbers[k] for k in batch.numbers]
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


def _read(model: EditingModel, texts: Sequence[str]) -> Iterator[_Batch]:
    """Read texts in batches of like lengths whose padded size stays within bounds."""
    tokens = [model.tokenize(text) for text in texts]
    sizes = [2 * len(item.ids) + 2 for item in tokens]
    cut: list[list[int]] = []
    for i in sorted(range(len(texts)), key=sizes.__getitem__):
        if cut and (len(cut[-1]) + 1) * sizes[i] <= BATCH_TOKENS:
            cut[-1].append(i)
        else:
            cut.append([i])
    for numbers in cut:
        read = model.read([tokens[i].ids for i in numbers])
        yield _Batch(numbers, [texts[i] for i in numbers], [tokens[i] for i in numbers], read)
