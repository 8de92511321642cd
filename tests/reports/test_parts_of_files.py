from __future__ import annotations

import io
import json
from typing import Any

from mtcheck.document import Document, Label
from mtcheck.findings import DocumentResult, Finding, Severity, Suggestion, Verdict
from mtcheck.readers.feeds import read_feed
from mtcheck.reports.concise import ConciseReport
from mtcheck.reports.github import GithubReport
from mtcheck.reports.json import JsonReport
from mtcheck.reports.rdjson import RdjsonReport
from mtcheck.reports.sarif import SarifReport
from mtcheck.reports.tally import Tally
from mtcheck.reports.text import TextReport
from mtcheck.reports.wording import summary

FEED = (
    "<rss>\n<item><title>Éire</title><guid>g1</guid><description>\n<![CDATA[<p>é the dying march</p>]]></description>\n"
    "</item><item><title>The <![CDATA[dying]]> march</title></item></rss>"
)


def found(document: Document, words: str) -> tuple[Document, DocumentResult]:
    start = document.text.index(words)
    finding = Finding.at(
        document,
        start,
        start + len(words),
        rule="MT101",
        severity=Severity.ERROR,
        confidence=0.97,
        message="Garbled wording?",
        suggestions=(Suggestion("death march", 0.9),),
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


LABELS = (Label(0, "paragraph 1"), Label(5, "footnote 2"))
WORD = Document("a.docx", "So.\n\nA dying march.", labels=LABELS, extracted=True)


def test_a_finding_in_a_word_file_is_placed_by_its_path_and_not_by_a_line() -> None:
    pair = found(WORD, "dying march")
    stream = io.StringIO()
    for report in (TextReport(stream), GithubReport(stream), ConciseReport(stream)):
        report.document(*pair)
    text, github, concise = (line for line in stream.getvalue().splitlines() if "MT101" in line)
    assert text.startswith("a.docx: error MT101 97 %")
    assert "(footnote 2)" in text
    assert github.startswith("::error file=a.docx,title=mtcheck MT101 97 %25 (footnote 2)::")
    assert "error MT101 97 % (footnote 2)" in concise
    sarif, rdjson = io.StringIO(), io.StringIO()
    for begun in (SarifReport(sarif), RdjsonReport(rdjson)):
        begun.begin("mtcheck:test")
        begun.document(*pair)
        begun.end(Tally())
    (result,) = json.loads(sarif.getvalue())["runs"][0]["results"]
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert result["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "footnote 2"}]
    (diagnostic,) = json.loads(rdjson.getvalue())["diagnostics"]
    assert diagnostic["location"] == {"path": "a.docx"}


def test_the_summary_counts_files_and_the_documents_in_them() -> None:
    tally = Tally()
    for document in read_feed("a.rss", FEED):
        assert isinstance(document, Document)
        tally.add(found(document, "dying march")[1])
    assert summary(tally).startswith("1 file with 2 documents, 18 words: 2 findings")
    tally.add(found(WORD, "dying march")[1])
    assert summary(tally).startswith("2 files with 3 documents")
