from __future__ import annotations

import re
import shutil
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from mtcheck.display import visible
from mtcheck.reports.html import Heat
from mtcheck.segments import count_words
from mtcheck.surprisals import Surprisals

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
browsed = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path")


@pytest.fixture(scope="module")
def page(run: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The report in a real browser; whatever the page complains of fails the test that looks."""
    path = tmp_path_factory.mktemp("html") / "report.html"
    path.write_text(run.printed("html"), encoding="utf-8")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page()
        opened.said = []
        opened.on("console", lambda message: opened.said.append(message.text))
        opened.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.on("dialog", lambda dialog: opened.said.append(dialog.message))
        opened.goto(Path(path).as_uri())
        yield opened
        browser.close()


def test_the_text_of_a_draft_is_all_there_and_none_of_it_is_markup(run: Any) -> None:
    tree = html.fromstring(run.printed("html"))
    assert len(tree.xpath("//script")) == 1
    first = "".join(tree.xpath("//article[1]//div[@class='text']//p[2]//text()[not(ancestor::span[@role='tooltip'])]"))
    assert "::error::<script>alert(1)</script> ]]> &" in first
    assert tree.xpath("//h2/text()")[0] == "news/a b,%é: <&>.txt"


def test_every_finding_is_marked_and_listed_and_they_lead_to_each_other(run: Any) -> None:
    tree = html.fromstring(run.printed("html"))
    identifiers = tree.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    links = tree.xpath("//a/@href")
    assert len(tree.xpath("//li[starts-with(@id, 'i')]")) == 5
    assert {link[1:] for link in links} <= set(identifiers)
    assert set(tree.xpath("//@aria-describedby")) <= set(identifiers)


def test_nothing_is_fetched_and_the_policy_forbids_it(run: Any) -> None:
    text = run.printed("html")
    assert "default-src 'none'" in text.replace("&#39;", "'")
    assert not re.search(r"""\s(?:src|style|on\w+)=|@import|url\(""", text)


@given(st.text(max_size=80), st.data())
def test_heat_cuts_a_text_into_parts_and_loses_nothing(text: str, data: st.DataObject) -> None:
    count = count_words(text)
    nats = data.draw(st.lists(st.integers(0, 1500), min_size=count, max_size=count))
    heat = Heat(text, Surprisals(array("H", nats), array("H", nats), array("B", [1] * count)))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    parts = heat.parts(start, end)
    assert "".join(part.text for part in parts) == visible(text[start:end])
    assert all((part.degree > 0) == (part.nats >= 0.5) for part in parts)


@browsed
def test_the_policy_lets_style_and_script_run_and_nothing_else(page: Any) -> None:
    assert page.said == []
    assert page.evaluate("getComputedStyle(document.querySelector('.tip')).display") == "none"
    assert page.locator("#theme").get_attribute("aria-pressed") in {"true", "false"}


@browsed
def test_suggestions_show_on_hover_and_by_keyboard_and_escape_hides_them(page: Any) -> None:
    tip = page.locator("#t1")
    page.locator("#f1").hover()
    assert tip.is_visible()
    assert "death march" in tip.inner_text()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    page.keyboard.press("n")
    assert tip.is_visible()
    page.keyboard.press("n")
    assert not tip.is_visible()
    assert page.locator("#t2").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#t2").is_visible()


@browsed
def test_severities_can_be_hidden(page: Any) -> None:
    page.locator("[data-level=warning]").uncheck()
    assert not page.locator("li.warning").first.is_visible()
    page.locator("[data-level=warning]").check()
    assert page.locator("li.warning").first.is_visible()


@browsed
def test_the_heat_map_shows_what_each_word_costs_and_can_be_switched(page: Any) -> None:
    word, button = page.locator("span.h6[data-nats]").first, page.locator("#heat")
    assert word.inner_text() == "dying"
    assert not page.locator(".legend").is_visible()
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator(".legend").is_visible()
    assert word.get_attribute("title") == "9.5 nats"
    assert word.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(255, 120, 0, 0.66)"
    button.click()
    assert word.get_attribute("title") is None
    assert word.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(0, 0, 0, 0)"


@browsed
def test_paper_is_white_whatever_the_screen_shows(page: Any) -> None:
    back = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(back) != "rgb(255, 255, 255)"
    page.emulate_media(color_scheme="dark", media="print")
    assert page.evaluate(back) == "rgb(255, 255, 255)"
    assert not page.locator(".controls").is_visible()
    page.emulate_media(color_scheme="light", media="screen")
    page.locator("#theme").click()
    assert page.evaluate(back) != "rgb(255, 255, 255)"
    page.emulate_media(media="print")
    assert page.evaluate(back) == "rgb(255, 255, 255)"
    page.emulate_media(media="screen")
    page.locator("#theme").click()


@browsed
@pytest.mark.parametrize("width", [360, 810, 1000, 1280])
def test_no_window_need_be_scrolled_sideways_to_read_suggestions(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 720})
    widths = []
    for _ in range(5):
        page.keyboard.press("n")
        widths.append(page.evaluate("document.documentElement.scrollWidth"))
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 720})
    assert max(widths) <= width


@browsed
@pytest.mark.parametrize("heat", [False, True])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(page: Any, scheme: str, heat: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.emulate_media(color_scheme=scheme)
    if (page.locator("#heat").get_attribute("aria-pressed") == "true") != heat:
        page.locator("#heat").click()
    report = axe.run(page)
    assert len(report.response["passes"]) > 10
    assert [violation["id"] for violation in report.response["violations"]] == []
