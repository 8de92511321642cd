from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mtcheck.errors import InputError
from mtcheck.evaluation.gold import GoldDocument, read_gold
from mtcheck.evaluation.spans import GoldSpan

TEXT = "They plan to satisfy final week."
SATISFY = {"start": 13, "end": 20, "original": "meet", "kind": "phrase", "sure": False, "garbled": "satisfy"}
WEEK = {"start": 21, "end": 31, "original": ["last week", "the past week"]}


def write(folder: Path, *lines: object) -> str:
    path = folder / "gold.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return str(path)


def document(**changes: Any) -> dict[str, Any]:
    return {"id": "a01", "text": TEXT, "spans": [SATISFY], **changes}


def without(data: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != key}


def test_documents_are_read_with_their_spans_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, document(spans=[WEEK, SATISFY]), "", document(id="a02", spans=[], topic="ignored"))
    assert read_gold(path) == [
        GoldDocument(
            "a01",
            TEXT,
            (
                GoldSpan(13, 20, ("meet",), "phrase", sure=False),
                GoldSpan(21, 31, ("last week", "the past week"), "", sure=True),
            ),
        ),
        GoldDocument("a02", TEXT),
    ]


def test_line_separators_inside_a_text_end_no_line(tmp_path: Path) -> None:
    path = write(tmp_path, json.dumps(document(text="a\u2028b\x85c", spans=[]), ensure_ascii=False))
    assert [one.text for one in read_gold(path)] == ["a\u2028b\x85c"]


def test_spans_are_found_where_the_whole_original_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": "a", "text": TEXT, "original": "They plan to satisfy last week."})
    (one,) = read_gold(path)
    assert one.spans == (GoldSpan(21, 26, ("last",), "substitution"),)


def test_an_original_may_leave_words_out(tmp_path: Path) -> None:
    path = write(tmp_path, document(spans=[{"start": 0, "end": 5, "original": ""}]))
    assert read_gold(path)[0].spans[0].originals == ("",)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"id": "a01",', "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"id": "\\ud800", "text": "", "spans": []}', "surrogate"),
        (without(document(), "id"), 'no "id"'),
        (without(document(), "text"), 'no "text"'),
        (without(document(), "spans"), 'no "spans"'),
        (document(text=7), '"text" must be text'),
        (document(spans={}), '"spans" must be a list'),
        (document(spans=[7]), "span 1: not a JSON object"),
        (document(spans=[SATISFY, without(SATISFY, "start")]), 'span 2: no "start"'),
        (document(spans=[{**SATISFY, "start": True}]), '"start" must be a whole number'),
        (document(spans=[{**SATISFY, "start": 13.5}]), '"start" must be a whole number'),
        (document(spans=[{**SATISFY, "end": 33}]), "no stretch of a text of 32 code points"),
        (document(spans=[{**SATISFY, "start": -1}]), "no stretch"),
        (document(spans=[{**SATISFY, "start": 14}]), "'atisfy' stands at 14 to 20, not 'satisfy'"),
        (document(spans=[without(SATISFY, "original")]), '"original" must be'),
        (document(spans=[{**SATISFY, "original": []}]), '"original" must be'),
        (document(spans=[{**SATISFY, "original": ["meet", 7]}]), '"original" must be'),
        (document(spans=[{**SATISFY, "sure": "yes"}]), '"sure" must be true or false'),
        (document(spans=[SATISFY, {**WEEK, "start": 18}]), "the spans at 13 and 18 overlap"),
    ],
)
def test_a_malformed_line_is_named_with_what_is_wrong_and_a_remedy(tmp_path: Path, line: object, problem: str) -> None:
    path = write(tmp_path, document(), line)
    with pytest.raises(InputError, match=r"line 2: ") as caught:
        read_gold(path)
    assert caught.value.path == path
    assert problem in caught.value.message
    assert ";" in caught.value.message or "must be" in caught.value.message


def test_a_file_without_documents_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no documents"):
        read_gold(write(tmp_path, ""))


def test_clean_documents_need_no_spans_and_must_not_have_any(tmp_path: Path) -> None:
    assert read_gold(write(tmp_path, {"id": "a", "text": TEXT}, document(spans=[])), clean=True) == [
        GoldDocument("a", TEXT),
        GoldDocument("a01", TEXT),
    ]
    with pytest.raises(InputError, match="line 1: the document has garbles"):
        read_gold(write(tmp_path, document()), clean=True)
