"""A learner's progress through the course, as a table for notebooks and as text.

Inline styles and transparent tints only, so that light and dark themes both stay readable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple, TypedDict

from autograder.exercise.declaration import Exercise
from autograder.judging.verdict import Outcome
from autograder.views import SIGNS, number
from autograder.views.html import TINTS, prose

GREEN = TINTS[Outcome.PASSED]
CELL = "padding:.25em .7em;text-align:left;vertical-align:baseline;border:0;"
QUIET = "opacity:.7;"
# Jupyter lays tables out in columns of equal width, which cuts the words of some off.
TABLE = (
    "table-layout:auto;border-collapse:collapse;width:100%;font-size:1em;margin:.2em 0 .6em;"
    "font-variant-numeric:tabular-nums"
)
TIME_NOTE = (
    "Time runs from one call to the next and stops at the first pass; pauses over 15 minutes are "
    "left out."
)


class Entry(TypedDict):
    """A learner's record of one exercise.

    Attributes:
        outcome, points: of the last check; the value of an `Outcome`.
        hints: how many were seen.
        passed: whether it ever passed.
        seconds: time spent until then.
        passed_on: the day (ISO), or "".
    """

    outcome: str
    points: float
    hints: int
    passed: bool
    seconds: float
    passed_on: str


class Row(NamedTuple):
    """One exercise and the learner's record of it."""

    exercise: Exercise
    entry: Entry

    @property
    def outcome(self) -> tuple[str, str]:
        """The last outcome as a sign and a word; an earlier pass is not forgotten."""
        sign, word = SIGNS[Outcome(self.entry["outcome"])]
        if self.entry["passed"] and self.entry["outcome"] != Outcome.PASSED.value:
            return SIGNS[Outcome.PASSED][0], f"Passed earlier, now {word.lower()}"
        return sign, word

    @property
    def earned(self) -> float:
        """Points: all of them after a pass, else those of the last check."""
        return self.exercise.points if self.entry["passed"] else self.entry["points"]

    @property
    def points(self) -> str:
        """Points earned, of how many."""
        return f"{number(self.earned)} / {number(self.exercise.points)}"

    @property
    def hints(self) -> str:
        """Hints seen, of how many."""
        return f"{self.entry['hints']} of {len(self.exercise.hints)} hints"

    @property
    def time(self) -> str:
        """Time spent against the estimate."""
        return spent(self.entry["seconds"], self.exercise.minutes)


def spent(seconds: float, estimate: int) -> str:
    """Time against the estimate in minutes, no more exact than it is known."""
    minutes = round(seconds / 60)
    if minutes:
        return f"about {minutes} min, estimate {estimate} min"
    return f"under 1 min, estimate {estimate} min" if seconds else f"estimate {estimate} min"


def headline(rows: Sequence[Row]) -> str:
    """How much of the course is done."""
    passed = sum(row.entry["passed"] for row in rows)
    points = sum(row.earned for row in rows)
    most = sum(row.exercise.points for row in rows)
    time = spent(
        sum(row.entry["seconds"] for row in rows), sum(row.exercise.minutes for row in rows)
    )
    return (
        f"{passed} of {len(rows)} exercises passed, {number(points)} of {number(most)} points, "
        f"{time}"
    )


def progress_text(rows: Sequence[Row], code: str) -> str:
    """A line for the course, a line for each exercise, and how to take them along.

    Args:
        rows: the exercises in course order.
        code: the same progress as a code.
    """
    title = max(len(row.exercise.title) for row in rows) + 2
    outcome = max(len(" ".join(row.outcome)) for row in rows) + 2
    lines = [
        f"{row.exercise.id:<5}{row.exercise.title:<{title}}{' '.join(row.outcome):<{outcome}}"
        f"{row.points:>9}  {row.hints}, {row.time}"
        for row in rows
    ]
    return "\n".join([headline(rows), *lines, TIME_NOTE, code_note(code)])


