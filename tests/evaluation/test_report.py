from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest

from mtcheck._version import __version__
from mtcheck.evaluation.corpus import Corpus
from mtcheck.evaluation.evaluation import Evaluation, evaluate
from mtcheck.evaluation.report import FORMATS
from mtcheck.evaluation.results import Findings


@pytest.fixture(scope="module")
def evaluation(corpus: Corpus, found: list[Findings], false: list[Findings]) -> Evaluation:
    return evaluate(corpus, found, false, signature="mtcheck:1|base:b", samples=50)


def text(evaluation: Evaluation) -> str:
    stream = io.StringIO()
    FORMATS["text"](evaluation, stream)
    return stream.getvalue()


def data(evaluation: Evaluation) -> dict[str, Any]:
    stream = io.StringIO()
    FORMATS["json"](evaluation, stream)
    loaded: dict[str, Any] = json.loads(stream.getvalue())
    return loaded


def squeezed(evaluation: Evaluation) -> list[str]:
    return [" ".join(line.split()) for line in text(evaluation).splitlines()]


def test_text_has_every_figure_with_what_it_is_of(evaluation: Evaluation) -> None:
    lines = squeezed(evaluation)
    assert lines[0] == "2 annotated and 1 clean documents, findings from warning up"
    assert lines[2] == "mtcheck:1|base:b"
    assert "precision 0.667 3 flagged words" in lines
    assert any(line.startswith("recall 0.222 0.000 to ") and line.endswith(" 9 garbled words") for line in lines)
    assert "false findings per 10,000 words 1428.6 7 clean words" in lines
    assert "MT402 doubled word 1 finding" in lines
    assert "name 1 span" in lines
    assert any(line.startswith("BLEU nrefs:1|") for line in lines)
    assert sum(line.startswith("expected calibration error 0.") for line in lines) == 2
    assert "0.9 1.000 0.111" in lines


def test_text_stands_in_columns_of_moderate_width(evaluation: Evaluation) -> None:
    table = text(evaluation).split("\n\n")[1].splitlines()
    place = table[0].index("value") + len("value")
    assert all(line[place - 1] != " " and line[place : place + 2].isspace() for line in table)
    assert max(map(len, text(evaluation).splitlines())) <= 100


def test_what_cannot_be_said_is_left_open(corpus: Corpus) -> None:
    lines = squeezed(evaluate(replace(corpus, gold=()), [], [()], samples=10))
    assert "precision n/a 0 flagged words" in lines
    assert not any(line.startswith(("By ", "Against", "Findings by", "Confidence")) for line in lines)


def test_names_of_kinds_cannot_act_on_the_terminal(evaluation: Evaluation) -> None:
    assert "\x1b" not in text(replace(evaluation, kinds={"\x1b[31m": evaluation.kinds["name"]}))


def test_json_has_all_that_was_measured(evaluation: Evaluation) -> None:
    loaded = data(evaluation)
    assert list(loaded) == [
        "version", "signature", "severity", "samples", "documents", "clean_documents", "counts", "figures", "rules",
        "kinds", "translation", "reliability", "precision_recall",
    ]  # fmt: skip
    assert (loaded["version"], loaded["signature"], loaded["severity"]) == (__version__, "mtcheck:1|base:b", "warning")
    assert loaded["figures"]["precision"] == {"value": 0.6667, "low": None, "high": None}
    assert loaded["counts"]["garbled_flagged"] == 2
    assert loaded["rules"]["MT402"]["counts"]["clean_findings"] == 1
    assert loaded["kinds"]["phrase"]["figures"]["found"]["value"] == 0.6667
    assert [metric["name"] for metric in loaded["translation"]["metrics"]] == ["BLEU", "chrF", "TER"]
    assert set(loaded["translation"]["metrics"][0]) == {"name", "signature", "before", "after", "gain"}
    assert set(loaded["reliability"]) == {"findings", "suggestions"}
    assert set(loaded["reliability"]["findings"]["bins"][0]) == {"low", "high", "count", "confidence", "right"}
    assert loaded["precision_recall"][0] == {"confidence": 0.95, "precision": 1.0, "recall": 0.1111}


def test_json_has_null_where_there_is_nothing(corpus: Corpus) -> None:
    loaded = data(evaluate(replace(corpus, gold=()), [], [()], samples=10))
    assert loaded["translation"] is None
    assert loaded["reliability"]["findings"] == {"count": 0, "error": None, "bins": []}
    assert loaded["figures"]["recall"] == {"value": None, "low": None, "high": None}
