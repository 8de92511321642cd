from __future__ import annotations

import pytest

from mtcheck.calibration import Logistic
from mtcheck.detector import WordReading
from mtcheck.ranking import CLOSE, decide, rank, rivals
from mtcheck.segments import Span
from mtcheck.suggester import Place, Proposal
from mtcheck.swaps import Swaps

TEXT = "they keep sending warnings to traders."
AT = Span(TEXT.index("warnings"), TEXT.index(" to"))
SWAPS = Swaps(["warnings\talarms\t0.5"])


def proposal(wording: str, score: float) -> Proposal:
    return Proposal(AT, wording, score, score, score=score)


def ranked(weights: Logistic, *wordings: tuple[str, float]) -> list[Proposal]:
    """The proposals for “warnings”, given as (wording, log share), once they are ranked."""
    proposals = [Proposal(AT, wording, share, share) for wording, share in wordings]
    place = Place(0, WordReading(AT, 0, 1, 0, 2.0, 2.0, {}), proposals)
    rank([TEXT], [place], weights, SWAPS)
    return place.proposals


def test_the_likelier_wording_comes_first():
    proposals = ranked(Logistic(1.0, {"share": 2.0}), ("alerts", -1.0), ("signals", -0.5))
    assert [(p.text, p.score) for p in proposals] == [("signals", 0.0), ("alerts", -1.0)]


def test_a_wording_that_machines_make_this_one_of_is_preferred():
    proposals = ranked(Logistic(0.0, {"share": 1.0, "swap": 1.0}), ("signals", -0.5), ("alarms", -1.0))
    assert [p.text for p in proposals] == ["alarms", "signals"]
    assert proposals[0].swap == pytest.approx(-0.693, abs=1e-3)


def test_only_what_is_close_behind_the_likeliest_is_its_rival():
    near, far = proposal("alerts", -CLOSE), proposal("alarms", -CLOSE - 0.1)
    assert rivals([proposal("signals", 0.0), near, far]) == [proposal("signals", 0.0), near]
    assert rivals([proposal("signals", 0.0), far]) == []
    assert rivals([]) == []


def test_what_the_sentence_gains_decides_between_rivals():
    proposals = [proposal("signals", 0.0), proposal("alerts", -0.5), proposal("alarms", -3.0)]
    decided = decide(proposals, [1.0, 6.0], Logistic(0.0, {"share": 1.0, "fluency": 0.5}))
    assert [(p.text, p.fluency, p.score) for p in decided] == [
        ("alerts", 6.0, 2.5),
        ("signals", 1.0, 0.5),
        ("alarms", 0.0, -3.0),
    ]


def test_what_was_not_weighed_stays_behind_what_was():
    proposals = [proposal("signals", 2.0), proposal("alerts", 1.0), proposal("alarms", 0.0)]
    decided = decide(proposals, [-9.0, -9.0], Logistic(0.0, {"fluency": 1.0}))
    assert [(p.text, p.score) for p in decided] == [("alerts", -9.0), ("signals", -9.0), ("alarms", -9.0)]


def test_without_a_rival_nothing_changes():
    proposals = [proposal("signals", 0.0), proposal("alarms", -3.0)]
    assert decide(proposals, [], Logistic(5.0, {})) == proposals
    assert decide([], [], Logistic(5.0, {})) == []
