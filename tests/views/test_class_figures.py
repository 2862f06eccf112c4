"""The figures of a class: for slides, for every reader, and the same bytes every time."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from class_records import HOSTILE, Page, hostile, mixed_class, record, wrong
from matplotlib.font_manager import findfont, get_font
from matplotlib.image import imread

from autograder.exercise import registry
from autograder.judging.class_summary import lesson_summaries
from autograder.views.class_bars import MOST_SHOWN, chart_html, lesson_charts, pass_rates, reasons
from autograder.views.class_figures import (
    FONT,
    HEIGHT,
    WIDTH,
    class_figures,
    figure_of,
)

TEXT = "{http://www.w3.org/2000/svg}text"


def lesson(*records: dict):
    return lesson_summaries(records)[0]


def texts(figure) -> list[str]:
    """The words in a figure's SVG."""
    return ["".join(element.itertext()) for element in ET.fromstring(figure.svg).iter(TEXT)]


def mistakes_of(*records: dict):
    """The figure of why exercises were not passed."""
    return figure_of(reasons(lesson(*records)))


def pixels(figure) -> np.ndarray:
    """The PNG, `(height, width, 3)` in [0, 1]."""
    return imread(io.BytesIO(figure.png))[..., :3]


@pytest.mark.slow
def test_both_figures_have_the_shape_of_a_slide():
    for figure in class_figures(lesson(*mixed_class())):
        assert pixels(figure).shape == (1080, 1920, 3)
        assert ET.fromstring(figure.svg).get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
        assert WIDTH * 9 == HEIGHT * 16


@pytest.mark.slow
def test_every_bar_has_its_number_and_its_name_in_words():
    rates = texts(figure_of(pass_rates(lesson(*mixed_class()))))
    for words in ("10%", "100%", "1.1  exercise 1.1", "1 of 10", "10 of 10"):
        assert words in rates, words
    counts = texts(mistakes_of(*mixed_class()))
    for words in ("3", "sign", "sign or half", "in 1.1"):
        assert words in counts, words
    assert any("Outlined" in words for words in counts), "an open bar is explained"


def test_every_reason_is_a_bar_and_the_most_frequent_is_the_first():
    chart = reasons(lesson(*mixed_class(), *(wrong(f"z{n}", outcome="crashed") for n in range(5))))
    assert [(bar.label, bar.number) for bar in chart.bars[:2]] == [("crashed", "6"), ("sign", "3")]
    kinds = {bar.label: bar.kind for bar in chart.bars}
    assert kinds["sign or half"] == "outlined" and kinds["sign"] == "whole"
    for label in ("not attempted", "no named mistake", "timed out", "blocked", "crashed"):
        assert kinds[label] == "quiet", label


def test_all_bars_of_a_lesson_have_one_denominator():
    few = [record(f"n{n}") for n in range(38)] + [wrong("ann", "sign"), wrong("bob", "sign")]
    rates, why = lesson_charts(lesson(*few))
    assert rates.bars[0].share == 0.95 and why.bars[0].share == 0.05
    assert 'style="width:5.0%"' in chart_html(why) and "of 40" in chart_html(why)


@pytest.mark.slow
def test_bars_are_as_long_as_their_shares():
    half = [record("ann", 4), wrong("bob", "sign")]
    row = pixels(figure_of(pass_rates(lesson(*half))))
    blue = np.all(np.abs(row - np.array([0x1A, 0x4F, 0x8B]) / 255) < 0.02, axis=-1)
    lengths = sorted({int(count) for count in blue.sum(axis=1) if count > 100})
    assert lengths[0] / lengths[-1] == pytest.approx(0.5, abs=0.01)


def test_figures_read_in_grey():
    grey = pixels(mistakes_of(*mixed_class())).mean(axis=-1)
    assert grey.min() < 0.2 and grey.max() == 1.0
    bar = (0x1A + 0x4F + 0x8B) / 3 / 255
    assert bar < 0.4, "the bars stand out from white without their colour"


def test_only_the_most_frequent_mistakes_are_shown_and_it_says_so():
    many = [wrong(f"n{n}-{k}", f"mistake {n}") for n in range(12) for k in range(12 - n)]
    chart = reasons(lesson(*many))
    assert [bar.label for bar in chart.bars] == [f"mistake {n}" for n in range(MOST_SHOWN)]
    assert f"the {MOST_SHOWN} most frequent reasons of 12" in chart.under
    assert chart.under in texts(figure_of(chart))


def test_nothing_empty_is_framed():
    (only,) = lesson_charts(lesson(record()))
    assert only.name == "lesson_1_pass_rates"


@pytest.mark.slow
def test_the_same_class_gives_the_same_bytes_whatever_the_settings():
    first = class_figures(lesson(*mixed_class()))
    with matplotlib.rc_context({"savefig.facecolor": "red", "font.size": 30, "axes.linewidth": 9}):
        assert class_figures(lesson(*mixed_class())) == first
    assert not any(re.search(r"20\d\d-\d\d-\d\d|Matplotlib", figure.svg) for figure in first)
    assert not any(b"tIME" in figure.png or b"Matplotlib" in figure.png for figure in first)


@pytest.mark.slow
def test_no_learners_name_is_in_a_figure():
    records = [{**item, "learner": f"Zoë {item['learner']}"} for item in mixed_class()]
    for figure in class_figures(lesson(*records)):
        shown = " ".join([*texts(figure), figure.words])
        assert "Zoë" not in figure.svg and "Zoë" not in shown and "007" not in shown


@pytest.mark.slow
def test_hostile_words_are_text_and_nothing_else():
    hostile_lesson = lesson(hostile(), wrong("x", HOSTILE), wrong("y", "$\\frac$"))
    for figure, chart in zip(
        class_figures(hostile_lesson), lesson_charts(hostile_lesson), strict=True
    ):
        assert not any(char in figure.svg for char in "\x00\x1b\ud800")
        assert "script" not in {element.tag for element in ET.fromstring(figure.svg).iter()}
        tags = {tag for tag, _ in Page(chart_html(chart)).tags}
        assert not tags & {"script", "img", "style"} and "div" in tags


@pytest.mark.slow
def test_long_words_are_cut_at_the_edge_of_the_slide():
    figure = mistakes_of(wrong("bob", "a very long name " * 12))
    (cut,) = (words for words in texts(figure) if words.startswith("a very"))
    assert cut.endswith("…") and "in 1.1" in texts(figure)
    margin = pixels(figure)[:, -90:]
    assert margin.min() == 1.0, "nothing is drawn in the margin"


def test_on_a_page_a_chart_is_text_and_its_bars_are_hidden_from_readers():
    for chart in lesson_charts(lesson(*mixed_class())):
        shown = chart_html(chart)
        bars = [attributes for tag, attributes in Page(shown).tags if tag == "div"]
        assert all("aria-hidden" in bar or "style" in bar for bar in bars)
        for bar in chart.bars:
            assert f"<b>{bar.number}</b> {bar.label} " in shown
        assert f'href="figures/{chart.name}.png"' in shown


def test_every_name_and_title_of_the_course_can_be_drawn():
    known = get_font(findfont(FONT)).get_charmap()
    for exercise in registry.every():
        for words in (exercise.title, *(item.name for item in exercise.misconceptions)):
            unknown = [char for char in words if ord(char) not in known]
            assert not unknown, f"{exercise.id}: {FONT} has no {unknown}"


def test_matplotlib_is_only_loaded_to_draw():
    code = "import autograder.batch.reports, sys; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
