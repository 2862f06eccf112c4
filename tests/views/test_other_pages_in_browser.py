"""The pages that are no grades: marking, certificate, demonstration. The same checks for each."""

from __future__ import annotations

import sys
import threading
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from browser import CHROMIUM, Browser
from class_records import record
from coursework import ROOT
from large_class import NAMES
from page_checks import (
    WAYS,
    axe_violations,
    html_errors,
    missing_tools,
    seen_as,
    settled,
    sideways,
)

from autograder.batch.marking import MarkingTable
from autograder.batch.marking_server import MarkingServer
from autograder.batch.written import WRITTEN, WrittenMarks
from autograder.intake.course_texts import rubrics
from autograder.views.certificate import Certificate, certificate_page
from autograder.views.html import panel

sys.path.insert(0, str(ROOT / "bench"))
import demo_page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's PATH"),
    pytest.mark.skipif(bool(missing_tools()), reason=missing_tools() or "-"),
]


@pytest.fixture
def browser(tmp_path):
    with Browser(tmp_path / "profile") as made:
        made.watch()
        yield made


def look(browser: Browser, address: str, host: str = "nowhere") -> None:
    for width, dark in WAYS:
        seen_as(browser, width, dark)
        browser.open(address)
        settled(browser)
        assert axe_violations(browser) == [], (width, dark)
        assert sideways(browser) == 0, (width, dark)
    assert browser.requested_elsewhere(host) == set()
    assert [words for words in browser.errors() if "favicon" not in words] == []
    assert browser.run("document.title") != "taken"


def test_the_marking_page(browser, tmp_path):
    records = [
        record(name, key=f"s{place}.lesson_2", written={"written-2": name})
        for place, name in enumerate(NAMES)
    ]
    table = WrittenMarks(rubrics(), {}).table(records)
    (tmp_path / WRITTEN).write_text(table, encoding="utf-8")
    with MarkingServer(MarkingTable(tmp_path, rubrics())) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            look(browser, server.address, f"127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()


def test_the_certificate(browser, tmp_path):
    lessons = tuple((number, f"Lesson {number}", 4) for number in range(8))
    about = "A course", "{} lessons", "書"
    pages = []
    for place, name in enumerate(NAMES):
        made = Certificate(*about, name, lessons, 70, 3, 9e4, date(2031, 5, 3))
        pages.append(tmp_path / f"certificate_{place}.html")
        pages[-1].write_text(certificate_page(made), encoding="utf-8")
        look(browser, pages[-1].as_uri())
    assert html_errors(pages, tmp_path) == ""


def test_the_demonstration(browser, tmp_path):
    items = [demo_page.Item("1.1", "Draw", 2.0), demo_page.Item("1.2", "A layer", 3.0)]
    reports = [
        SimpleNamespace(
            student=name,
            about=f"About {points}.",
            points={"1.1": points, "1.2": 0.0},
            total=points,
            max_total=5.0,
            panels=(panel("A verdict"),),
            feedback=Path(tmp_path / "course" / "x.html"),
        )
        for name, points in (("half-right", 0.5), ("untouched", 0.0), ("complete", 2.0))
    ]
    page = tmp_path / "index.html"
    page.write_text(demo_page.page([], items, reports, tmp_path, 1.0), encoding="utf-8")
    look(browser, page.as_uri())
    assert html_errors([page], tmp_path) == ""
