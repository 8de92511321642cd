"""The page at / in headless Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api")
docx = pytest.importorskip("docx")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path")

DRAFT = "It was a 😀 dying march.\nIn the final week of it, really."
BROWSERS_OWN = "Failed to load resource"
"""What the browser itself says of an answer with an error's status."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture
def page(server: Any, browser: Any) -> Iterator[Any]:
    """The page, opened anew; whatever it complains of, and any address but the server's, fails the test."""
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url.rstrip("/"))
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request", lambda request: request.url.startswith((server.url, "data:", "blob:")) or said.append(request.url)
    )
    opened.set_default_timeout(20_000)
    opened.goto(server.url)
    yield opened
    context.close()
    assert [line for line in said if BROWSERS_OWN not in line] == []


def paste(page: Any, text: str = DRAFT) -> None:
    page.locator("#draft").fill(text)
    playwright.expect(page.locator("#status")).to_contain_text("finding", timeout=20_000)


def expect_marks(page: Any, count: int) -> None:
    playwright.expect(page.locator("#marks .finding")).to_have_count(count, timeout=20_000)


def marked(page: Any) -> list[str]:
    return list(page.locator("#marks .finding").all_inner_texts())


def text(page: Any) -> str:
    return str(page.locator("#draft").input_value())


def test_a_pasted_draft_is_marked_and_judged(page: Any) -> None:
    paste(page)
    assert marked(page) == ["dying march", "final week"]
    assert page.locator("#status").inner_text() == "2 findings in 13 words."
    assert "findings per 1,000 words" in page.locator("#verdict").inner_text()
    assert [item.splitlines()[0] for item in page.locator("#list li").all_inner_texts()] == [
        "dying march → death march error, 90 %",
        "final week → last week warning, 60 %",
    ]
    page.locator("[data-level=info]").check()
    assert marked(page) == ["dying march", "final week", "really"]


def test_marks_lie_where_the_words_are(page: Any) -> None:
    paste(page, "word " * 300 + "\n\n\tthe final week 😀 of it.\n")
    same = page.evaluate("""() => {
      const [one, other] = [document.getElementById('marks'), document.getElementById('draft')];
      const names = ['fontFamily', 'fontSize', 'lineHeight', 'padding', 'whiteSpace'];
      const style = (e) => names.map((name) => getComputedStyle(e)[name]).join();
      const sizes = [one.scrollHeight - other.scrollHeight, one.clientWidth - other.clientWidth];
      return [...sizes, style(one) === style(other)];
    }""")
    assert same == [0, 0, True]


def test_suggestions_are_taken_and_dismissed_with_the_mouse_and_undone(page: Any) -> None:
    paste(page)
    page.locator(".pick").first.click()
    page.get_by_role("button", name="death march (90 %)").click()
    assert text(page) == DRAFT.replace("dying", "death")
    assert marked(page) == ["final week"]
    page.get_by_role("button", name="Dismiss").click()
    assert marked(page) == []
    page.locator("#undo").click()
    page.locator("#undo").click()
    assert text(page) == DRAFT
    expect_marks(page, 2)
    page.locator("#redo").click()
    assert text(page) == DRAFT.replace("dying", "death")


def test_the_same_works_with_keys_alone(page: Any) -> None:
    paste(page)
    page.locator("#draft").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Alt+ArrowDown")
    assert page.locator("#marks .current").inner_text() == "dying march"
    page.keyboard.press("Alt+ArrowDown")
    assert page.locator("#marks .current").inner_text() == "final week"
    page.keyboard.press("Alt+1")
    assert text(page) == DRAFT.replace("final", "last")
    page.keyboard.press("Alt+0")
    assert marked(page) == []
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    assert text(page) == DRAFT
    page.keyboard.press("Control+Shift+z")
    assert text(page) == DRAFT.replace("final", "last")
    page.keyboard.type("x")
    assert "x" in text(page)


def test_findings_move_with_the_text_while_it_is_typed(page: Any) -> None:
    paste(page)
    page.locator("#draft").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("Well, 😀 ")
    assert marked(page) == ["dying march", "final week"]
    playwright.expect(page.locator("#status")).to_contain_text("in 15 words", timeout=20_000)
    assert marked(page) == ["dying march", "final week"]


def test_the_heat_map_shows_how_surprising_words_are(page: Any) -> None:
    paste(page)
    page.locator("#heat").click()
    assert page.locator("#marks .heat5").all_inner_texts() == ["dying", "march", "final", "week", "really"]
    assert page.locator("#marks").inner_text().rstrip() == DRAFT
    assert marked(page) == ["dying march", "final week"]


def test_all_sure_suggestions_are_taken_at_once(page: Any) -> None:
    paste(page, "dying march, dying march, final week")
    page.locator("#sure").click()
    assert text(page) == "death march, death march, final week"
    page.locator("#undo").click()
    assert text(page) == "dying march, dying march, final week"


def test_changes_are_compared_copied_and_downloaded(page: Any) -> None:
    paste(page)
    page.locator("#sure").click()
    page.locator("#compare").click()
    assert not page.locator("#editor").is_visible()
    assert page.locator("#difference del").all_inner_texts() == ["dying"]
    assert page.locator("#difference ins").all_inner_texts() == ["death"]
    assert page.locator("#difference").inner_text() == DRAFT.replace("dying", "dyingdeath")
    page.locator("#compare").click()
    page.locator("#copy").click()
    playwright.expect(page.locator("#status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == DRAFT.replace("dying", "death")
    with page.expect_download() as started:
        page.locator("#download").click()
    assert started.value.suggested_filename == "draft-corrected.txt"
    assert Path(started.value.path()).read_text(encoding="utf-8") == DRAFT.replace("dying", "death")


@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("a b", ""), ("", "a b"), ("a b c d", "a c d e"), ("x a b y", "p a b q r"), ("a a a b", "b a a")],
)
def test_a_comparison_keeps_both_texts(page: Any, before: str, after: str) -> None:
    code = "async ([a, b]) => (await import('/static/text.js')).difference(a, b)"
    pieces = page.evaluate(code, [before, after])
    assert "".join(part for kind, part in pieces if kind != "ins") == before
    assert "".join(part for kind, part in pieces if kind != "del") == after


