from __future__ import annotations

from collections.abc import Callable

import pytest
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER

from mtcheck.evaluation.bootstrap import Resamples
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.results import Findings
from mtcheck.evaluation.scoring import Comparison
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.evaluation.translation import LONGEST, Segment, compare, cut
from mtcheck.findings import Finding

TEXT = "Talks failed final week. They will satisfy again.\n\nNobody knows  when."


@pytest.fixture(scope="module")
def talks(finding: Callable[..., Finding], span: Callable[..., GoldSpan]) -> Comparison:
    spans = span(TEXT, "final week", "last week"), span(TEXT, "satisfy", "meet")
    return Comparison(GoldDocument("talks", TEXT, spans), [finding(TEXT, "satisfy", "gather")])


def test_a_document_is_cut_into_sentences(talks: Comparison) -> None:
    assert cut(talks) == [
        Segment("Talks failed final week.", "Talks failed final week.", "Talks failed last week."),
        Segment("They will satisfy again.", "They will gather again.", "They will meet again."),
        Segment("Nobody knows when.", "Nobody knows when.", "Nobody knows when."),
    ]


def test_no_cut_goes_through_a_span_or_a_finding(
    finding: Callable[..., Finding], span: Callable[..., GoldSpan]
) -> None:
    crossing = GoldDocument("a", TEXT, (span(TEXT, "week. They", "week, and they"),))
    assert [one.original for one in cut(Comparison(crossing, []))] == [
        "Talks failed final week, and they will satisfy again.",
        "Nobody knows when.",
    ]
    found = finding(TEXT, "again.\n\nNobody", "again; nobody")
    assert [one.after for one in cut(Comparison(GoldDocument("a", TEXT), [found]))] == [
        "Talks failed final week.",
        "They will satisfy again; nobody knows when.",
    ]


def test_text_that_is_missing_at_the_end_is_part_of_the_last_segment() -> None:
    text = "Talks failed. They left"
    document = GoldDocument("a", text, (GoldSpan(len(text), len(text), (".",), sure=False),))
    assert [one.original for one in cut(Comparison(document, []))] == ["Talks failed.", "They left."]


def test_a_sentence_without_end_is_cut_all_the_same() -> None:
    text = "on and " * LONGEST
    assert [len(one.before.split()) for one in cut(Comparison(GoldDocument("a", text), []))] == [LONGEST, LONGEST]


def test_scores_and_signatures_are_those_of_sacrebleu(talks: Comparison, corpus: Corpus, found: list[Findings]) -> None:
    comparisons = [talks, *(Comparison(*pair) for pair in zip(corpus.gold, found, strict=True))]
    segments = [segment for comparison in comparisons for segment in cut(comparison)]
    result = compare(comparisons, Resamples([3, 1], 20))
    assert result is not None
    assert result.segments == len(segments) == 5
    references = [[segment.original for segment in segments]]
    for score, metric in zip(result.metrics, (BLEU(), CHRF(), TER()), strict=True):
        before = metric.corpus_score([segment.before for segment in segments], references)
        after = metric.corpus_score([segment.after for segment in segments], references)
        assert score.before.value == pytest.approx(before.score)
        assert score.after.value == pytest.approx(after.score)
        assert score.gain.value == pytest.approx(after.score - before.score)
        assert score.signature == str(metric.get_signature())
        assert score.name in before.name
        assert None not in (score.before.low, score.after.high, score.gain.low)


def test_one_document_has_scores_without_intervals(talks: Comparison) -> None:
    result = compare([talks, Comparison(GoldDocument("empty", " "), [])], Resamples([2], 20))
    assert result is not None
    assert [score.before.low for score in result.metrics] == [None] * 3


def test_text_without_garbles_is_not_scored() -> None:
    assert compare([Comparison(GoldDocument("a", "All is well."), [])], Resamples([1], 20)) is None
    assert compare([], Resamples([0], 20)) is None
