"""The class page below its overview: a part for each lesson, and in it one for each exercise."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.views import number
from autograder.views.class_bars import chart_html, lesson_charts
from autograder.views.document import count_of, table
from autograder.views.html import prose

if TYPE_CHECKING:
    from autograder.judging.class_summary import (
        ExerciseSummary,
        Learner,
        LessonSummary,
        MistakeCount,
    )

# From these correlations upwards, an exercise separates strong learners from weak ones.
TELLS, TELLS_LITTLE = 0.3, 0.1
# More names than these are folded away.
SHOWN = 6


def lesson_part(lesson: LessonSummary, points_page: str = "") -> str:
    """One lesson, folded: charts, its exercises in a table, and each exercise's mistakes.

    Args:
        lesson: in numbers.
        points_page: address of the table of learners by exercises, or "" where it is on the page.
    """
    charts = "".join(map(chart_html, lesson_charts(lesson)))
    points = f'<p><a href="{points_page}">Points, learners by exercises</a></p>'
    return (
        f'<details class="lesson" id="lesson-{lesson.lesson}"><summary>'
        f'<h2>Lesson {lesson.lesson}</h2> <span class="quiet">'
        f"{count_of(lesson.graded, 'notebook')} graded, mean {lesson.mean:.2f} of "
        f"{number(lesson.max_points)} points</span></summary>"
        f'{points if points_page else ""}<div class="figures">{charts}</div>'
        f"{_exercises(lesson)}"
        f"{''.join(map(_exercise, lesson.exercises))}</details>"
    )


def mistake_anchor(exercise_id: str, place: int) -> str:
    """The id of one mistake of an exercise, counted from 1."""
    return f"e{exercise_id}-{place}"


def _exercises(lesson: LessonSummary) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#e{escape(item.id, quote=True)}">{escape(item.id)}</a> '
        f"{escape(item.title)}</th>"
        f"<td>{item.passed:,} of {item.count:,} ({item.share:.0%})</td>"
        f"<td>{item.mean:.2f} of {number(item.max_points)}</td>"
        f'<td class="words">{_discrimination(item)}</td></tr>'
        for item in lesson.exercises
    )
    head = (
        '<tr><th scope="col" class="words">Exercise</th><th scope="col">Passed</th>'
        '<th scope="col">Mean points</th><th scope="col" class="words">Discrimination</th></tr>'
    )
    return (
        table(f"Exercises of lesson {lesson.lesson}", head, rows)
        + '<p class="quiet">Discrimination: how the points of an exercise correlate with those of '
        "the rest of the lesson, from −1 to 1 (item–rest correlation). With few notebooks it is "
        "mostly chance.</p>"
    )


def _discrimination(item: ExerciseSummary) -> str:
    """A correlation, and what it says about the exercise."""
    value = item.discrimination
    if value is None:
        why = "fewer than 3 notebooks" if item.count < 3 else "all points are the same"
        return f"– <small>{why}</small>"
    words = "separates strong from weak"
    if value < 0:
        words = "check this exercise: it runs against the rest"
    elif value < TELLS_LITTLE:
        words = "hardly separates strong from weak"
    elif value < TELLS:
        words = "separates strong from weak a little"
    return f"{value:.2f} <small>{words}</small>".replace("-", "−", 1)


def _exercise(item: ExerciseSummary) -> str:
    """What went wrong in one exercise, how often, and for whom."""
    anchor = escape(item.id, quote=True)
    head = f'<section id="e{anchor}"><h3>{escape(item.id)} {escape(item.title)}</h3>'
    if not item.mistakes:
        return f'{head}<p class="quiet">Passed by everyone.</p></section>'
    untried = item.count - item.attempted
    said = f"{item.failed:,} of {item.count:,} failed" + (
        f"; {untried:,} did not try." if untried else "."
    )
    found = "".join(
        _mistake(item, mistake, place) for place, mistake in enumerate(item.mistakes, 1)
    )
    everyone = {learner.key: learner for mistake in item.mistakes for learner in mistake.who}
    not_passed = sorted(everyone.values(), key=lambda who: (who.name.casefold(), who.key))
    return (
        f'{head}<p class="quiet">{said}</p>'
        f"{_people('Not passed', not_passed, item.id)}"
        f'<ol class="mistakes">{found}</ol></section>'
    )


def _mistake(item: ExerciseSummary, found: MistakeCount, place: int) -> str:
    sentences = " <i>or:</i> ".join(map(prose, found.sentences))
    name = f"<b>{prose(found.name)}</b>" if found.named else f"<i>{prose(found.name)}</i>"
    remark = f" ({_remark(found)})" if _remark(found) else ""
    return (
        f'<li id="{escape(mistake_anchor(item.id, place), quote=True)}"><p>{name} · '
        f"{found.count:,} of {item.count:,} ({found.count / item.count:.0%}){remark}<br>"
        f"{sentences}</p>{_people('Who', found.who, item.id)}</li>"
    )


def _remark(found: MistakeCount) -> str:
    if found.either:
        return "one of the two; the answers do not show which"
    if found.with_another == 0:
        return ""
    often = "always" if found.with_another == found.count else f"{found.with_another:,} times"
    often = "once" if 1 == found.with_another < found.count else often
    return f"{often} together with another mistake"


def _people(lead: str, learners: Sequence[Learner], exercise_id: str) -> str:
    """Links to the exercise on the learners' pages, across the page; many are folded away."""
    anchor = escape(exercise_id, quote=True)
    links = ", ".join(
        f'<a href="pages/{escape(who.key, quote=True)}.html#e{anchor}">{escape(who.name)}</a>'
        for who in learners
    )
    if len(learners) <= SHOWN:
        return f'<p class="names">{lead}: {links}</p>'
    words = f"{lead}: {count_of(len(learners), 'notebook')}"
    return (
        f'<details class="people"><summary>{words}</summary><p class="names">{links}</p></details>'
    )
