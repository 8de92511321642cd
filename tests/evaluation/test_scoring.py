from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.results import Findings
from mtcheck.evaluation.scoring import Comparison, Counts, count_clean, total
from mtcheck.evaluation.spans import GoldSpan
from mtcheck.evaluation.wording import apply, normal
from mtcheck.findings import Finding, Severity, Suggestion

WORDS = st.sampled_from(["talks", "in", "Geneva", "failed", "twice", "he", "said"])


@st.composite
def documents(draw: st.DrawFn) -> GoldDocument:
    """A text some of whose words are garbled, each with the word that was there."""
    text, spans = "", []
    for word, original in draw(st.lists(st.tuples(WORDS, st.none() | st.sampled_from(["met", "", "so did"])))):
        if original is not None:
            spans.append(GoldSpan(len(text), len(text) + len(word), (original, "or else"), "phrase"))
        text += f"{word} "
    return GoldDocument("a", text, tuple(spans))


def perfect(document: GoldDocument) -> list[Finding]:
    """A finding on each span that suggests its original."""
    return [
        Finding(
            "MT101",
            Severity.ERROR,
            1.0,
            span.start,
            span.end,
            *(1, span.start + 1, 1, span.end + 1),
            document.text[span.start : span.end],
            "",
            suggestions=(Suggestion(span.originals[0], 1.0),),
        )
        for span in document.spans
    ]


def warnings(findings: Findings) -> list[Finding]:
    return [finding for finding in findings if finding.severity >= Severity.WARNING]


def test_counts_are_those_worked_out_by_hand(corpus: Corpus, found: list[Findings]) -> None:
    travel, trial = (Comparison(one, warnings(some)) for one, some in zip(corpus.gold, found, strict=True))
    assert travel.counts() == Counts(
        garbled_flagged=2,  # satisfy, final
        garbled_missed=3,  # week, White, Home
        other_flagged=1,  # He; "in the" is an unsure span
        findings=4,
        judged=2,
        first_right=1,  # final -> last
        three_right=2,  # satisfy -> see, meet
        spans=3,
        found=2,
        mended=1,
        errors_before=4,  # satisfy, final, in, Home
        errors_after=3,  # She, see, Home
        original_words=10,
    )
    assert trial.counts() == Counts(garbled_missed=4, spans=1, errors_before=4, errors_after=4, original_words=4)


def test_each_rule_has_the_words_and_findings_that_are_its_own(corpus: Corpus, found: list[Findings]) -> None:
    travel = Comparison(corpus.gold[0], warnings(found[0]))
    assert travel.rule("MT101") == Counts(
        garbled_flagged=2, garbled_missed=3, other_flagged=1, findings=3, judged=2, first_right=1, three_right=2
    )
    assert travel.rule("MT402") == Counts(garbled_missed=5, findings=1)


def test_each_kind_has_its_sure_spans(corpus: Corpus, found: list[Findings]) -> None:
    assert Comparison(corpus.gold[0], found[0]).kinds() == {
        "phrase": Counts(spans=2, found=2, mended=1),
        "name": Counts(spans=1, found=1, mended=1),
    }


def test_findings_in_documents_without_spans_are_false(finding: Callable[..., Finding]) -> None:
    document = GoldDocument("calm", "All is well.")
    some = [finding(document.text, "well")]
    assert count_clean(document, some) == Counts(clean_findings=1, clean_words=3)
    counts = Comparison(document, some).counts()
    assert (counts.clean_findings, counts.clean_words, counts.other_flagged) == (1, 3, 1)


def test_a_suggestion_is_right_if_all_that_it_touches_becomes_the_original(
    finding: Callable[..., Finding], span: Callable[..., GoldSpan]
) -> None:
    text = "The gradual stroll ended."
    document = GoldDocument("a", text, (span(text, "gradual", "slow"), span(text, "stroll", "walk", "march")))

    def right(wording: str, suggestion: str) -> list[bool] | None:
        return Comparison(document, []).suggestions_right(finding(text, wording, suggestion))

    assert right("gradual stroll", "slow march") == [True]
    assert right("The gradual stroll", "the  Slow walk") == [True]
    assert right("gradual", "slow") == [True]
    assert right("gradual stroll", "slow stroll") == [False]
    assert right("gradual stroll ended", "slow walk began") == [False]


