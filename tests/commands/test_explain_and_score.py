from __future__ import annotations

import json
from array import array
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mtcheck.cli import cli
from mtcheck.commands.loading import CheckerOptions
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Verdict
from mtcheck.rules import RULES
from mtcheck.segments import words
from mtcheck.sentence_scores import SentenceScore, sentence_scores
from mtcheck.surprisals import Surprisals

TEXT = "All is well. They satisfy today.\nA dull final line! 12 34.\n"


class Fake:
    """Two tokens a word; "satisfy" costs 6 nats when it is copied, other words none, and each 4 when read plainly."""

    signature = "mtcheck:0|base:fake"

    def check_document(self, document: Document) -> DocumentResult:
        found = [document.text[span.start : span.end] for span in words(document.text)]
        surprisals = Surprisals(
            array("H", [600 * (word == "satisfy") for word in found]),
            array("H", [400 for _ in found]),
            array("B", [2 * (not word.isdigit()) for word in found]),
        )
        return DocumentResult(document.path, len(found), Verdict(0.0, 1.0, 1.0, None), (), document.name, surprisals)


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, fake_checker: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(CheckerOptions, "load", lambda *args: Fake())
    monkeypatch.setenv("MTCHECK_NO_CACHE", "1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    return tmp_path


def run(*args: str) -> Result:
    return CliRunner().invoke(cli, args, prog_name="mtcheck")


@pytest.mark.parametrize("code", RULES)
def test_a_rule_is_explained_with_examples(code: str) -> None:
    result = run("explain", code.lower())
    said = " ".join(result.stdout.split())
    for part in (code, RULES[code].what, RULES[code].why, RULES[code].flags[0], RULES[code].passes[0]):
        assert " ".join(part.split()) in said
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_without_a_rule_all_are_listed_and_an_unknown_one_is_an_error() -> None:
    assert [line.split()[0] for line in run("explain").stdout.splitlines()] == list(RULES)
    result = run("explain", "MT103")
    assert result.exit_code == 2
    assert "the nearest one is MT10" in result.stderr


def test_sentences_are_scored_by_the_tokens_of_their_words() -> None:
    scores = list(sentence_scores(Document("a.txt", TEXT), Fake().check_document(Document("a.txt", TEXT))))
    assert [one.text for one in scores] == ["All is well.", "They satisfy today.", "A dull final line!"]
    assert [(one.line, one.column, one.words) for one in scores] == [(1, 1, 3), (1, 14, 3), (2, 1, 4)]
    assert [round(one.editing, 3) for one in scores] == [1.0, 2.718, 1.0]
    assert [round(one.plain, 3) for one in scores] == [7.389] * 3


def test_the_worst_sentence_comes_first() -> None:
    result = run("score", "a.txt", "--limit", "1")
    assert result.exit_code == 0
    assert "2.72" in result.stdout
    assert "a.txt:1:14" in result.stdout
    assert "They satisfy today." in result.stdout
    assert "All is well" not in result.stdout
    assert "3 sentences, 2 of them not shown" in result.stdout


def test_scores_are_also_json_in_any_order_and_of_all_sentences(drafts: Path) -> None:
    result = run("score", "a.txt", "-f", "json", "--sort", "place", "--limit", "0", "-o", "scores.json")
    assert result.stdout == ""
    data = json.loads((drafts / "scores.json").read_text())
    assert [one["line"] for one in data] == [1, 1, 2]
    assert data[1] == {
        "path": "a.txt",
        "name": "",
        "line": 1,
        "column": 14,
        "text": "They satisfy today.",
        "words": 3,
        "editing": 2.72,
        "plain": 7.39,
    }


def test_what_cannot_be_read_is_told_and_hides_nothing() -> None:
    result = run("score", "gone.txt", "a.txt")
    assert result.exit_code == 2
    assert "They satisfy" in result.stdout
    assert result.stderr == "mtcheck: gone.txt: no such file or folder\n"


def test_the_configuration_of_checks_holds_as_far_as_it_fits(drafts: Path) -> None:
    (drafts / "old").mkdir()
    (drafts / "old" / "b.txt").write_text(TEXT)
    (drafts / "mtcheck.toml").write_text('format = "sarif"\nexclude = ["old/"]\nfail-on = "never"\n')
    result = run("score", ".")
    assert result.exit_code == 0
    assert "3 sentences" in result.stdout


@pytest.mark.parametrize(("name", "head"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")])
def test_a_picture_can_be_drawn(drafts: Path, name: str, head: bytes) -> None:
    pytest.importorskip("matplotlib")
    assert run("score", "a.txt", "--plot", name).exit_code == 0
    assert (drafts / name).read_bytes().startswith(head)


def test_a_picture_counts_in_whole_sentences_and_names_the_file_where_there_are_several() -> None:
    pytest.importorskip("matplotlib")
    from mtcheck.score_plot import picture

    def axes(*paths: str) -> Any:
        return picture([SentenceScore(path, "", 7, 1, "All.", 1, 12.0, 40.0) for path in paths]).axes[0]

    one, two = axes("a.txt", "a.txt"), axes("$a$.txt", "b.txt")
    assert {text.get_text() for text in one.texts} == {"line 7"}
    assert {text.get_text() for text in two.texts} == {"$a$.txt:7", "b.txt:7"}
    assert all(tick == int(tick) for tick in one.get_xticks())


def test_a_picture_of_no_known_format_is_refused_before_anything_slow() -> None:
    result = run("score", "a.txt", "--plot", "a.txt")
    assert result.exit_code == 2
    assert ".png, .svg or .pdf" in result.stderr
