from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcheck import calibration
from mtcheck.calibration import CURVES, WEIGHTS, Calibration, Curve, Logistic
from mtcheck.errors import ModelError
from mtcheck.findings import Severity


@pytest.mark.parametrize(
    ("confidence", "severity"),
    [
        (0.95, Severity.ERROR),
        (0.9, Severity.ERROR),
        (0.89, Severity.WARNING),
        (0.5, Severity.WARNING),
        (0.49, Severity.INFO),
    ],
)
def test_severities_begin_at_nine_tenths_and_at_one_half(confidence: float, severity: Severity):
    assert calibration.severity(confidence) == severity


def test_a_curve_is_straight_between_its_points_and_level_beyond():
    curve = Curve((0.0, 2.0, 4.0), (0.1, 0.5, 0.9))
    assert [curve(x) for x in (-9, 0, 1, 2, 3, 4, 99)] == pytest.approx([0.1, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9])


@given(st.lists(st.floats(-50, 50), min_size=2))
def test_a_rising_curve_never_falls(xs: list[float]):
    curve = Curve((-5.0, 0.0, 7.0), (0.05, 0.4, 0.97))
    heights = [curve(x) for x in sorted(xs)]
    assert heights == sorted(heights)


def test_a_logistic_weighs_its_features():
    logistic = Logistic(-1.0, {"margin": 0.5, "tag": 2.0})
    assert logistic.logit({"margin": 2.0, "tag": 0.0, "other": 9.0}) == 0.0
    assert logistic.probability({"margin": 2.0, "tag": 0.0}) == 0.5


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"word": 3}', "\x00"])
def test_a_broken_file_is_named_with_the_remedy(tmp_path: Path, content: str):
    path = tmp_path / "calibration.json"
    path.write_text(content)
    with pytest.raises(ModelError, match=r"calibration\.json.*scripts/calibrate\.py"):
        calibration.load(path)


def test_what_is_saved_is_loaded_again(tmp_path: Path):
    weights = {name: Logistic(float(i), {name: i + 0.5}) for i, name in enumerate(WEIGHTS)}
    curves = {name: Curve((0.0, 1.0), (0.25, 0.5 + i / 10)) for i, name in enumerate(CURVES)}
    written = Calibration(**weights, **curves, look_from=-1.25, fix_from=0.75)
    calibration.save(written, tmp_path / "calibration.json")
    assert calibration.load(tmp_path / "calibration.json") == written
