"""How sure a finding on a name is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.calibration import Curve, Logistic
from mtcheck.errors import ModelError
from mtcheck.names import judging, wholes
from mtcheck.names.evidence import Candidate
from mtcheck.names.judging import KindWeights, NameWeights, Weighed
from mtcheck.names.name_list import NameList
from mtcheck.segments import Span, windows

TEXT = "Envoy Steve Witkov arrived. Later Witkov left for Rome again."


def candidate(start: int, text: str = "Witkov", suggestion: str = "Witkoff") -> Candidate:
    return Candidate("MT201", wholes.KIND, Span(start, start + len(text)), text, suggestion, {"edits": 1.0})


def weights() -> NameWeights:
    steps = Curve((-2.0, 2.0), (0.1, 0.9))
    own = KindWeights(Logistic(0.0, {"fit": 1.0, "doubt": 0.5}), steps, steps)
    return NameWeights({kind: own for kind in judging.KINDS})


def test_a_candidate_is_placed_in_the_window_that_holds_it() -> None:
    (window,) = windows(TEXT)
    found = [candidate(TEXT.index("Witkov"))]
    ((placed, span),) = judging.within(found, window)
    assert window.text[span.start : span.end] == placed.text


def test_the_first_place_of_a_name_tells_for_all() -> None:
    first, second = TEXT.index("Witkov"), TEXT.rindex("Witkov")
    placed = [(candidate(k), Span(k, k + 6)) for k in (first, second)]
    found = judging.weighed(placed, [4.0, -4.0], [(Span(first, first + 6), 1.5)])
    assert [item.fit for item in found] == [4.0, 4.0]
    assert [item.doubt for item in found] == [1.5, judging.NO_DOUBT]


def test_what_fits_better_and_is_doubted_more_is_surer() -> None:
    here = Span(12, 18)
    sure, unsure = (
        judging.readings([Weighed(candidate(12), here, fit, doubt)], weights())[0].confidence
        for fit, doubt in ((2.0, 1.0), (-3.0, -4.0))
    )
    assert (sure, unsure) == (0.9, 0.1)


def test_a_rare_name_is_not_replaced_by_another_person(names: NameList) -> None:
    assert judging.may_stand_for("Witkoff", "Witkov", names)
    assert not judging.may_stand_for("Putin", "Witkov", names)
    assert not judging.may_stand_for("Witkovsky", "Witkov", names)  # not a name that is known
    assert judging.may_stand_for("a minister", "minister", names)


def test_weights_come_back_as_they_were_written(tmp_path: Path) -> None:
    judging.save(weights(), tmp_path)
    assert judging.load(tmp_path).kinds == weights().kinds


def test_a_missing_or_damaged_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=judging.FILE.replace(".", r"\.")):
        judging.load(tmp_path)
    (tmp_path / judging.FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="no calibration of names"):
        judging.load(tmp_path)