def code_note(code: str) -> str:
    """What the code is good for."""
    return f'On another machine, progress("{code}") brings this progress back.'


def progress_html(rows: Sequence[Row], titles: Mapping[int, str], at_work: int, code: str) -> str:
    """A bar for the course, then a table for every lesson, folded but for the one at work.

    Args:
        rows: the exercises in course order.
        titles: lesson number → title.
        at_work: the lesson that the learner is working on.
        code: the same progress as a code.
    """
    lessons = groupby(rows, key=lambda row: row.exercise.lesson)
    tables = "".join(
        _lesson(lesson, titles[lesson], list(part), lesson == at_work) for lesson, part in lessons
    )
    return (
        '<div style="max-width:66em;line-height:1.45">'
        f'<div style="font-size:1.1em"><b>{escape(headline(rows))}</b></div>'
        f"{_bar(sum(row.entry['passed'] for row in rows) / len(rows))}"
        f"{tables}"
        f'<div style="{QUIET}font-size:.9em">{escape(TIME_NOTE)}</div>'
        f'<div style="font-size:.9em;overflow-wrap:anywhere">{escape(code_note(code))}</div></div>'
    )


def _bar(share: float) -> str:
    # Words beside it say the same, so the bar itself is hidden from screen readers.
    return (
        '<div aria-hidden="true" style="height:.5em;margin:.4em 0;border-radius:.25em;'
        f'background:rgba(128,128,128,.22)"><div style="width:{share:.1%};height:100%;'
        f'border-radius:.25em;background:rgb({GREEN})"></div></div>'
    )


def _lesson(lesson: int, title: str, rows: list[Row], unfolded: bool) -> str:
    passed = sum(row.entry["passed"] for row in rows)
    earned, most = sum(row.earned for row in rows), sum(row.exercise.points for row in rows)
    heads = (("Exercise", "left"), ("Result", "left"), ("Points", "right"), ("Hints", "left"))
    head = "".join(
        f'<th scope="col" style="{CELL}text-align:{side};font-weight:normal;{QUIET}">{name}</th>'
        for name, side in (*heads, ("Time", "right"))
    )
    return (
        f'<details{" open" if unfolded else ""} style="margin:.3em 0">'
        f'<summary style="cursor:pointer;padding:.25em .7em;background:rgba(128,128,128,.14)">'
        f"<b>Lesson {lesson} · {escape(title)}</b>&ensp;{passed} of {len(rows)} passed, "
        f"{number(earned)} of {number(most)} points</summary>"
        f'<div style="overflow-x:auto"><table style="{TABLE}">'
        f'<thead><tr style="border-bottom:1px solid rgba(128,128,128,.4)">{head}</tr></thead>'
        f"<tbody>{''.join(map(_row, rows))}</tbody></table></div></details>"
    )


def _row(row: Row) -> str:
    sign, word = row.outcome
    passed = row.entry["passed"]
    tint = f"rgba({GREEN},.13)" if passed else "transparent"
    faint = "" if passed or row.entry["outcome"] != Outcome.NOT_ATTEMPTED.value else QUIET
    right = "text-align:right;white-space:nowrap;"
    cells = (
        (f"<b>{escape(row.exercise.id)}</b>&ensp;{prose(row.exercise.title)}", "width:36%;", ""),
        (f"{sign} {escape(word)}", "white-space:nowrap;", faint),
        (escape(row.points), right, faint),
        (escape(row.hints), "white-space:nowrap;", "" if row.entry["hints"] else QUIET),
        (escape(row.time), right, faint),
    )
    inside = "".join(
        f'<td style="{CELL}{style}"><span style="{look}">{cell}</span></td>'
        for cell, style, look in cells
    )
    return (
        f'<tr style="background:{tint};border-bottom:1px solid rgba(128,128,128,.22)">{inside}</tr>'
    )
