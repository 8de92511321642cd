from __future__ import annotations

from mtcheck.calibration import Calibration, Curve, Logistic
from mtcheck.composer import Composer, candidates
from mtcheck.detector import WordReading
from mtcheck.document import Document
from mtcheck.findings import Finding, Severity
from mtcheck.names.list_file import parse, unparse
from mtcheck.segments import Span, windows, words
from mtcheck.suggester import Place, Proposal

CALIBRATION = Calibration(
    alone=Logistic(0.0, {}),
    company=Logistic(0.0, {}),
    again=Logistic(0.0, {}),
    rival=Logistic(0.0, {}),
    wording=Logistic(0.0, {}),
    finding=Logistic(0.0, {"logit": 1.0}),
    confidence=Curve((-2.0, 0.0, 2.0), (0.1, 0.6, 0.95)),
    suggestion=Curve((-3.0, 0.0), (0.05, 0.9)),
    document=Logistic(0.0, {}),
    look_from=-1.5,
    fix_from=1.0,
)


def read(text: str, *places: Place) -> list[WordReading]:
    """All words of a text as plainly right, but for those of the places."""
    suspicious = {item.word.span: item.word for item in places}
    return [suspicious.get(span) or WordReading(span, 0, 1, 0, -9.0, -9.0, {"rate": -3.0}) for span in words(text)]


def place(text: str, word: str, replaced: str, *wordings: str, logit: float = 2.0) -> Place:
    """A suspicious word with proposals for a stretch that begins with it."""
    start = text.index(word)
    at = text.index(replaced)
    proposals = [
        Proposal(Span(at, at + len(replaced)), wording, -0.1 - i, -0.1 - i, score=-0.1 - i)
        for i, wording in enumerate(wordings)
    ]
    return Place(0, WordReading(Span(start, start + len(word)), 0, 1, 0, logit, logit, {"rate": -3.0}), proposals)


def found(text: str, *places: Place) -> list[tuple[str, list[str]]]:
    return [
        (text[c.span.start : c.span.end], [wording.text for wording in c.wordings])
        for c in candidates(text, read(text, *places), places)
    ]


def test_a_finding_spans_what_its_best_proposal_replaces():
    text = "It will in some unspecified time in the future lose patience."
    phrase = "in some unspecified time in the future"
    assert found(text, place(text, "in", phrase, "at some point")) == [(phrase, ["at some point"])]


def test_neighbours_are_joined_and_their_wordings_put_side_by_side():
    text = "the gradual stroll of talks"
    assert found(text, place(text, "gradual", "gradual", "slow"), place(text, "stroll", "stroll", "walk", "pace")) == [
        ("gradual stroll", ["slow walk", "slow pace"])
    ]


def test_a_doubtful_neighbour_is_not_joined():
    text = "the gradual stroll of talks"
    doubtful = place(text, "gradual", "gradual", "slow", logit=-0.5)
    assert found(text, doubtful, place(text, "stroll", "stroll", "walk")) == [
        ("gradual", ["slow"]),
        ("stroll", ["walk"]),
    ]


def test_words_with_others_between_them_are_not_joined():
    text = "officers will satisfy"
    assert (
        len(found(text, place(text, "officers", "officers", "officials"), place(text, "satisfy", "satisfy", "meet")))
        == 2
    )


def test_a_suspicious_word_inside_another_finding_adds_none():
    text = "as quickly as potential"
    whole = place(text, "quickly", "quickly as potential", "soon as possible", logit=1.0)
    assert found(text, whole, place(text, "potential", "potential", "possible")) == [
        ("quickly as potential", ["soon as possible"])
    ]


def test_a_wording_at_the_beginning_of_a_sentence_takes_its_capital():
    text = "He left. Outcomes were poor."
    assert found(text, place(text, "Outcomes", "Outcomes", "results")) == [("Outcomes", ["Results"])]


