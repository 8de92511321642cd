from __future__ import annotations

from pathlib import Path

import pytest

from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.evaluation import evaluate
from mtcheck.evaluation.plots import draw, precision_recall, reliability
from mtcheck.evaluation.results import Findings

PNG = b"\x89PNG\r\n\x1a\n"


def test_both_pictures_are_written(tmp_path: Path, corpus: Corpus, found: list[Findings]) -> None:
    paths = draw(evaluate(corpus, found, [()], samples=10), tmp_path)
    assert [path.name for path in paths] == ["reliability.png", "precision-recall.png"]
    assert all(path.read_bytes().startswith(PNG) for path in paths)


def test_pictures_of_nothing_are_empty_ones(tmp_path: Path, corpus: Corpus) -> None:
    assert all(path.exists() for path in draw(evaluate(corpus, [(), ()], [()], samples=10), tmp_path))


def test_points_are_the_bins_and_the_thresholds(corpus: Corpus, found: list[Findings]) -> None:
    evaluation = evaluate(corpus, found, [()], samples=10)
    left = reliability(evaluation).axes[0]
    points = [line for line in left.lines if line.get_marker() == "o"]
    assert list(points[0].get_xdata()) == pytest.approx([one.confidence for one in evaluation.findings.bins])
    assert list(points[0].get_ydata()) == pytest.approx([one.right.value for one in evaluation.findings.bins])
    curve = precision_recall(evaluation.thresholds).axes[0].lines[0]
    assert list(curve.get_xdata()) == pytest.approx([one.recall for one in evaluation.thresholds])
