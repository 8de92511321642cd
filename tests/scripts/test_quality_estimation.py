from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from measuring.surprisal import Surprisals
from quality_estimation import Scores, Sentence, chances, read_sentences, result_row, sentence

from mtcheck.segments import Span

SCRIPT = Path(__file__).parents[2] / "scripts" / "quality_estimation.py"
TOKENS = 'The minister \'s aide ( 40 ) said : " no . "'.split()


def parts(item: Sentence) -> list[str]:
    return [item.text[span.start : span.end] for span in item.tokens]


def test_tokens_are_joined_by_spaces() -> None:
    item = sentence(TOKENS, ["OK", "BAD", *["OK"] * 11])
    assert item.text == " ".join(TOKENS)
    assert parts(item) == TOKENS
    assert [i for i, bad in enumerate(item.bad) if bad] == [1]


def test_punctuation_can_stand_at_its_word() -> None:
    item = sentence(TOKENS, ["OK"] * len(TOKENS), joined=True)
    assert item.text == 'The minister\'s aide (40) said: " no. "'
    assert parts(item) == TOKENS


def test_words_are_tokens_with_a_letter_or_digit() -> None:
    item = sentence(TOKENS, ["OK"] * len(TOKENS))
    assert [token for i, token in enumerate(TOKENS) if item.is_word(i)] == "The minister 's aide 40 said no".split()


def test_a_token_has_the_surprisal_of_all_model_tokens_that_touch_it() -> None:
    item = sentence(["Witkoff", "met", "them"], ["OK"] * 3)
    # " met" holds the space before it; "Witkoff" is two tokens, and one token spans "them".
    read = Surprisals([(0, 3), (3, 7), (7, 11), (11, 16)], [4.0, 2.0, 1.0, 0.5])
    assert [read.over(span.start, span.end) for span in item.tokens] == [6.0, 1.0, 0.5]
    assert read.total == 7.5


def test_a_token_has_the_greatest_chance_of_the_words_that_touch_it() -> None:
    item = sentence(["and/or", "."], ["OK", "OK"])
    assert chances(item, [(Span(0, 3), 0.2), (Span(4, 6), 0.7)]) == [0.7, 0.0]


def test_takes_the_first_sentences_of_each_part() -> None:
    rows = [
        {"lp": lp, "split": split, "mt": ["Word", str(i)], "tags": ["OK", "BAD"]}
        for lp in ("ru-en", "ne-en")
        for split in ("dev", "train", "test20")
        for i in range(3)
    ]
    found = read_sentences(rows, ["ru-en"], 2, joined=False)
    assert {key: [item.text for item in items] for key, items in found.items()} == {
        ("ru-en", "dev"): ["Word 0", "Word 1"],
        ("ru-en", "test20"): ["Word 0", "Word 1"],
    }
    assert len(read_sentences(rows, ["ru-en"], None, joined=False)["ru-en", "dev"]) == 3
    rows[0]["tags"] = ["OK"]
    with pytest.raises(ValueError, match="ru-en dev: 2 tokens and 1 tags"):
        read_sentences(rows, ["ru-en"], None, joined=False)


def scored(tags: str, plain: list[float], editing: list[float], chance: list[float]) -> tuple[Sentence, Scores]:
    item = sentence(["w"] * len(tags), ["BAD" if tag == "B" else "OK" for tag in tags])
    return item, {"plain": plain, "editing": editing, "chance": chance}


def test_a_row_takes_thresholds_from_dev_and_measures_on_test() -> None:
    dev = [scored("OBO", [1.0, 2.0, 3.0], [0.0, 5.0, 1.0], [0.1, 0.9, 0.1])]
    # editing: from 5.0, right on dev, so one of two bad words is caught: hits 1, missed 1, spared 2.
    test = [scored("BBOO", [9.0, 9.0, 9.0, 9.0], [5.0, 4.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0])]
    row = result_row("ru-en", "words", dev, test, Sentence.is_word)
    assert row == ["ru-en", "words", "4", ".50", ".00", ".58", "-1.00"]


def test_tokens_that_are_not_kept_do_not_count() -> None:
    dev = [scored("OB", [0.0, 1.0], [0.0, 1.0], [0.0, 1.0])]
    test = [scored("OBB", [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0])]
    row = result_row("ru-en", "words", dev, test, lambda item, i: i < 2)
    assert row == ["ru-en", "words", "2", ".50", "1.00", "1.00", "1.00"]


def test_says_what_the_data_lacks(tmp_path: Path) -> None:
    data = tmp_path / "tags.jsonl"
    data.write_text(json.dumps({"lp": "ru-en", "split": "dev", "mt": ["A"], "tags": ["OK"]}) + "\n", encoding="utf-8")
    done = subprocess.run([sys.executable, SCRIPT, "--data", data], capture_output=True, text=True)
    assert done.returncode == 2
    assert f"{data}: holds no sentences of ru-en test20" in done.stderr
