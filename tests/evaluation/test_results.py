from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mtcheck.document import Document
from mtcheck.errors import InputError
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.results import Checked, Findings, Reported
from mtcheck.findings import DocumentResult, Finding, Verdict
from mtcheck.progress import Progress
from mtcheck.reports import FORMATS, Tally

TEXT = "Stop the dying march."
MARCH = GoldDocument("march", TEXT)


class Fake:
    signature = "mtcheck:fake"

    def __init__(self, found: Findings) -> None:
        self.found = found

    def check_document(self, document: Document) -> DocumentResult:
        return DocumentResult(document.path, 4, Verdict(0.0, None, None, None), self.found)


def write(path: Path, findings: Findings, checked: str = "texts/march.txt", signature: str = "mtcheck:1") -> str:
    with path.open("w", encoding="utf-8") as stream:
        report = FORMATS["json"](stream, False)
        report.begin(signature)
        report.document(Document(checked, TEXT), DocumentResult(checked, 4, Verdict(0.0, None, None, None), findings))
        report.end(Tally())
    return str(path)


def test_findings_come_of_checking_with_the_progress_of_all_documents(finding: Callable[..., Finding]) -> None:
    found = (finding(TEXT, "dying march", "death march"),)
    shown = []

    @contextmanager
    def progress() -> Iterator[Progress]:
        yield lambda label, done, total: shown.append((label, done, total))

    def load(show: Progress) -> Fake:
        show("Loading", 1, 2)
        show("", 10, 20)
        return Fake(found)

    results = Checked(load, progress)
    assert results.of([MARCH, MARCH]) == [found, found]
    assert results.signature == "mtcheck:fake"
    assert shown == [("Loading", 1, 2), ("Checking", 0, 2), ("Checking", 1, 2)]


def test_findings_come_out_of_a_report_as_they_went_in(tmp_path: Path, finding: Callable[..., Finding]) -> None:
    found = (finding(TEXT, "dying march", "death march", "dead march"), finding(TEXT, "Stop", level="info"))
    results = Reported([write(tmp_path / "a.json", found), write(tmp_path / "b.json", (), "calm.txt")])
    assert results.of([MARCH, GoldDocument("calm", "All is well.")]) == [found, ()]
    assert results.signature == "mtcheck:1"


def test_a_plain_file_is_found_under_its_own_name(tmp_path: Path, finding: Callable[..., Finding]) -> None:
    found = (finding(TEXT, "dying march"),)
    results = Reported([write(tmp_path / "a.json", found, "there/march.txt")])
    assert results.of([GoldDocument("here/march.txt", TEXT)]) == [found]
    with pytest.raises(InputError, match=r"march\.text: in no report"):
        results.of([GoldDocument("here/march.text", TEXT)])


def test_a_document_that_is_in_no_report_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a01: in no report; check its text in a file of this name"):
        Reported([write(tmp_path / "a.json", ())]).of([GoldDocument("a01", TEXT)])


def test_a_report_on_another_text_is_an_error(tmp_path: Path, finding: Callable[..., Finding]) -> None:
    results = Reported([write(tmp_path / "a.json", (finding(TEXT, "dying march"),))])
    with pytest.raises(InputError, match="had 'dying march' at 9, march has not"):
        results.of([GoldDocument("march", "\n" + TEXT)])


def test_reports_of_two_models_are_an_error(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.json", ()), write(tmp_path / "b.json", (), "b.txt", "mtcheck:2")]
    with pytest.raises(InputError, match="made by mtcheck:2, another report by mtcheck:1"):
        Reported(paths)


def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    paths = [write(tmp_path / "a.json", ()), write(tmp_path / "b.json", (), "more/march.txt")]
    with pytest.raises(InputError, match="both called march"):
        Reported(paths)


@pytest.mark.parametrize(
    "data", ["{", [], {}, {"signature": "s"}, {"signature": "s", "files": [{}]}, {"signature": "s", "files": 7}]
)
def test_what_is_no_report_is_an_error(tmp_path: Path, data: object) -> None:
    path = tmp_path / "a.json"
    path.write_text(data if isinstance(data, str) else json.dumps(data))
    with pytest.raises(InputError, match="no JSON report"):
        Reported([str(path)])


@pytest.mark.parametrize("change", [{"severity": "fatal"}, {"start": None}, {"suggestions": [{}]}])
def test_a_broken_finding_is_an_error(tmp_path: Path, finding: Callable[..., Finding], change: dict[str, Any]) -> None:
    path = tmp_path / "a.json"
    data = json.loads(Path(write(path, (finding(TEXT, "dying march"),))).read_text())
    data["files"][0]["findings"][0].update(change)
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"a finding of texts/march.txt cannot be read"):
        Reported([str(path)]).of([MARCH])