def test_a_suggestion_where_nothing_is_garbled_is_wrong(finding: Callable[..., Finding]) -> None:
    document = GoldDocument("a", "All is well.")
    assert Comparison(document, []).suggestions_right(finding(document.text, "is", "IS", "was")) == [False, False]


def test_what_touches_unsure_spans_is_not_judged(corpus: Corpus, found: list[Findings]) -> None:
    comparison = Comparison(corpus.gold[0], found[0])
    verdicts = {finding.text: comparison.is_right(finding) for finding in found[0]}
    assert verdicts == {"He": False, "satisfy": True, "final": True, "in the": None, "Home": True}
    assert [comparison.suggestions_right(finding) for finding in found[0]] == [
        [False],
        [False, True],
        [True],
        None,
        [True],
    ]


def test_the_first_suggestions_of_several_findings_mend_a_span_together(
    finding: Callable[..., Finding], span: Callable[..., GoldSpan]
) -> None:
    text = "Talks in the White Home."
    document = GoldDocument("a", text, (span(text, "in the White Home", "at the White House", kind="name"),))
    both = [finding(text, "in", "at"), finding(text, "Home", "House")]
    assert Comparison(document, both).kinds()["name"].mended == 1
    assert Comparison(document, both[1:]).kinds()["name"].mended == 0


def test_of_several_originals_the_one_that_is_suggested_counts(
    finding: Callable[..., Finding], span: Callable[..., GoldSpan]
) -> None:
    text = "They met final week."
    document = GoldDocument("a", text, (span(text, "final week", "last week", "the past week"),))
    suggested = Comparison(document, [finding(text, "final week", "The past week")])
    assert suggested.counts().errors_after == 0
    assert apply(text, suggested.originals()) == "They met the past week."
    assert apply(text, Comparison(document, []).originals()) == "They met last week."


def test_of_overlapping_findings_the_first_is_applied(finding: Callable[..., Finding]) -> None:
    text = "They met final week."
    some = [finding(text, "week", "month"), finding(text, "final week", "last week")]
    assert apply(text, Comparison(GoldDocument("a", text), some).first_suggestions()) == "They met last week."


@given(documents())
def test_perfect_findings_are_perfect(document: GoldDocument) -> None:
    comparison = Comparison(document, perfect(document))
    counts = comparison.counts()
    assert (counts.garbled_missed, counts.other_flagged, counts.errors_after) == (0, 0, 0)
    assert counts.garbled_flagged == counts.judged == counts.first_right == counts.three_right == counts.mended
    assert apply(document.text, comparison.first_suggestions()) == apply(document.text, comparison.originals())


@given(documents())
def test_without_findings_nothing_is_found_or_changed(document: GoldDocument) -> None:
    counts = Comparison(document, []).counts()
    assert (counts.garbled_flagged, counts.other_flagged, counts.found, counts.judged) == (0, 0, 0, 0)
    assert counts.errors_after == counts.errors_before


@given(documents(), st.integers(0, 30))
def test_words_seen_are_the_words_counted(document: GoldDocument, place: int) -> None:
    some = [replace(finding, confidence=0.3) for finding in perfect(document)][: place % 4]
    comparison = Comparison(document, some)
    seen, counts = comparison.words(), comparison.counts()
    assert sum(garbled for garbled, _ in seen) == counts.garbled_flagged + counts.garbled_missed
    assert sum(confidence is not None for _, confidence in seen) == counts.garbled_flagged + counts.other_flagged


def test_counts_add_up() -> None:
    assert total([Counts(found=1, spans=2), Counts(spans=3, clean_words=4)]) == Counts(found=1, spans=5, clean_words=4)
    assert total([]) == Counts()


def test_comparison_does_not_depend_on_the_order_of_findings(corpus: Corpus, found: list[Findings]) -> None:
    forward, backward = Comparison(corpus.gold[0], found[0]), Comparison(corpus.gold[0], found[0][::-1])
    assert forward.counts() == backward.counts()
    assert normal(apply(corpus.gold[0].text, backward.first_suggestions())) == (
        "she plans to see last week at the white house."
    )
