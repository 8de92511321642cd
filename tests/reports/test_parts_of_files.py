from __future__ import annotations

import io
import json
from typing import Any

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.readers.feeds import read_feed
from mtcheck.reports.json import JsonReport
from mtcheck.reports.rdjson import RdjsonReport
from mtcheck.reports.sarif import SarifReport
from mtcheck.reports.tally import Tally

FEED = (
    "<rss>\n<item><title>Éire</title><guid>g1</guid><description>\n<![CDATA[<p>é the dying march</p>]]></description>\n"
    "</item><item><title>The <![CDATA[dying]]> march</title></item></rss>"
)


def found(document: Document, words: str) -> tuple[Document, DocumentResult]:
    start = document.text.index(words)
    end = start + len(words)
    line, column = document.place(start)
    end_line, end_column = document.end_place(start, end)
    finding = Finding(
        rule="MT101",
        severity=Severity.ERROR,
        confidence=0.97,
        start=start,
        end=end,
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        text=words,
        message="Garbled wording?",
        suggestions=(Suggestion("death march", 0.9),),
        location=document.location(start),
    )
    verdict = Verdict(findings_per_1000_words=1.0, editing_perplexity=None, perplexity=None, spun=None)
    return document, DocumentResult(document.path, 9, verdict, (finding,), document.name)


def printed(make: Any) -> dict[str, Any]:
    stream = io.StringIO()
    report = make(stream)
    report.begin("mtcheck:test")
    for document in read_feed("a.rss", FEED):
        report.document(*found(document, "dying march"))
    report.end(Tally())
    entry: dict[str, Any] = json.loads(stream.getvalue())
    return entry


def test_json_gives_offsets_into_the_feed_and_names_entry_and_field() -> None:
    one, two = printed(JsonReport)["files"]
    assert (one["name"], two["name"]) == ("entry 1 (g1)", "entry 2 (The dying march)")
    (first,), (second,) = one["findings"], two["findings"]
    assert FEED[first["start"] : first["end"]] == "dying march"
    assert FEED[second["start"] : second["end"]] == "dying]]> march"
    assert (first["line"], first["column"], first["location"]) == (3, 19, "entry 1 (g1), summary")


def test_rdjson_counts_the_bytes_of_the_feeds_line() -> None:
    first, _ = printed(RdjsonReport)["diagnostics"]
    line = FEED.split("\n")[2].encode()
    where = first["location"]["range"]
    assert line[where["start"]["column"] - 1 : where["end"]["column"] - 1] == b"dying march"


def test_a_fix_is_offered_only_where_no_markup_would_be_lost() -> None:
    first, second = printed(RdjsonReport)["diagnostics"]
    assert ([s["text"] for s in first["suggestions"]], second["suggestions"]) == (["death march"], [])
    one, two = printed(SarifReport)["runs"][0]["results"]
    assert ("fixes" in one, "fixes" in two) == (True, False)
    assert one["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "entry 1 (g1), summary"}]