def test_an_article_in_front_goes_with_the_best_wording():
    text = "He is a knowledgeable man."
    first = place(text, "knowledgeable man", "knowledgeable man", "expert")
    assert found(text, first) == [("a knowledgeable man", ["an expert"])]


def test_an_article_that_fits_is_left_alone():
    text = "It is an knowledgeable plan."
    assert found(text, place(text, "knowledgeable", "knowledgeable", "expert")) == [("knowledgeable", ["expert"])]


def test_a_doubled_word_is_found_but_not_one_that_may_stand_doubled():
    assert found("it is the the only one") == [("the the", ["the"])]
    assert found("he had had it in New York, Pago Pago or that that") == []


def test_a_word_that_stands_three_times_is_one_finding():
    assert found("it is the the the only one") == [("the the the", ["the"])]


def test_a_finding_has_the_likeliest_of_its_words():
    text = "as quickly as potential"
    whole = place(text, "quickly", "quickly as potential", "soon as possible", logit=1.0)
    last = place(text, "potential", "potential", "possible", logit=5.0)
    (candidate,) = candidates(text, read(text, whole, last), [whole, last])
    assert candidate.logit == 5.0


def findings(text: str, *words_and_wordings: tuple[str, ...]) -> tuple[Finding, ...]:
    """The findings of a one-window text with these suspicious words and the wordings proposed for them."""
    (window,) = windows(text)
    places = [place(window.text, word, word, *wordings) for word, *wordings in words_and_wordings]
    ordinary = [word for word, *_ in words_and_wordings]
    names = parse(unparse([], {}, ordinary=map(str.lower, ordinary)))
    composer = Composer(Document("a.txt", text), CALIBRATION, names)
    composer.add(window, read(window.text, *places), places, ())
    return composer.findings()


def test_a_finding_knows_its_place_rule_severity_and_quotation():
    text = "No deal.\nHe said: “They will satisfy on Monday.”"
    (finding,) = findings(text, ("satisfy", "meet"))
    assert (finding.rule, finding.severity, finding.text) == ("MT101", Severity.ERROR, "satisfy")
    assert text[finding.start : finding.end] == "satisfy"
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (2, 21, 2, 28)
    assert finding.in_quotation
    assert [s.text for s in finding.suggestions] == ["meet"]


def test_without_a_convincing_suggestion_a_finding_is_information_only():
    (nothing,) = findings("They will satisfy on Monday.", ("satisfy",))
    assert (nothing.rule, nothing.severity, nothing.suggestions) == ("MT102", Severity.INFO, ())


def test_equal_findings_have_different_fingerprints_that_survive_a_move():
    text = "They will satisfy soon.\nThey will Satisfy soon."
    first, second = findings(text, ("satisfy", "meet"), ("Satisfy", "meet"))
    assert first.fingerprint != second.fingerprint
    (moved,) = findings("A new line.\nThey will satisfy soon.", ("satisfy", "meet"))
    assert moved.fingerprint == first.fingerprint


def test_what_makes_a_finding_surer_is_among_its_features():
    text = "He flew to Kiyev and left."
    (name,) = candidates(text, read(text, item := place(text, "Kiyev", "Kiyev", "Kyiv", "Kiev")), [item])
    assert name.features() == {"logit": 2.0, "score": -0.1, "mended": 1.0, "name": 1.0, "rate": -3.0}
    (bare,) = candidates(text, read(text, item := place(text, "flew", "flew")), [item])
    assert bare.features() == {"logit": 2.0, "score": -6.0, "mended": 0.0, "name": 0.0, "rate": -3.0}


def test_a_pair_of_wordings_is_less_sure_than_either():
    text = "the gradual stroll of talks"
    places = [place(text, "gradual", "gradual", "slow"), place(text, "stroll", "stroll", "walk")]
    (pair,) = candidates(text, read(text, *places), places)
    assert pair.wordings[0].score < pair.wordings[0].weakest == -0.1
