"""Pages of classes of 3 and of 1,000 in a browser: everyone can read them, and work with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser
from large_class import NAMES, large_class, write_class, write_term
from page_checks import (
    STOPS,
    WAYS,
    WRONG_BOXES,
    axe_violations,
    html_errors,
    missing_tools,
    seen_as,
    settled,
    sideways,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH"),
]
checked = pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "-")


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """Name → page, of a class of three, one of a thousand, and a term; all names stand in them."""
    folder = tmp_path_factory.mktemp("pages")
    small = write_class(folder / "small", large_class(3, 5))
    large = write_class(folder / "large", large_class(1000, 1114))
    one = write_class(folder / "one", large_class(30, 30, lessons=1))
    return {
        "small": small,
        "large": large,
        "one lesson": one,
        "points": large.parent / "lessons" / "lesson_3.html",
        "learner": small.parent / "learners" / "s0000.html",
        "long name": large.parent / "learners" / "s0003.html",
        "feedback": small.parent / "pages" / "s0001.lesson_1.html",
        "term": write_term(folder / "term", large_class(1000, 3000)),
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(tmp_path_factory.mktemp("browser") / "profile") as made:
        made.watch()
        yield made


def opened(browser: Browser, page: Path, width: int = 1280, dark: bool = False) -> Browser:
    seen_as(browser, width, dark)
    browser.open("about:blank")
    browser.open(page.as_uri())
    settled(browser)
    return browser


def visible(browser: Browser, selector: str) -> bool:
    """Whether an element is shown and within the window."""
    return browser.run(
        f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
        "const r = e.getBoundingClientRect();"
        "return e.checkVisibility() && r.height > 0 && r.top < innerHeight && r.bottom > 0 })()"
    )


NAMES_OF_PAGES = (
    *("small", "large", "one lesson", "points", "learner", "long name", "feedback", "term"),
)


@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_no_page_is_wider_than_the_window_asks_elsewhere_or_complains(browser, pages, name):
    for width, dark in WAYS:
        opened(browser, pages[name], width, dark)
        assert sideways(browser) == 0, (width, dark)
        assert browser.run(WRONG_BOXES) == 0, "a box is a tab stop only where it scrolls"
    # As wide as a window of 1,280 px at 200%.
    opened(browser, pages[name], 640)
    assert sideways(browser) == 0
    assert browser.requested_elsewhere("nowhere") == set() and browser.errors() == []
    assert browser.run("document.title") != "taken"


@checked
@pytest.mark.parametrize("name", NAMES_OF_PAGES)
def test_axe_finds_nothing_on_any_page(browser, pages, name):
    for width, dark in WAYS:
        opened(browser, pages[name], width, dark)
        assert axe_violations(browser) == [], (width, dark)


@checked
def test_axe_sees_a_fault_where_there_is_one(browser, pages):
    opened(browser, pages["small"])
    browser.run("document.documentElement.removeAttribute('lang')")
    assert [rule for rule, _ in axe_violations(browser)] == ["html-has-lang"]


@checked
def test_axe_finds_nothing_in_an_unfolded_lesson(browser, pages):
    opened(browser, pages["small"])
    browser.run("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    settled(browser)
    assert axe_violations(browser) == [] and browser.run(WRONG_BOXES) == 0


@checked
def test_every_page_is_valid_html(pages, tmp_path):
    assert html_errors(list(pages.values()), tmp_path) == ""


def test_on_paper_everybody_is_listed_and_everything_unfolded(browser, pages):
    hidden = "document.querySelectorAll('#learners tbody tr.off').length"
    folded = "document.querySelectorAll('details:not([open])').length"
    opened(browser, pages["one lesson"])
    on_screen = browser.run(f"[{hidden}, {folded}]")
    assert all(on_screen)
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run(f"[{hidden}, {folded}]") == [0, 0]
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run(f"[{hidden}, {folded}]") == on_screen


def test_a_thousand_learners_have_one_screen_of_overview_and_few_tab_stops(browser, pages):
    opened(browser, pages["large"])
    assert visible(browser, "#learners tbody tr:not(.off)")
    assert browser.run(STOPS) < 40
    assert browser.run("document.querySelector('#learners').getBoundingClientRect().bottom") < 1100
    assert browser.run("document.documentElement.scrollHeight") < 2200


def test_one_learner_is_found_by_two_clicks_and_a_name(browser, pages):
    opened(browser, pages["large"])
    browser.click(".find")
    browser.ask("Input.insertText", text="علی‌رضا")
    assert browser.run("document.querySelector('[role=status]').textContent") == "1 of 1 shown"
    browser.click("#learners tbody tr:not(.off) a")
    browser.wait("location.pathname.endsWith('learners/s0005.html')")
    browser.wait("document.readyState === 'complete'")
    assert browser.run("document.querySelector('h1').textContent") == NAMES[5]
    assert browser.run("document.querySelectorAll('section[id]').length") == 2, "both lessons"


def test_who_has_not_passed_an_exercise_is_two_clicks_away(browser, pages):
    opened(browser, pages["large"])
    browser.click(".bar a[href='#lesson-3']")
    browser.wait("document.querySelector('#lesson-3').open")
    browser.click("#lesson-3 a[href='#e3.2']")
    browser.wait("document.querySelector('[id=\"e3.2\"] > .people').open")
    assert visible(browser, "[id='e3.2'] > .people a[href^='pages/']")


def test_who_made_the_commonest_mistake_is_one_click_away(browser, pages):
    opened(browser, pages["large"])
    wanted = browser.run("document.querySelector('.overview a[href^=\"#e\"]').textContent")
    anchor = browser.run("document.querySelector('.overview a[href^=\"#e\"]').hash.slice(1)")
    browser.click(".overview a[href^='#e']")
    names = f"[id='{anchor}'] .names a"
    browser.wait(f"document.querySelector({json.dumps(names)}).checkVisibility()")
    found = browser.run(f"document.querySelectorAll({json.dumps(names)}).length")
    assert wanted == f"{found} notebooks"


def test_lessons_are_compared_without_a_click_and_who_is_at_risk_by_one(browser, pages):
    opened(browser, pages["large"])
    assert browser.run("document.querySelectorAll('.overview section:first-child tr').length") >= 9
    sums = (
        "[...document.querySelectorAll('#learners tr:not(.off) .sum')].map((e) => +e.textContent)"
    )
    first = browser.run(sums)
    assert first == sorted(first), "the weakest first"
    choose(browser, ".who", "missing")
    assert "of 1,000 shown" in browser.run("document.querySelector('[role=status]').textContent")
    choose(browser, ".sort", "9")
    assert browser.run(sums) == first
    browser.click("#learners thead th:last-child")
    falling = browser.run(sums)
    assert falling == sorted(falling, reverse=True) and falling[0] > first[-1]
    browser.click(".all")
    assert len(browser.run(sums)) == 1000


def test_the_table_for_a_spreadsheet_is_one_click_away(browser, pages):
    opened(browser, pages["large"])
    browser.click(".bar a[href='#tables']")
    browser.wait("scrollY > 0")
    assert visible(browser, "a[href='points.csv']")


def test_without_its_script_everything_is_there(browser, pages):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    try:
        seen_as(browser, 1280)
        browser.ask("Page.navigate", url=pages["small"].as_uri())
        browser.wait("document.readyState === 'complete'")
        assert browser.run("document.documentElement.className") == ""
        assert browser.run("getComputedStyle(document.querySelector('.tools')).display") == "none"
        rows = "[...document.querySelectorAll('#learners tbody tr')]"
        assert browser.run(f"{rows}.every((row) => row.checkVisibility())")
    finally:
        browser.ask("Emulation.setScriptExecutionDisabled", value=False)


def test_the_first_tab_stop_leads_past_the_navigation(browser, pages):
    opened(browser, pages["large"])
    for kind in ("keyDown", "keyUp"):
        browser.ask("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert browser.run("document.activeElement.className") == "skip"
    assert visible(browser, ".skip")


def test_on_paper_lessons_are_unfolded_and_no_heading_stands_alone(browser, pages):
    opened(browser, pages["small"])
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert browser.run("[...document.querySelectorAll('details.lesson')].every((e) => e.open)")
    seen_as(browser, 1280, media="print")
    assert browser.run("getComputedStyle(document.querySelector('h3')).breakAfter") == "avoid"
    assert browser.run("getComputedStyle(document.querySelector('.bar')).display") == "none"
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert not browser.run("[...document.querySelectorAll('details.lesson')].some((e) => e.open)")


def choose(browser: Browser, selector: str, value: str) -> None:
    """Choose an option of a list."""
    browser.run(
        f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
        f"e.value = {json.dumps(value)}; e.dispatchEvent(new Event('change')) }})()"
    )
