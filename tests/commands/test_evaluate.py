from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import mtcheck
from mtcheck import Checker
from mtcheck.cli import cli
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.errors import ModelError
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.progress import Progress

GARBLED = "Stop the dying march of final week."
ORIGINAL = "Stop the death march of last week."
CLEAN = "All is well."
GOLD = {
    "id": "a01",
    "text": GARBLED,
    "spans": [
        {"start": 9, "end": 20, "original": "death march", "kind": "phrase"},
        {"start": 24, "end": 34, "original": "last week", "kind": "phrase"},
    ],
}
SPUN = "The two presidents are scheduled to satisfy in Geneva on Monday to discuss a ceasefire."
TOLD = "The minister mentioned on Tuesday that the talks would resume as quickly as potential."


class Fake:
    """Flags "dying march", suggesting what is right."""

    def __init__(self, options: tuple[object, ...]) -> None:
        self.signature = "fake:" + ",".join(map(str, options))

    def check_document(self, document: Document) -> DocumentResult:
        start = document.text.find("dying march")
        findings = (self._finding(start),) if start >= 0 else ()
        return DocumentResult(document.path, 7, Verdict(0.0, None, None, None), findings)

    def _finding(self, start: int) -> Finding:
        place = (start, start + 11, 1, start + 1, 1, start + 12)
        suggestions = (Suggestion("death march", 0.8),)
        return Finding("MT101", Severity.ERROR, 0.9, *place, "dying march", "garbled", suggestions=suggestions)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with texts that is the current one, and the fake checker in place of the model."""

    def load(options: CheckerOptions, progress: Progress) -> Fake:
        if options.model == "missing":
            raise ModelError("no base model")
        return Fake((options.model, options.adapter, options.precision, options.threads))

    monkeypatch.setattr(CheckerOptions, "load", load)
    monkeypatch.setenv("MTCHECK_NO_CACHE", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "gold.jsonl").write_text(json.dumps(GOLD) + "\n")
    (tmp_path / "garbled.txt").write_text(f"{GARBLED}\n{CLEAN}\n")
    (tmp_path / "original.txt").write_text(f"{ORIGINAL}\n{CLEAN}\n")
    (tmp_path / "clean.txt").write_text(CLEAN)
    return tmp_path


def run(*args: str, **environment: str) -> Result:
    return CliRunner().invoke(cli, ["evaluate", "--samples", "20", *args], env=environment, prog_name="mtcheck")


def measured(*args: str, **environment: str) -> dict[str, Any]:
    result = run(*args, "-f", "json", **environment)
    assert result.exit_code == 0, result.output
    loaded: dict[str, Any] = json.loads(result.stdout)
    return loaded


def figures(loaded: dict[str, Any]) -> dict[str, float | None]:
    return {name: figure["value"] for name, figure in loaded["figures"].items()}


def test_annotated_text_is_checked_and_measured() -> None:
    loaded = measured("gold.jsonl")
    found = figures(loaded)
    assert (found["precision"], found["recall"], found["first_suggestion"], found["repair"]) == (1, 0.5, 1, 0.5)
    assert loaded["kinds"]["phrase"]["figures"]["found"]["value"] == 0.5


def test_parallel_text_is_checked_and_measured() -> None:
    loaded = measured("--garbled", "garbled.txt", "--original", "original.txt")
    # The words "march" and "week" are the same in both, so "dying" and "final" are what is garbled.
    assert loaded["documents"] == 2
    assert figures(loaded)["recall"] == 0.5
    assert figures(loaded)["first_suggestion"] == 1
    assert figures(loaded)["repair"] == 0.5


def test_clean_text_has_false_findings(folder: Path) -> None:
    (folder / "clean.jsonl").write_text(json.dumps({"id": "c", "text": GARBLED}))
    assert figures(measured("--clean", "clean.txt", "--clean", "clean.jsonl"))["false_per_10000_words"] == 1000


def test_text_is_printed_for_people() -> None:
    result = run("gold.jsonl")
    assert result.exit_code == 0
    assert result.stdout.startswith("1 annotated and 0 clean documents, findings from warning up\n")


def test_findings_can_come_out_of_a_report(folder: Path) -> None:
    (folder / "a01.txt").write_text(GARBLED)
    for name in ("a01", "clean"):
        CliRunner().invoke(cli, [f"{name}.txt", "-f", "json", "-o", f"{name}.json"])
    again = measured("gold.jsonl", "--clean", "clean.txt", "--report", "a01.json", "--report", "clean.json")
    assert again == measured("gold.jsonl", "--clean", "clean.txt")
    assert figures(measured("gold.jsonl", "--report", "a01.json", "--model", "missing"))["recall"] == 0.5


def test_options_and_environment_reach_the_model() -> None:
    chosen = ("--model", "m", "--adapter", "a", "--precision", "fp32", "--threads", "2")
    assert measured("gold.jsonl", *chosen)["signature"] == "fake:m,a,fp32,2"
    assert measured("gold.jsonl", MTCHECK_MODEL="n")["signature"] == "fake:n,None,auto,None"


def test_the_severity_that_counts_can_be_chosen() -> None:
    assert measured("gold.jsonl", "--severity", "error")["severity"] == "error"


def test_the_report_can_go_to_a_file_but_not_over_an_input(folder: Path) -> None:
    assert run("gold.jsonl", "-f", "json", "-o", "out.json").stdout == ""
    assert json.loads((folder / "out.json").read_text())["documents"] == 1
    assert run("gold.jsonl", "-o", "gold.jsonl").exit_code == 2
    assert json.loads((folder / "gold.jsonl").read_text()) == GOLD


def test_pictures_are_drawn_into_a_folder(folder: Path) -> None:
    assert run("gold.jsonl", "--plots", "new/pictures").exit_code == 0
    assert sorted(path.name for path in (folder / "new/pictures").iterdir()) == [
        "precision-recall.png",
        "reliability.png",
    ]


def test_pictures_without_matplotlib_end_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    result = run("gold.jsonl", "--plots", "pictures")
    assert result.exit_code == 2
    assert "python -m pip install 'mtcheck[plots]'" in result.stderr
    assert run("gold.jsonl").exit_code == 0


@pytest.mark.parametrize(
    ("args", "problem"),
    [
        ([], "Nothing to measure on"),
        (["--garbled", "garbled.txt"], "belong together"),
        (["--original", "original.txt"], "belong together"),
        (["--garbled", "garbled.txt", "--original", "original.txt", "--report", "r.json"], "--report does not go with"),
        (["--garbled", "garbled.txt", "--original", "clean.txt"], "garbled.txt: 2 lines, but 1 in clean.txt"),
        (["gone.jsonl"], "gone.jsonl: no such file"),
        (["clean.txt"], "clean.txt: line 1: not JSON"),
        (["gold.jsonl", "--clean", "gold.jsonl"], "gold.jsonl: line 1: the document has garbles"),
        (["gold.jsonl", "--report", "gold.jsonl"], "gold.jsonl: no JSON report"),
        (["gold.jsonl", "--model", "missing"], "no base model"),
        (["gold.jsonl", "--plots", "clean.txt"], "clean.txt"),
        (["gold.jsonl", "--samples", "0"], "--samples"),
        (["gold.jsonl", "-o", "no/such/folder/out.txt"], "no/such/folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_an_error_in_one_sentence(args: list[str], problem: str) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("args", [["evaluate", "--help"], ["evaluate"], ["--help"]], ids=" ".join)
def test_nothing_heavy_is_imported_before_it_is_needed(args: list[str]) -> None:
    code = (
        "import sys, mtcheck.cli\n"
        f"sys.argv = ['mtcheck', *{args}]\n"
        "try:\n    mtcheck.cli.main()\nfinally:\n    print(*sys.modules, file=sys.stderr)\n"
    )
    root = str(Path(mtcheck.__file__).parent.parent)
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": root}
    )
    loaded = set(result.stderr.split())
    assert ("mtcheck.commands.evaluate" in loaded) == ("evaluate" in args)
    assert loaded.isdisjoint({"torch", "transformers", "rich", "numpy", "sacrebleu", "matplotlib"})


def test_the_real_model_is_measured(folder: Path, monkeypatch: pytest.MonkeyPatch, checker: Checker) -> None:
    monkeypatch.setattr(CheckerOptions, "load", lambda *args: checker)
    garbles = {SPUN: {"satisfy": "meet"}, TOLD: {"mentioned": "said", "as quickly as potential": "as soon as possible"}}
    lines = [
        json.dumps(
            {
                "id": text[:9],
                "text": text,
                "spans": [
                    {"start": text.index(garbled), "end": text.index(garbled) + len(garbled), "original": original}
                    for garbled, original in spans.items()
                ],
            }
        )
        for text, spans in garbles.items()
    ]
    (folder / "real.jsonl").write_text("\n".join(lines))
    loaded = measured("real.jsonl", "--severity", "info")
    assert loaded["signature"] == checker.signature
    assert loaded["documents"] == 2
    assert (figures(loaded)["recall"] or 0) > 0
    assert loaded["translation"]["segments"] == 2
    assert loaded["reliability"]["findings"]["count"] >= 1
