"""From documents' windows to judged words and proposals: language model, detector, suggester, and a second look."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mtcheck import detector, ranking, second_pass
from mtcheck.calibration import Calibration
from mtcheck.detector import Company, WordReading
from mtcheck.known_windows import CopyWords, KnownWindows, Rewritten, Wanted, WindowCache
from mtcheck.language_model.editing import EditingModel
from mtcheck.language_model.passes import Reading
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps
from mtcheck.weighing import Question

DECIDED_FROM = 0.0
"""Log odds that a word must have for its proposals to be weighed against each other in their places."""


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
    windows_known.ask(Wanted(text, surest or some) for text, surest, some in zip(texts, sure, suspicious, strict=True))
    fixes = [
        second_pass.sure_fixes(_places(some, item.proposals), weights.fix_from)
        for some, item in zip(suspicious, known, strict=True)
    ]
    windows_known.ask(
        Wanted(text, some) for text, some, fixed in zip(texts, suspicious, fixes, strict=True) if not fixed
    )
    looked = [
        Look(found, _places(some, item.proposals)) for found, some, item in zip(words, suspicious, known, strict=True)
    ]
    _look_again(windows_known, texts, looked, fixes, weights)
    rivals = [[_questions(place) for place in look.places] for look in looked]
    windows_known.ask(
        Wanted(text, (), [*some, *itertools.chain.from_iterable(close)])
        for text, some, close in zip(texts, asked, rivals, strict=True)
    )
    windows_known.let_go()
    judged = []
    for look, item, some, close in zip(looked, known, asked, rivals, strict=True):
        for place, questions_asked in zip(look.places, close, strict=True):
            if questions_asked:
                gains = [item.gains[question] for question in questions_asked]
                place.proposals = ranking.decide(place.proposals, gains, weights.rival)
        judged.append(Judgement(look.words, look.places, item.reading, [item.gains[question] for question in some]))
    rest = iter(judged)
    return [list(itertools.islice(rest, len(windows))) for windows in documents], now


@dataclass(slots=True)
class Look:
    """What is made of a window so far: its words, and the proposals at suspicious ones."""

    words: list[WordReading]
    places: list[Place]


def _look_again(
    windows_known: KnownWindows,
    texts: Sequence[str],
    looked: list[Look],
    fixes: Sequence[Sequence[Proposal]],
    weights: Calibration,
) -> None:
    """Judge words and look into doubtful ones where something was surely fixed, with the fixes in place."""
    mended = {i: second_pass.mend(texts[i], some) for i, some in enumerate(fixes) if some}
    rewritten = {i: Rewritten(texts[i], item.text) for i, item in mended.items()}
    copied = dict(zip(rewritten, windows_known.copy_again(list(rewritten.values())), strict=True))
    wanted: dict[int, CopyWords] = {}
    for i, item in mended.items():
        words = second_pass.judge_again(copied[i].words, item, looked[i].words, weights.again)
        wanted[i] = CopyWords(words, _suspicious(words, weights))
    settled = {i: second_pass.settled(item, wanted[i].asked, looked[i].places) for i, item in mended.items()}
    windows_known.ask_copies(
        [
            (rewritten[i], CopyWords(words.all, [word for word in words.asked if word.span not in settled[i]]))
            for i, words in wanted.items()
        ]
    )
    for i, item in mended.items():
        found = _places(wanted[i].asked, copied[i].proposals)
        looked[i] = Look(*second_pass.join(item, looked[i].words, looked[i].places, wanted[i].all, found))


def _questions(place: Place) -> list[Question]:
    if place.word.logit < DECIDED_FROM:
        return []
    return [Question(proposal.span, proposal.text) for proposal in ranking.rivals(place.proposals)]


def _suspicious(words: Sequence[WordReading], weights: Calibration) -> list[WordReading]:
    return [word for word in words if word.logit >= weights.look_from]


def _places(words: Sequence[WordReading], proposals: Mapping[Span, list[Proposal]]) -> list[Place]:
    """The words with their ranked proposals, none for those that were not asked about."""
    return [Place(0, word, list(proposals.get(word.span, ()))) for word in words]
