"""The certificate says what is true, fits its paper, and fetches nothing."""

from __future__ import annotations

import re
import subprocess
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from browser import CHROMIUM

from autograder.exercise import registry
from autograder.notebook.certificate import certificate_of
from autograder.notebook.progress_file import FRESH
from autograder.views.certificate import (
    HEIGHT,
    HONEST,
    WIDTH,
    Certificate,
    certificate_page,
    certificate_svg,
    duration,
    in_words,
    long_date,
)
from autograder.views.progress import Row

COURSE = registry.course()
TITLES = COURSE.lessons


def rows(**changes):
    """A course passed in full."""
    return [
        Row(item, {**FRESH, "passed": True, "seconds": 90.0, "hints": 2, **changes})
        for item in registry.every()
    ]


def certificate(name: str = "", **changes) -> Certificate:
    return certificate_of(name, rows(**changes), COURSE)


def test_the_figures_are_those_of_the_record():
    made = certificate("Ada", passed_on="2031-05-03")
    items = registry.every()
    assert made.exercises == len(items) and made.points == sum(item.points for item in items)
    assert made.hints == 2 * len(items) and made.seconds == 90.0 * len(items)
    assert made.day == date(2031, 5, 3)
    assert [count for _, _, count in made.lessons] == [
        len(registry.of_lesson(lesson)) for lesson in TITLES
    ]


def test_the_day_is_that_of_the_last_pass_or_today():
    mixed = rows(passed_on="2031-05-03")
    mixed[2].entry["passed_on"] = "2031-06-01"
    assert certificate_of("", mixed, COURSE).day == date(2031, 6, 1)
    assert certificate().day == date.today()


def test_the_page_says_everything():
    made = certificate("Ada Lovelace", passed_on="2031-05-03")
    page = certificate_page(made)
    hints, spent = str(made.hints), duration(made.seconds)
    for words in ("Beyond Pixels", "Ada Lovelace", "3 May 2031", hints, spent, *HONEST):
        assert words in page, words
    assert f"has passed all {made.exercises} exercises of its {len(TITLES)} lessons" in page
    assert f"{len(TITLES)} lessons on the β-VAE" in page
    spoken = in_words(made)
    assert "Ada Lovelace has passed all" in spoken and "own machine" in spoken


def test_without_a_name_there_is_a_line_to_write_on():
    assert "The learner has passed" in in_words(certificate())
    named, blank = certificate_svg(certificate("Ada")), certificate_svg(certificate())
    assert blank.count("<line") == named.count("<line")
    assert blank.count("<text") == named.count("<text") - 1


@pytest.mark.parametrize("name", ["<script>x</script>", '" onload="x', "A & B", "清少納言", "\\"])
def test_a_name_is_text_and_nothing_else(name):
    drawing = ElementTree.fromstring(certificate_svg(certificate(name)))
    texts = ["".join(item.itertext()) for item in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert name in texts
    assert name in drawing.get("aria-label")


def test_nothing_is_fetched_and_nothing_runs():
    page = certificate_page(certificate("Ada")).replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|src=|url\(|<script|<image|@import|href", page)
    assert "default-src 'none'" in page and len(page) < 80_000


def test_everything_lies_on_the_paper():
    drawing = ElementTree.fromstring(certificate_svg(certificate("W" * 80)))
    assert drawing.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    texts = drawing.findall("{http://www.w3.org/2000/svg}text")
    assert all(20 < float(t.get("x")) < WIDTH - 20 for t in texts)
    assert all(20 < float(t.get("y")) < HEIGHT - 12 for t in texts)


def test_the_same_record_gives_the_same_drawing():
    assert certificate_svg(certificate("Ada")) == certificate_svg(certificate("Ada"))


def test_durations_and_dates_in_words():
    assert duration(0.0) == "not counted"
    assert duration(10.0) == "about 1 min"
    assert duration(59.6 * 60) == "about 1 h"
    assert duration(3.5 * 3600) == "about 3 h 30 min"
    assert long_date(date(2027, 12, 31)) == "31 December 2027"


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_it_prints_on_one_sheet(tmp_path):
    page, sheet = tmp_path / "certificate.html", tmp_path / "certificate.pdf"
    page.write_text(certificate_page(certificate("Ada")), encoding="utf-8")
    switches = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'u'}")
    subprocess.run(
        [CHROMIUM, *switches, "--no-pdf-header-footer", f"--print-to-pdf={sheet}", page.as_uri()],
        check=True,
        capture_output=True,
        timeout=120,
    )
    content = sheet.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    box = re.search(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", content)
    assert [round(float(side)) for side in box.groups()] == [842, 595], "A4 across, in points"