def test_files_are_read_and_the_entries_of_a_feed_are_parts(page: Any, tmp_path: Path) -> None:
    html = tmp_path / "draft.html"
    html.write_text("<title>T</title><p>It was a <b>dying</b> march.</p>\r\n<p>In the final week.</p>")
    page.locator("#file").set_input_files(html)
    expect_marks(page, 2)
    assert "<b>" not in text(page)
    feed = tmp_path / "news.xml"
    item = "<item><title>{}</title><description>The final week of it, {}.</description></item>"
    items = item.format("One", "one") + item.format("Two", "two")
    feed.write_text(f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>")
    page.locator("#file").set_input_files(feed)
    playwright.expect(page.locator("#parts option").nth(1)).to_be_attached(timeout=20_000)
    page.locator("#parts").select_option(index=1)
    expect_marks(page, 1)
    word = tmp_path / "draft.docx"
    document = docx.Document()
    document.add_paragraph("It was a dying march.")
    document.save(str(word))
    page.locator("#file").set_input_files(word)
    playwright.expect(page.locator("#draft")).to_have_value("It was a dying march.", timeout=20_000)
    expect_marks(page, 1)
    broken = tmp_path / "broken.docx"
    broken.write_bytes(b"PK\x03\x04 not a document")
    page.locator("#file").set_input_files(broken)
    page.wait_for_selector("#status.problem")
    assert "Word" in page.locator("#status").inner_text()


def test_a_file_is_downloaded_in_its_own_format_with_what_was_accepted(page: Any, tmp_path: Path) -> None:
    word = tmp_path / "draft.docx"
    document = docx.Document()
    document.add_paragraph("It was a ").add_run("dying").bold = True
    document.paragraphs[0].add_run(" march.")
    document.add_paragraph("In the final week.")
    document.save(str(word))
    assert not page.locator("#download-file").is_visible()
    page.locator("#file").set_input_files(word)
    expect_marks(page, 2)
    button = page.locator("#download-file")
    assert button.inner_text() == "Download draft.docx"
    assert button.is_disabled()  # nothing was changed yet
    page.locator("#sure").click()
    with page.expect_download() as started:
        button.click()
    playwright.expect(page.locator("#status")).to_have_text("draft-corrected.docx is downloaded, with 1 change.")
    assert started.value.suggested_filename == "draft-corrected.docx"
    runs = docx.Document(str(started.value.path())).paragraphs[0].runs
    assert [(run.text, run.bold) for run in runs] == [("It was a ", None), ("death", True), (" march.", None)]
    page.locator("#draft").fill("It was a death march.\n\nIn the final week.\n\nAnd more.")
    with page.expect_download() as started:
        button.click()
    playwright.expect(page.locator("#status")).to_contain_text("Not in it, but in the text: “And more.” (")
    assert len(docx.Document(str(started.value.path())).paragraphs) == 2
    text_file = tmp_path / "draft.txt"
    text_file.write_text("It was a dying march.")
    page.locator("#file").set_input_files(text_file)
    expect_marks(page, 1)
    playwright.expect(button).to_be_hidden()  # the text is all of the file


def test_accepted_wording_is_found_no_more_until_it_is_removed(page: Any) -> None:
    paste(page)
    page.locator(".pick").first.click()
    page.get_by_role("button", name="Always accept").click()
    expect_marks(page, 1)
    page.locator("#accepted summary").click()
    page.get_by_role("button", name="Remove").click()
    expect_marks(page, 2)


def test_no_draft_is_markup_and_the_policy_forbids_all_else(page: Any, server: Any) -> None:
    paste(page, "<img src=x onerror=alert(1)> a dying march <script>alert(1)</script>")
    assert page.locator("#marks img, #marks script").count() == 0
    policy = server.get("").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"\s(?:style|on\w+)=|https?:", server.get("").text)


def test_the_key_is_asked_for_and_kept_for_the_session(start: Any, browser: Any) -> None:
    with start(MTCHECK_API_KEY="sesame") as server:
        page = browser.new_page()
        page.goto(server.url)
        page.locator("#key").fill("sesame")
        page.get_by_role("button", name="Use it").click()
        paste(page)
        assert marked(page) == ["dying march", "final week"]
        page.close()


def test_five_thousand_words_are_shown_at_once(page: Any) -> None:
    paste(page, "It was a plain sentence of the final week, in ten. \n" * 500)
    seconds = page.evaluate("""() => {
      const draft = document.getElementById('draft');
      const times = [];
      for (let i = 0; i < 10; i++) {
        const began = performance.now();
        draft.setRangeText('x', 5, 5);
        draft.dispatchEvent(new Event('input'));
        document.getElementById('marks').offsetHeight;
        times.push(performance.now() - began);
      }
      return Math.min(...times) / 1000;  // the least: whatever else runs on the machine only adds to it
    }""")
    assert seconds < 0.25


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(page: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme)
    paste(page)
    page.locator(".pick").first.click()
    for _ in range(2):
        report = axe.run(page)
        assert len(report.response["passes"]) > 10
        assert [(v["id"], v["nodes"][0]["html"]) for v in report.response["violations"]] == []
        page.locator("#compare").click()
