from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mtcheck import second_pass
from mtcheck.calibration import Logistic
from mtcheck.detector import WordPlace, WordReading
from mtcheck.segments import Span, words
from mtcheck.suggester import Place, Proposal

TEXT = "officers will satisfy in the final week"


def span(text: str, part: str) -> Span:
    start = text.index(part)
    return Span(start, start + len(part))


def proposal(part: str, wording: str, score: float = 1.0, text: str = TEXT) -> Proposal:
    return Proposal(span(text, part), wording, -0.1, -0.1, score=score)


def word(part: str, logit: float, text: str = TEXT, rate: float = -2.0) -> WordReading:
    return WordReading(span(text, part), 0, 1, 0, logit, logit, {"margin": logit, "rate": rate, "plain": 4.0})


def place(part: str, logit: float, *proposals: Proposal) -> Place:
    return Place(0, word(part, logit), list(proposals))


def test_only_sure_fixes_of_surely_garbled_words_are_put_in_place():
    sure = place("satisfy", 3.0, proposal("satisfy", "meet"), proposal("satisfy", "see"))
    doubtful_word = place("final", 0.5, proposal("final", "last"))
    doubtful_wording = place("officers", 3.0, proposal("officers", "officials", score=-1.0))
    nothing_to_say = place("week", 3.0)
    fixes = second_pass.sure_fixes([sure, doubtful_word, doubtful_wording, nothing_to_say], 1.0)
    assert [fix.text for fix in fixes] == ["meet"]


def test_of_fixes_that_overlap_the_surer_is_put_in_place():
    wide = place("satisfy", 2.0, proposal("satisfy in the final", "meet last"))
    narrow = place("final", 4.0, proposal("final", "last"))
    assert [fix.text for fix in second_pass.sure_fixes([wide, narrow], 1.0)] == ["last"]


def test_a_mended_text_knows_the_way_back():
    mended = second_pass.mend(TEXT, [proposal("final", "last"), proposal("officers", "officials")])
    assert mended.text == "officials will satisfy in the last week"
    assert mended.back(span(mended.text, "satisfy")) == span(TEXT, "satisfy")
    assert mended.back(span(mended.text, "week")) == span(TEXT, "week")
    assert mended.back(span(mended.text, "last")) is None
    assert mended.back(span(mended.text, "the last")) is None
    assert mended.back(span(mended.text, "last week")) is None


@given(st.data())
def test_what_is_no_fix_is_the_same_in_both_texts(data: st.DataObject):
    text = data.draw(st.text("ab .", min_size=1, max_size=40))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    fixes = [
        Proposal(Span(start, end), data.draw(st.text("xyz", min_size=1, max_size=5)), 0.0, 0.0)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    mended = second_pass.mend(text, fixes)
    kept = 0
    for start in range(len(mended.text)):
        if back := mended.back(Span(start, start + 1)):
            assert text[back.start : back.end] == mended.text[start]
            kept += 1
    assert kept == len(text) - sum(fix.span.end - fix.span.start for fix in fixes)


def test_the_second_look_is_weighed_with_the_first():
    mended = second_pass.mend(TEXT, [proposal("satisfy", "meet")])
    before = [word(TEXT[s.start : s.end], -1.0, rate=-0.5) for s in words(TEXT)]
    copied = [(WordPlace(s, 0, 1, 0), {"margin": 2.0}) for s in words(mended.text)]
    weights = Logistic(0.0, {"margin": 1.0, "before": 0.5, "rate": 1.0, "plain": 0.1})
    judged = second_pass.judge_again(copied, mended, before, weights)
    assert [mended.text[w.span.start : w.span.end] for w in judged] == [
        "officers",
        "will",
        "in",
        "the",
        "final",
        "week",
    ]
    assert {w.logit for w in judged} == {2.0 - 0.5 - 0.5 + 0.4}


def test_what_the_second_look_finds_is_told_in_the_first_texts_places():
    mended = second_pass.mend(TEXT, [proposal("satisfy", "meet")])
    first = [word(TEXT[s.start : s.end], -3.0) for s in words(TEXT)]
    fixed = place("satisfy", 3.0, proposal("satisfy", "meet"))
    again = [word(mended.text[s.start : s.end], 1.5, mended.text) for s in words(mended.text) if s.start > 20]
    found = [Place(5, again[-2], [proposal("final", "last", text=mended.text)])]
    merged, places = second_pass.join(mended, first, [fixed], again, found)
    assert {TEXT[w.span.start : w.span.end]: w.logit for w in merged} == {
        "officers": -3.0,
        "will": -3.0,
        "satisfy": -3.0,
        "in": -3.0,
        "the": 1.5,
        "final": 1.5,
        "week": 1.5,
    }
    assert [(p.row, p.word.span, p.proposals[0].span) for p in places] == [
        (0, span(TEXT, "satisfy"), span(TEXT, "satisfy")),
        (0, span(TEXT, "final"), span(TEXT, "final")),
    ]


def test_a_proposal_that_would_undo_a_fix_is_left_out_and_the_first_readings_stays():
    mended = second_pass.mend(TEXT, [proposal("satisfy", "meet")])
    first = [word(TEXT[s.start : s.end], -1.0) for s in words(TEXT)]
    places = [
        place("satisfy", 3.0, proposal("satisfy", "meet")),
        place("in", -1.0, proposal("in", "within")),
    ]
    again = [word("in", 0.0, mended.text)]
    found = [Place(0, again[0], [proposal("meet in", "convene", text=mended.text)])]
    _, joined = second_pass.join(mended, first, places, again, found)
    assert [[p.text for p in item.proposals] for item in joined] == [["meet"], ["within"]]


def test_proposals_are_made_anew_near_a_fix_only():
    text = "officers will satisfy in Rome, then leave the country for a very long while"
    mended = second_pass.mend(text, [proposal("satisfy", "meet", text=text)])
    first = [place_in(text, name) for name in ("in", "country", "satisfy")]
    again = [word(name, 1.0, mended.text) for name in ("in", "country", "long")]
    assert second_pass.settled(mended, again, first) == {span(mended.text, "country")}


def place_in(text: str, part: str) -> Place:
    return Place(0, word(part, 1.0, text), [proposal(part, "else", text=text)])
