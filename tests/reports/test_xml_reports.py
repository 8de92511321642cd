from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml
from lxml import etree

from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Severity, Verdict


def parsed(run: Any, format_name: str) -> etree._Element:
    return etree.fromstring(run.printed(format_name).encode())


def test_a_junit_parser_counts_tests_failures_and_errors(run: Any) -> None:
    report = JUnitXml.fromstring(run.printed("junit").encode())
    report.update_statistics()
    assert (report.tests, report.failures, report.errors) == (7, 5, 1)
    assert [suite.name for suite in report][1:3] == ["news/b.txt", "c.txt"]


def test_the_counts_of_a_junit_suite_are_those_of_its_tests(run: Any) -> None:
    for suite in JUnitXml.fromstring(run.printed("junit").encode()):
        told = (suite.tests, suite.failures, suite.errors)
        suite.update_statistics()
        assert told == (suite.tests, suite.failures, suite.errors)


def test_a_junit_failure_says_where_and_what(run: Any) -> None:
    suites = list(JUnitXml.fromstring(run.printed("junit").encode()))
    (case,) = list(suites[1])
    (failure,) = case.result
    assert isinstance(failure, Failure)
    assert failure.type == "error MT101"
    assert "news/b.txt:1:10: error MT101" in failure.text
    (last,) = list(suites[3])
    assert isinstance(last.result[0], Error)


def test_checkstyle_has_a_file_element_for_each_input(run: Any) -> None:
    root = parsed(run, "checkstyle")
    assert root.tag == "checkstyle"
    assert [file.get("name") for file in root] == ["news/a b,%é: <&>.txt", "news/b.txt", "c.txt", "gone, <b>.txt"]
    errors = [dict(error.attrib) for error in root[0]]
    assert [(error["line"], error["column"], error["severity"], error["source"]) for error in errors] == [
        ("1", "10", "error", "mtcheck.MT101"),
        ("1", "27", "warning", "mtcheck.MT101"),
        ("2", "43", "warning", "mtcheck.MT101"),
        ("3", "25", "info", "mtcheck.MT102"),
    ]
    assert "death march" in errors[0]["message"]


@pytest.mark.parametrize("format_name", ["junit", "checkstyle"])
def test_a_run_without_inputs_is_well_formed(empty: Any, format_name: str) -> None:
    assert len(parsed(empty, format_name)) == 0


@given(text=st.text(st.characters(codec=None), min_size=1, max_size=30))
def test_no_text_breaks_the_xml(run: Any, text: str) -> None:
    document = Document(f"a{text}.txt", text)
    whole = run.results[0][1].findings[0]
    found = replace(whole, text=text, message=text, severity=Severity.ERROR)
    result = DocumentResult(document.path, 1, Verdict(0, None, None, None), (found,))
    one = type(run)(results=[(document, result)])
    for format_name in ("junit", "checkstyle"):
        assert len(parsed(one, format_name)) == 1
