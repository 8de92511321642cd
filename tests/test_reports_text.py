from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from mtcheck.display import visible
from mtcheck.document import Document
from mtcheck.findings import DocumentResult, Failure, Finding, Severity, Suggestion, Verdict
from mtcheck.reports import Tally
from mtcheck.reports.excerpt import excerpts
from mtcheck.reports.text import TextReport
from mtcheck.reports.wording import summary

MARCH = "He says he’ll stop the “dying march” at once."


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def finding_at(document: Document, start: int, end: int, **changes: object) -> Finding:
    finding = Finding.at(document, start, end, rule="MT101", severity=Severity.ERROR, confidence=0.97, message="")
    return replace(finding, **changes)  # type: ignore[arg-type]


def mark(text: str, words: str, **changes: object) -> tuple[Document, Finding]:
    document = Document("draft.txt", text)
    return document, finding_at(document, text.index(words), text.index(words) + len(words), **changes)


def printed(text: str, words: str, *, width: int = 80, stream: io.StringIO | None = None, **changes: object) -> str:
    """What the report shows for one finding."""
    stream = stream or io.StringIO()
    document, finding = mark(text, words, **changes)
    result = DocumentResult(document.path, 9, Verdict(0, None, None, None), (finding,))
    TextReport(stream, summary=False, width=width).document(document, result)
    return stream.getvalue()


def underlined(text: str, words: str, width: int = 80) -> tuple[str, str]:
    """The line of the finding and the one with the carets, without their indent."""
    lines = printed(text, words, width=width).splitlines()
    return lines[1][4:], lines[2][4:]


def test_a_finding_shows_place_severity_rule_line_and_wordings() -> None:
    suggestions = (Suggestion("death march", 0.91), Suggestion("dead march", 0.04))
    assert printed(MARCH, "dying march", suggestions=suggestions, in_quotation=True) == (
        "draft.txt:1:25: error MT101 97 % (in a quotation)\n"
        "    He says he’ll stop the “dying march” at once.\n"
        "                            ^^^^^^^^^^^\n"
        '    "death march" 91 %   "dead march" 4 %\n'
        "\n"
    )


def test_a_message_is_shown_where_it_says_more_than_the_wordings() -> None:
    wording = (Suggestion("death march", 0.9),)
    assert "perhaps" not in printed(MARCH, "dying march", message='perhaps "death march"', suggestions=wording)
    assert "MT402 97 % word doubled" in printed(MARCH, "says", rule="MT402", message="word doubled")


def test_no_certainty_is_claimed() -> None:
    text = printed(MARCH, "says", confidence=1.0, suggestions=(Suggestion("said", 0.999), Suggestion("say", 0.0)))
    assert "100" not in text
    assert '"said" 99 %   "say" 1 %' in text


def test_a_word_to_leave_out_is_called_so() -> None:
    assert "leave it out 80 %" in printed("in the some time", "the", suggestions=(Suggestion("", 0.8),))


def test_wordings_go_on_the_next_line_of_a_narrow_terminal() -> None:
    suggestions = tuple(Suggestion(f"security conference {number}", 0.3) for number in range(3))
    rows = [row for row in printed(MARCH, "says", width=40, suggestions=suggestions).splitlines() if '"' in row]
    assert len(rows) == 3
    assert max(map(len, rows)) <= 40


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_long_line_is_cut_round_the_finding(width: int) -> None:
    text = "so many words " * 50 + "a dying march here " + "and more words " * 50
    line, carets = underlined(text, "dying march", width)
    assert width * 0.7 < len(line) + 4 <= width
    assert line.startswith("…")
    assert line.endswith("…")
    assert line[carets.index("^") : carets.rindex("^") + 1] == "dying march"


def test_a_finding_wider_than_the_terminal_shows_its_start() -> None:
    line, carets = underlined("x " + "garbled wording " * 20, "garbled wording " * 20, 40)
    assert "garbled wording" in line
    assert line.endswith("…")
    assert len(carets) < len(line) <= 36


