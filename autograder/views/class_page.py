"""A class on one page: who has how many points where, what went wrong, whom to look at first."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.verdict import Outcome
from autograder.views import SIGNS, number
from autograder.views.html import prose
from autograder.views.page import bullets, document, isolation_notice, notice

if TYPE_CHECKING:
    from autograder.batch.summary import ExerciseSummary, LessonSummary

# Neither right nor wrong: nothing to look at yet.
OPEN = (Outcome.NOT_ATTEMPTED.value, Outcome.BLOCKED.value)


def class_page(
    records: Sequence[dict],
    lessons: Sequence[LessonSummary],
    isolation: dict | None,
    set_aside: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> str:
    """The class page.

    Args:
        records: one a submission, sorted; status "waiting" for those not graded yet.
        lessons: their summaries by lesson.
        isolation: the least isolation that any of them ran under.
        set_aside: a sentence for each file that was not graded.
        warnings: other sentences for the instructor.
    """
    learners = len({(record["learner"], record["learner_id"]) for record in records})
    graded = sum(record["status"] == "graded" for record in records)
    parts = [
        "<h1>Grades of the class</h1>",
        f"<p>{_count(len(records), 'submission')} of {_count(learners, 'learner')}, "
        f"{graded} graded.</p>",
        _isolation(isolation),
        _attention(records),
        f"<h2>Gradebook</h2>{bullets(warnings)}" if warnings else "",
    ]
    for lesson in lessons:
        rows = [r for r in records if r["lesson"] == lesson.lesson and r["exercises"]]
        parts += [_lesson(lesson), _marks(lesson, rows), _exercises(lesson.exercises)]
    if set_aside:
        parts.append(f"<h2>Files that were not graded</h2>{bullets(set_aside)}")
    return document("Grades of the class", "\n".join(filter(None, parts)))


def _isolation(isolation: dict | None) -> str:
    if not isolation:
        return ""
    if isolation.get("level") == "full":
        return '<p class="quiet">All learners\' code ran in full isolation.</p>'
    return isolation_notice(isolation)


def _attention(records: Sequence[dict]) -> str:
    """Submissions without a grade, on top: somebody has to act."""
    items = [
        f"<li>{_link(record)}: <b>{record['status']}</b>. {prose(record['reason'])}</li>"
        for record in records
        if record["status"] != "graded"
    ]
    if not items:
        return ""
    head = f"<b>{_count(len(items), 'submission')} that could not be graded</b>"
    return notice(f"{head}<ul>{''.join(items)}</ul>")


def _lesson(lesson: LessonSummary) -> str:
    return (
        f"<h2>Lesson {lesson.lesson}</h2>"
        f"<p>{_count(lesson.graded, 'notebook')} graded; mean {lesson.mean:.2f}, median "
        f"{lesson.median:.2f} of {number(lesson.max_points)} points.</p>"
    )


def _marks(lesson: LessonSummary, records: Sequence[dict]) -> str:
    """Learners × exercises. Each cell has a sign and the points, and the outcome in words."""
    columns = "".join(
        f'<th scope="col">{escape(item.id)}<small>of {number(item.max_points)}</small></th>'
        for item in lesson.exercises
    )
    head = (
        f'<tr><th scope="col" class="words">learner</th>{columns}'
        f'<th scope="col">total<small>of {number(lesson.max_points)}</small></th></tr>'
    )
    rows = "".join(_row(lesson, record) for record in records)
    label = f"Points in lesson {lesson.lesson}, learners by exercises"
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="marks"><caption class="visually-hidden">{label}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div>"
        f'<p class="quiet">{_legend()}</p>'
    )


def _row(lesson: LessonSummary, record: dict) -> str:
    by_id = {exercise["id"]: exercise for exercise in record["exercises"]}
    cells = "".join(_mark(by_id.get(item.id)) for item in lesson.exercises)
    marks = [word for word, holds in (("late", record["late"]), _status_mark(record)) if holds]
    after = f" ({', '.join(marks)})" if marks else ""
    return (
        f'<tr><th scope="row">{_link(record)}{after}</th>{cells}'
        f'<td class="sum">{number(record["points"])}</td></tr>'
    )


def _status_mark(record: dict) -> tuple[str, bool]:
    return record["status"], record["status"] != "graded"


def _mark(exercise: dict | None) -> str:
    if exercise is None:
        return "<td>–</td>"
    sign, word = SIGNS[Outcome(exercise["outcome"])]
    kind = "part" if exercise["points"] > 0 else "none"
    if exercise["outcome"] == Outcome.PASSED.value:
        kind = "passed"
    elif exercise["outcome"] in OPEN:
        kind = "open"
    return (
        f'<td class="{kind}"><span aria-hidden="true">{sign}</span>'
        f'<span class="visually-hidden">{word}</span> {number(exercise["points"])}</td>'
    )


def _exercises(exercises: Sequence[ExerciseSummary]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(item.id)} {escape(item.title)}</th>'
        f"<td>{item.passed} of {item.count} ({item.share:.0%})</td><td>{item.mean:.2f}</td>"
        f'<td class="words">{_diagnoses(item)}</td></tr>'
        for item in exercises
    )
    head = (
        '<tr><th scope="col" class="words">exercise</th><th scope="col">passed</th>'
        '<th scope="col">mean points</th><th scope="col" class="words">most common mistakes</th>'
        "</tr>"
    )
    return (
        '<div class="scroll" role="region" tabindex="0" aria-label="Exercises of the lesson">'
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
    )


def _diagnoses(item: ExerciseSummary) -> str:
    return "; ".join(f"{prose(name)} ({count})" for name, count in item.diagnoses)


def _link(record: dict) -> str:
    name = escape(record["learner"])
    if record["status"] == "waiting":
        return name
    return f'<a href="pages/{escape(record["key"], quote=True)}.html">{name}</a>'


def _legend() -> str:
    return " · ".join(f"{sign} {word.lower()}" for sign, word in SIGNS.values())


def _count(number_of: int, thing: str) -> str:
    return f"{number_of} {thing}{'' if number_of == 1 else 's'}"
