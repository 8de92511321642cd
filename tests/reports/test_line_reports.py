from __future__ import annotations

import json
import re
from typing import Any

# The regular expression of the problem matchers that GitHub's setup actions ship for linters: file:line:col: text.
LOCATED = re.compile(r"^(.+?):(\d+):(\d+): (error|warning|info) (\S+) (.*)$")


def test_each_line_of_the_concise_report_is_a_place_and_a_finding(run: Any) -> None:
    *lines, summary = run.printed("concise").splitlines()
    places = [match.groups()[:5] for match in map(LOCATED.match, lines) if match]
    assert len(places) == len(lines) == 5
    assert places[1] == ("news/a b,%é: <&>.txt", "1", "27", "warning", "MT101")
    assert lines[0].endswith('"dying march": "death march", "dead march"')
    assert summary.startswith("3 files, 20 words: 5 findings")


def test_a_draft_cannot_act_on_the_terminal_by_the_concise_report(run: Any) -> None:
    assert "\x1b" not in run.printed("concise")


def test_json_lines_are_objects_in_the_order_of_the_run(run: Any) -> None:
    entries = [json.loads(line) for line in run.printed("jsonl").split("\n")[:-1]]
    kinds = [entry["type"] for entry in entries]
    assert kinds == ["run", *["finding"] * 4, "file", "finding", "file", "file", "error", "end"]
    assert entries[1]["path"] == entries[5]["path"]
    assert entries[1]["text"] == "dying march"
    assert entries[-1] == {"type": "end", "files": 3, "interrupted": False}


def test_json_lines_hold_what_the_json_report_holds(run: Any) -> None:
    entries = [json.loads(line) for line in run.printed("jsonl").split("\n")[:-1]]
    found = [
        {key: value for key, value in entry.items() if key not in ("type", "path")}
        for entry in entries
        if entry["type"] == "finding"
    ]
    whole = json.loads(run.printed("json"))
    assert found == [finding for file in whole["files"] for finding in file["findings"]]
