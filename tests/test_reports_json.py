from __future__ import annotations

import io
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mtcheck import __version__
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity, Suggestion, Verdict
from mtcheck.reports import FORMATS, Tally

DOCUMENT = Document("news/a.txt", "Stop the “dying march” now.")
FINDING = Finding(
    rule="MT101",
    severity=Severity.WARNING,
    confidence=0.97321,
    start=10,
    end=21,
    line=1,
    column=11,
    end_line=1,
    end_column=22,
    text="dying march",
    message="garbled wording",
    in_quotation=True,
    suggestions=(Suggestion("death march", 0.9149), Suggestion("death\u2028marches", 0.04)),
    fingerprint="0123456789abcdef",
)
RESULT = DocumentResult("news/a.txt", 5, Verdict(200.0, 3.14159, 42.0, 0.99), (FINDING,))


def report(*results: DocumentResult | Failure, signature: str = "mtcheck:0|base:b") -> str:
    stream = io.StringIO()
    writer = FORMATS["json"](stream, True)
    writer.begin(signature)
    for result in results:
        if isinstance(result, Failure):
            writer.failure(result)
        else:
            writer.document(DOCUMENT, result)
    writer.end(Tally())
    return stream.getvalue()


def refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is not JSON")


def test_the_report_is_the_contract_to_the_letter() -> None:
    text = report(Failure("gone.txt", "no such file or folder"), RESULT)
    assert json.loads(text) == {
        "version": __version__,
        "signature": "mtcheck:0|base:b",
        "files": [
            {
                "path": "news/a.txt",
                "words": 5,
                "verdict": {
                    "findings_per_1000_words": 200.0,
                    "editing_perplexity": 3.14,
                    "perplexity": 42.0,
                    "spun": 0.99,
                },
                "findings": [
                    {
                        "rule": "MT101",
                        "severity": "warning",
                        "confidence": 0.97,
                        "start": 10,
                        "end": 21,
                        "line": 1,
                        "column": 11,
                        "end_line": 1,
                        "end_column": 22,
                        "text": "dying march",
                        "message": "garbled wording",
                        "in_quotation": True,
                        "suggestions": [
                            {"text": "death march", "confidence": 0.91},
                            {"text": "death\u2028marches", "confidence": 0.04},
                        ],
                        "fingerprint": "0123456789abcdef",
                    }
                ],
            }
        ],
        "errors": [{"path": "gone.txt", "message": "no such file or folder"}],
    }


def test_the_keys_are_in_the_order_of_the_contract() -> None:
    parsed = json.loads(report(RESULT))
    assert list(parsed) == ["version", "signature", "files", "errors"]
    assert list(parsed["files"][0]) == ["path", "words", "verdict", "findings"]
    assert " ".join(parsed["files"][0]["findings"][0]) == (
        "rule severity confidence start end line column end_line end_column text message in_quotation suggestions "
        "fingerprint"
    )


def test_a_text_too_short_to_tell_has_null_for_a_verdict() -> None:
    verdict = json.loads(report(DocumentResult("a.txt", 0, Verdict(0.0, None, None, None), ())))["files"][0]["verdict"]
    assert verdict == {"findings_per_1000_words": 0.0, "editing_perplexity": None, "perplexity": None, "spun": None}


def test_what_is_no_number_in_json_is_null() -> None:
    text = report(DocumentResult("a.txt", 1, Verdict(0.0, float("inf"), float("nan"), 0.5), ()))
    verdict = json.loads(text, parse_constant=refuse)["files"][0]["verdict"]
    assert (verdict["editing_perplexity"], verdict["perplexity"]) == (None, None)


def test_characters_are_written_as_they_are() -> None:
    assert '"text": "dying march"' in report(RESULT)
    assert "news/é.txt" in report(DocumentResult("news/é.txt", 0, RESULT.verdict, ()))


def test_a_run_over_nothing_is_a_report_too() -> None:
    assert json.loads(report()) == {
        "version": __version__,
        "signature": "mtcheck:0|base:b",
        "files": [],
        "errors": [],
    }


def test_each_file_is_written_when_it_is_done() -> None:
    stream = io.StringIO()
    writer = FORMATS["json"](stream, True)
    writer.begin("s")
    writer.document(DOCUMENT, RESULT)
    assert "dying march" in stream.getvalue()


texts = st.text(max_size=20)
shares = st.floats(0, 1)
counts = st.integers(0, 10**9)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["MT101", "MT402"]),
    severity=st.sampled_from(Severity),
    confidence=shares,
    start=counts,
    end=counts,
    line=counts,
    column=counts,
    end_line=counts,
    end_column=counts,
    text=texts,
    message=texts,
    in_quotation=st.booleans(),
    suggestions=st.lists(st.builds(Suggestion, texts, shares), max_size=3).map(tuple),
    fingerprint=texts,
)
perplexities = st.none() | st.floats(1)
results = st.builds(
    DocumentResult,
    path=texts,
    words=counts,
    verdict=st.builds(Verdict, st.floats(0, 1000), perplexities, perplexities, st.none() | shares),
    findings=st.lists(findings, max_size=3).map(tuple),
)


@given(st.lists(results | st.builds(Failure, texts, texts), max_size=4), texts)
def test_all_that_was_found_can_be_read_back(items: list[DocumentResult | Failure], signature: str) -> None:
    parsed = json.loads(report(*items, signature=signature), parse_constant=refuse)
    assert parsed["signature"] == signature
    failures = [item for item in items if isinstance(item, Failure)]
    assert [(error["path"], error["message"]) for error in parsed["errors"]] == [
        (failure.path, failure.message) for failure in failures
    ]
    checked = [item for item in items if isinstance(item, DocumentResult)]
    assert [(entry["path"], entry["words"]) for entry in parsed["files"]] == [(r.path, r.words) for r in checked]
    for entry, result in zip(parsed["files"], checked, strict=True):
        for one, finding in zip(entry["findings"], result.findings, strict=True):
            assert (one["start"], one["end"], one["text"]) == (finding.start, finding.end, finding.text)
            assert one["severity"] == finding.severity.label
            assert abs(one["confidence"] - finding.confidence) <= 0.005 + 1e-9
            assert [s["text"] for s in one["suggestions"]] == [s.text for s in finding.suggestions]
