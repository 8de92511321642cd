"""Same text, same model, same findings: whatever the threads, the batches and the documents that are read with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from mtcheck import Checker
from mtcheck.document import Document
from mtcheck.findings import DocumentResult
from mtcheck.language_model import passes
from mtcheck.reports.json import verdict_entry

SEED = (Path(__file__).parent.parent / "seeds" / "ceasefire.txt").read_text(encoding="utf-8")
TEXTS = [SEED[begin : begin + 1200] for begin in range(0, 3600, 1200)]


@pytest.fixture(scope="module")
def wanted(checker: Checker) -> list[DocumentResult]:
    """Each text's result, checked alone."""
    checker.forget()
    return [checker.check(text, str(number)) for number, text in enumerate(TEXTS)]


@pytest.fixture
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def assert_same(found: DocumentResult, wanted: DocumentResult) -> None:
    assert found.findings == wanted.findings
    assert verdict_entry(found.verdict) == verdict_entry(wanted.verdict)


@pytest.mark.usefixtures("one_thread")
def test_on_one_thread(checker: Checker, wanted: list[DocumentResult]) -> None:
    checker.forget()
    assert_same(checker.check(TEXTS[0], "0"), wanted[0])


@pytest.mark.parametrize("tokens", [300, 700])
def test_in_small_batches(
    checker: Checker, wanted: list[DocumentResult], tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "BATCH_TOKENS", tokens)
    checker.forget()
    assert_same(checker.check(TEXTS[1], "1"), wanted[1])


def test_with_other_documents_before_and_behind(checker: Checker, wanted: list[DocumentResult]) -> None:
    checker.forget()
    backwards = [Document(str(number), text) for number, text in reversed(list(enumerate(TEXTS)))]
    for found in checker.check_all(backwards):
        assert_same(found, wanted[int(found.path)])
