from __future__ import annotations

import pytest
from demetr import MEASURES, Kind, Pair, per_word, read_pairs, result_rows, worse


def row(number: int, kind: str, severity: str) -> dict[str, str]:
    return {
        "type": f"{severity}_{kind}",
        "severity": severity,
        "mt": f"Right {number}.",
        "perturbed": f"Left {number}.",
    }


ROWS = [
    *(row(i, "id14_word_swap", "minor") for i in range(9)),
    *(row(i, "id9_ne_replaced", "critical") for i in range(3)),
    row(0, "id33_empty", "base"),
    row(0, "id10_numbers_replaced", "critical"),
]


def test_kinds_stand_in_the_order_of_severity_and_number() -> None:
    found = read_pairs(ROWS, None, 1)
    assert list(found) == [
        ("critical", "id9_ne_replaced"),
        ("critical", "id10_numbers_replaced"),
        ("minor", "id14_word_swap"),
        ("base", "id33_empty"),
    ]
    assert found["critical", "id9_ne_replaced"][1] == ("Right 1.", "Left 1.")


def test_a_sample_depends_on_the_seed_alone() -> None:
    samples = [read_pairs(ROWS, 4, seed)["minor", "id14_word_swap"] for seed in (1, 1, 2)]
    assert len(set(samples[0])) == 4
    assert samples[0] == samples[1] != samples[2]
    minor = ROWS[:9]
    assert read_pairs(minor, 9, 1) == read_pairs(minor, None, 1)


def test_an_unknown_severity_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown severity odd"):
        read_pairs([row(0, "id1_x", "odd")], None, 1)


def test_ties_count_half() -> None:
    scores = {"a": 1.0, "b": 2.0, "c": 2.0}
    assert worse([("a", "b"), ("b", "a"), ("b", "c")], scores) == 1.5


def test_rows_give_shares_by_kind_and_totals_without_base() -> None:
    kinds: dict[Kind, list[Pair]] = {
        ("critical", "id9_ne_replaced"): [("a", "b"), ("a", "c")],
        ("minor", "id14_word_swap"): [("b", "a"), ("b", "b")],
        ("base", "id33_empty"): [("a", "c")],
    }
    scores = {measure: {"a": 1.0, "b": 2.0, "c": 0.5} for measure in MEASURES}
    rows = result_rows(kinds, scores)
    assert [cells[:4] for cells in rows] == [
        ["critical", "ne replaced (9)", "2", ".50"],
        ["critical", "all", "2", ".50"],
        ["minor", "word swap (14)", "2", ".25"],
        ["minor", "all", "2", ".25"],
        ["base", "empty (33)", "1", ".00"],
        ["all but base", "all", "4", ".38"],
    ]
    assert all(len(cells) == 3 + len(MEASURES) for cells in rows)


def test_totals_by_word_of_a_text_without_words_are_the_totals() -> None:
    assert per_word(6.0, "Two words.") == 3.0
    assert per_word(6.0, ".") == 6.0