@pytest.mark.parametrize("letter", ["e\u0301", "e\u0301\u0302\u0303", "👩\u200d🚀"])
@pytest.mark.parametrize("width", range(40, 60))
def test_a_cut_parts_no_letter_from_its_marks(letter: str, width: int) -> None:
    line, _ = underlined(letter * 80 + " dying " + letter * 80, "dying", width)
    before, after = line.strip("…").split(" dying ")
    assert before == letter * (len(before) // len(letter))
    assert after == letter * (len(after) // len(letter))
    assert before
    assert after


@pytest.mark.parametrize(
    ("text", "words", "cells"),
    [
        ("cafe\u0301s dying march", "dying march", (6, 11)),
        ("東京 dying march", "dying march", (5, 11)),
        ("a\tdying march", "dying march", (5, 11)),
        ("x 東京 y", "東京", (2, 4)),
        ("zero\u200bwidth dying", "dying", (10, 5)),
        ("\x1b[31mdying march", "dying march", (5, 11)),
        ("❤\ufe0f dying", "dying", (3, 5)),
    ],
    ids=["combining", "wide before", "tab", "wide inside", "zero width", "escape", "emoji style"],
)
def test_carets_stand_under_the_finding_in_cells(text: str, words: str, cells: tuple[int, int]) -> None:
    _, carets = underlined(text, words)
    assert (carets.index("^"), carets.count("^")) == cells


def test_a_finding_over_a_line_end_shows_both_lines() -> None:
    assert printed("So a dying\r\nmarch ended.", "dying\r\nmarch").splitlines()[1:5] == [
        "    So a dying",
        "         ^^^^^",
        "    march ended.",
        "    ^^^^^",
    ]


def test_a_finding_over_many_lines_shows_the_first_three_that_hold_words() -> None:
    document, finding = mark("a\n\nb\n \nc\nd\ne", "a\n\nb\n \nc\nd\ne")
    assert [excerpt.text for excerpt in excerpts(document, finding, 76)] == ["a", "b", "c"]


def test_a_draft_cannot_act_on_the_terminal() -> None:
    wording = (Suggestion("\x1b[2Jdeath", 0.9),)
    text = printed("\x1b[2J dying \x1b]0;title\x07march", "dying", suggestions=wording, message="\x1b[31m")
    assert "\x1b" not in text
    assert "␛[2J dying ␛]0;title␇march" in text


def test_brackets_and_colons_are_no_markup() -> None:
    assert "[bold]dying[/bold] :smile:" in printed("[bold]dying[/bold] :smile:", "dying")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in printed(MARCH, "says", stream=Terminal())
    assert "\x1b[" not in printed(MARCH, "says")


def test_no_color_and_force_color_are_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in printed(MARCH, "says")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in printed(MARCH, "says", stream=Terminal())


def test_an_encoding_without_the_characters_keeps_the_columns() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    document, finding = mark("“Zoë’s” dying march " + "on and on " * 20, "dying march")
    result = DocumentResult(document.path, 9, Verdict(0, None, None, None), (finding,))
    TextReport(stream, summary=False, width=80).document(document, result)
    stream.seek(0)
    _, line, carets, *_ = stream.read().splitlines()
    assert line[carets.index("^") : carets.rindex("^") + 1] == "dying march"
    assert line.endswith("...")


# Words, wide and combining characters, joiners, marks that turn text round, control characters, tabs.
lines = st.text(
    st.one_of(st.sampled_from("ab  c\t東e\u0301\u200b\u200d\ufe0f❤\u202e\x1b\u00ad"), st.characters()), max_size=120
)


@given(lines, st.data(), st.integers(20, 200), st.sampled_from(["utf-8", "ascii", "cp1252"]))
def test_carets_stand_under_any_finding_of_any_text(text: str, data: st.DataObject, width: int, encoding: str) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = Document("draft.txt", text)
    for excerpt in excerpts(document, finding_at(document, start, end), width, encoding):
        excerpt.text.encode(encoding)
        assert not set(excerpt.text) & set("\x1b\t\r\n\u202e")
        assert cell_len(excerpt.text) <= width
        assert excerpt.length >= 1
        assert excerpt.start + excerpt.length <= max(width, cell_len(excerpt.text) + 1)


@given(lines, st.data(), st.integers(20, 60))
def test_what_the_carets_underline_is_the_finding(text: str, data: st.DataObject, width: int) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = Document("draft.txt", text)
    finding = finding_at(document, start, end)
    marked = visible(text[start:end])
    # Joiners fuse what they join, so that a place inside has no cells of its own.
    assume(finding.line == finding.end_line and 0 < cell_len(marked) <= 10)
    assume("\u200d" not in text and "\ufe0f" not in text)
    (excerpt,) = excerpts(document, finding, width)
    index = next(i for i in range(len(excerpt.text) + 1) if cell_len(excerpt.text[:i]) >= excerpt.start)
    while not excerpt.text.startswith(marked, index):  # past marks without a width of their own
        assert cell_len(excerpt.text[index]) == 0
        index += 1
    assert excerpt.length == cell_len(marked)


def test_many_findings_on_one_enormous_line_take_no_time() -> None:
    document = Document("draft.txt", "many words " * 20_000)
    starts = range(0, len(document.text) - 11, 110)
    texts = [next(excerpts(document, finding_at(document, start, start + 4), 76)).text for start in starts]
    assert len(texts) == 2000
    assert max(map(len, texts)) <= 76


def result(path: str, words: int, spun: float | None, *severities: Severity) -> DocumentResult:
    document = Document(path, "words")
    findings = tuple(finding_at(document, 0, 5, severity=severity) for severity in severities)
    return DocumentResult(path, words, Verdict(0.0, 2.0, 9.0, spun), findings)


def total(*results: DocumentResult, **counts: int) -> str:
    tally = Tally(**counts)  # type: ignore[arg-type]
    for one in results:
        tally.add(one)
    return summary(tally)


ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@pytest.mark.parametrize(
    ("line", "results"),
    [
        (
            "1 file, 815 words: 57 findings (31 errors, 26 warnings), 69.9 per 1,000 words; looks spun (99 %)",
            [result("a.txt", 815, 0.994, *[ERROR] * 31, *[WARNING] * 26)],
        ),
        (
            "1 file, 1,000 words: 1 finding (1 info); may be spun (60 %)",
            [result("a.txt", 1000, 0.6, INFO)],
        ),
        (
            "1 file, 1,000 words: 3 findings (2 warnings, 1 info), 2.0 errors and warnings per 1,000 words; "
            "may be spun (60 %)",
            [result("a.txt", 1000, 0.6, INFO, WARNING, WARNING)],
        ),
        ("1 file, 1 word: no findings; too short to tell whether it is spun", [result("a.txt", 1, None)]),
        ("1 file, 500 words: no findings; does not look spun (1 %)", [result("a.txt", 500, 0.001)]),
        (
            "2 files, 1,500 words: 1 finding (1 error), 0.7 per 1,000 words; 1 file looks spun",
            [result("a.txt", 500, 0.9, ERROR), result("b.txt", 1000, 0.1)],
        ),
        ("2 files, 20 words: no findings", [result("a.txt", 10, None), result("b.txt", 10, None)]),
    ],
)
def test_the_summary(line: str, results: list[DocumentResult]) -> None:
    assert total(*results) == line


def test_the_summary_names_what_was_not_checked() -> None:
    assert total(result("a.txt", 0, None), failures=2).endswith("; 2 inputs not checked")
    assert total(failures=1) == "no file checked; 1 input not checked"
    assert "interrupted" in total(interrupted=True)


def test_each_of_several_files_that_has_something_gets_a_line() -> None:
    stream, tally = io.StringIO(), Tally()
    report = TextReport(stream)
    report.begin("mtcheck:0")
    for one in (result("a.txt", 100, 0.9, ERROR), result("clean.txt", 100, 0.1), result("b.txt", 100, 0.6)):
        report.document(Document(one.path, "words"), one)
        tally.add(one)
    report.failure(Failure("gone.txt", "no such file"))
    report.end(tally)
    ends = [line for line in stream.getvalue().splitlines() if "words:" in line]
    assert ends == [
        "a.txt: 100 words: 1 finding (1 error), 10.0 per 1,000 words; looks spun (90 %)",
        "b.txt: 100 words: no findings; may be spun (60 %)",
        "3 files, 300 words: 1 finding (1 error), 3.3 per 1,000 words; 2 files look spun",
    ]


def test_one_file_gets_one_summary() -> None:
    stream, tally = io.StringIO(), Tally()
    report = TextReport(stream)
    one = result("a.txt", 100, 0.9, ERROR)
    report.document(Document("a.txt", "words"), one)
    tally.add(one)
    report.end(tally)
    assert stream.getvalue().count("looks spun") == 1
