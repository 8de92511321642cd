"""From documents' windows to judged words and proposals: language model, detector, suggester, and a second pass."""

from __future__ import annotations

import itertools
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from mtcheck import detector, second_pass
from mtcheck.calibration import Calibration
from mtcheck.detector import Company, WordReading
from mtcheck.known_windows import Known, KnownWindows, Wanted, WindowCache
from mtcheck.language_model.editing import EditingModel, Reading
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question


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

    ``questions`` are wordings to weigh, for each window of each document. What the ``cache`` knows of a window is not
    found out again; it must have served the same model, weights and swaps only.

    What each document's windows were like so far comes back with the judgements. The windows of all documents are read
    together, and their keys and values are held until all are.
    """
    texts = [text for windows in documents for text in windows]
    asked: list[Sequence[Question]] = [some for windows in questions for some in windows] or [()] * len(texts)
    windows_known = KnownWindows(model, weights, swaps, cache)
    known = windows_known.read(texts)
    words: list[list[WordReading]] = []
    now: list[Company] = []
    for windows, earlier in zip(documents, before or [Company()] * len(documents), strict=True):
        read = [item.words for item in known[len(words) : len(words) + len(windows)]]
        judged_words, company = detector.in_company(read, weights.company, earlier)
        words += judged_words
        now.append(company)
    suspicious = [_suspicious(found, weights) for found in words]
    sure = [[word for word in some if word.logit >= weights.fix_from] for some in suspicious]
    # What is doubtful beside something sure is not looked into before that is fixed, so that it is only once.
    windows_known.ask(
        Wanted(text, surest or some, questions_asked)
        for text, surest, some, questions_asked in zip(texts, sure, suspicious, asked, strict=True)
    )
    fixes = [
        second_pass.sure_fixes(_places(some, item), weights.fix_from)
        for some, item in zip(suspicious, known, strict=True)
    ]
    windows_known.ask(
        Wanted(text, some) for text, some, fixed in zip(texts, suspicious, fixes, strict=True) if not fixed
    )
    windows_known.let_go()
    first = [
        Judgement(found, _places(some, item), item.reading, [item.gains[question] for question in questions_asked])
        for found, some, item, questions_asked in zip(words, suspicious, known, asked, strict=True)
    ]
    judged = iter(_judge_again(windows_known, texts, first, fixes, weights))
    return [list(itertools.islice(judged, len(windows))) for windows in documents], now


def _judge_again(
    windows_known: KnownWindows,
    texts: Sequence[str],
    first: Sequence[Judgement],
    fixes: Sequence[Sequence[Proposal]],
    weights: Calibration,
) -> list[Judgement]:
    """Read windows again in which something was surely fixed; it clears the view on what is around the fixes."""
    final = list(first)
    mended = {i: second_pass.mend(texts[i], some) for i, some in enumerate(fixes) if some}
    known = dict(zip(mended, windows_known.read([item.text for item in mended.values()]), strict=True))
    words = {i: second_pass.weigh(known[i].words, item, first[i].words, weights.again) for i, item in mended.items()}
    suspicious = {i: _suspicious(found, weights) for i, found in words.items()}
    settled = {i: second_pass.settled(item, words[i], first[i].places) for i, item in mended.items()}
    windows_known.ask(
        Wanted(item.text, [word for word in suspicious[i] if word.span not in settled[i]]) for i, item in mended.items()
    )
    windows_known.let_go()
    for i, item in mended.items():
        found = _places(suspicious[i], known[i], settled[i])
        joined = second_pass.join(item, first[i].words, first[i].places, words[i], found)
        final[i] = replace(first[i], words=joined[0], places=joined[1])
    return final


def _suspicious(words: Sequence[WordReading], weights: Calibration) -> list[WordReading]:
    return [word for word in words if word.logit >= weights.look_from]


def _places(words: Sequence[WordReading], known: Known, settled: Set[Span] = frozenset()) -> list[Place]:
    """The words with their ranked proposals, none for those that are ``settled`` or were not asked about."""
    return [Place(0, word, [] if word.span in settled else list(known.proposals.get(word.span, ()))) for word in words]
