"""A finding on a text as a whole, which has a place but no wording."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mtcheck.reports import FORMATS


@pytest.mark.parametrize("format_name", list(FORMATS))
def test_no_format_quotes_a_wording_that_there_is_not(run: Any, format_name: str) -> None:
    document, result = run.results[1]
    message = "The text as a whole looks spun."
    whole = replace(
        result.findings[0], rule="MT501", start=0, end=0, text="", message=message, suggestions=(), column=1
    )
    printed = type(run)(results=[(document, replace(result, findings=(whole,)))]).printed(format_name)
    assert message in printed
    assert "“”" not in printed
    assert "<q></q>" not in printed
    assert 'MT501 1:1 "' not in printed
