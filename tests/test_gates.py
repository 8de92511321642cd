from __future__ import annotations

import pytest

from mtcheck.findings import DocumentResult, Verdict
from mtcheck.gates import Gates


def result(rate: float, spun: float | None) -> DocumentResult:
    return DocumentResult("draft.txt", 200, Verdict(rate, 2.0, 9.0, spun), ())


@pytest.mark.parametrize(
    ("gates", "told"),
    [
        (Gates(), []),
        (Gates(rate=20), []),
        (Gates(rate=10), ["15.0 findings per 1,000 words, more than --max-rate 10"]),
        (Gates(spun=0.5), ["spun with probability 0.80, more than --max-spun 0.5"]),
        (Gates(spun=0.8), []),
    ],
)
def test_a_limit_that_is_exceeded_is_told(gates: Gates, told: list[str]):
    assert list(gates.exceeded(result(15.0, 0.8))) == told


def test_a_text_too_short_for_a_verdict_passes_all_gates():
    assert list(Gates(0, 0).exceeded(result(100.0, None))) == []
