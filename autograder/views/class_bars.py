"""What the figures of a lesson show, before anything is drawn: bars of one measure.

Every bar is a share of the lesson's graded notebooks, so that bars of one page can be compared.
Charts hold counts and the course's own words, never a learner's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from autograder.views.html import prose

if TYPE_CHECKING:
    from autograder.judging.class_summary import LessonSummary

MOST_SHOWN = 8
EITHER = "Outlined: one of two mistakes; the answers do not show which."


@dataclass(frozen=True)
class Bar:
    """A row of a chart.

    Attributes:
        number: in large type, in front.
        label: above the bar; `aside` follows it in quiet type.
        share: length of the bar, 0 to 1.
        kind: "whole"; "outlined" for one of two mistakes; "quiet" for what is no named mistake.
    """

    number: str
    label: str
    aside: str
    share: float
    kind: str = "whole"


@dataclass(frozen=True)
class Chart:
    """A title, a line under it, one row per bar, and lines at the foot; `name` is of its files."""

    name: str
    title: str
    under: str
    bars: tuple[Bar, ...]
    foot: tuple[str, ...] = ()


def lesson_charts(lesson: LessonSummary) -> list[Chart]:
    """Who passed what, and why not; without the second where everybody passed everything."""
    charts = [pass_rates(lesson), reasons(lesson)]
    return [chart for chart in charts if chart.bars]


def pass_rates(lesson: LessonSummary) -> Chart:
    """Which share of the class passed each exercise, in the lesson's order."""
    bars = tuple(
        Bar(
            f"{item.share:.0%}",
            f"{item.id}  {item.title}",
            f"{item.passed:,} of {item.count:,}",
            item.share,
        )
        for item in lesson.exercises
    )
    under = f"Share of notebooks that passed each exercise ({lesson.graded:,} graded)"
    title = f"Lesson {lesson.lesson}: who passed what"
    return Chart(f"lesson_{lesson.lesson}_pass_rates", title, under, bars)


def reasons(lesson: LessonSummary) -> Chart:
    """Why exercises were not passed, the most frequent first: mistakes and all other reasons."""
    found = [(item.id, mistake) for item in lesson.exercises for mistake in item.mistakes]
    found.sort(key=lambda pair: (-pair[1].count, pair[0], pair[1].name))
    shown = found[:MOST_SHOWN]
    bars = tuple(
        Bar(
            f"{mistake.count:,}",
            mistake.name,
            f"in {where}",
            mistake.count / lesson.graded,
            "outlined" if mistake.either else "whole" if mistake.named else "quiet",
        )
        for where, mistake in shown
    )
    under = f"How many notebooks, of {lesson.graded:,}"
    if len(found) > len(shown):
        under += f"; the {len(shown)} most frequent reasons of {len(found)}"
    foot = (EITHER,) if any(mistake.either for _, mistake in shown) else ()
    title = f"Lesson {lesson.lesson}: what the class got wrong"
    return Chart(f"lesson_{lesson.lesson}_mistakes", title, under, bars, foot)


def chart_html(chart: Chart) -> str:
    """The chart as text with bars, in the page's type and colours, and links to its files."""
    links = " · ".join(
        f'<a href="figures/{chart.name}.{kind}">{kind.upper()}</a>' for kind in ("png", "svg")
    )
    return (
        f'<figure class="chart"><figcaption><b>{escape(chart.title)}</b><br>{escape(chart.under)}'
        f"</figcaption><ul>{''.join(map(_bar_html, chart.bars))}</ul>{_lines(chart.foot)}"
        f'<p class="quiet"><small>For a slide: {links}</small></p></figure>'
    )


def _bar_html(bar: Bar) -> str:
    return (
        f'<li><b>{escape(bar.number)}</b> {prose(bar.label)} <span class="quiet">'
        f'{escape(bar.aside)}</span><div class="track" aria-hidden="true">'
        f'<div class="{bar.kind}" style="width:{bar.share:.1%}"></div></div></li>'
    )


def _lines(foot: Sequence[str]) -> str:
    return "".join(f'<p class="quiet">{escape(line)}</p>' for line in foot)
