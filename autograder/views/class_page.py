"""A class on one page that opens with the answer: lessons, commonest mistakes, and everyone."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.views import SIGNS, number
from autograder.views.class_matrix import exercise_heads, lesson_heads, matrix
from autograder.views.class_parts import lesson_part, mistake_anchor
from autograder.views.document import (
    bullets,
    count_of,
    document,
    isolation_notice,
    name_html,
    notice,
    table,
)
from autograder.views.html import prose

if TYPE_CHECKING:
    from autograder.judging.class_people import Column, Person
    from autograder.judging.class_summary import (
        ClassSummary,
        ExerciseSummary,
        LessonSummary,
        MistakeCount,
    )

TITLE = "Grades of the class"
MOST_COMMON = 5
# Notices longer than this are folded away.
SHOWN = 1
TABLES = (
    ("points.csv", "learners by exercises"),
    ("totals.csv", "a row for each learner and lesson"),
    ("grades.csv", "a row for each learner and exercise"),
    ("exercises.csv", "pass rates and means"),
    ("mistakes.csv", "each mistake, and who made it"),
)


def class_page(
    records: Sequence[dict],
    summary: ClassSummary,
    people: Sequence[Person],
    columns: Sequence[Column],
    set_aside: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> str:
    """The class page.

    Args:
        records: one a submission, sorted; status "waiting" for those not graded yet.
        summary: the same in numbers.
        people: the same by learner, the weakest first.
        columns: the lessons, and of how many points.
        set_aside: a sentence for each file that was not graded.
        warnings: other sentences for the instructor.
    """
    alone = len(columns) == 1
    parts = [
        f"<h1>{TITLE}</h1>",
        f'<p class="quiet">{count_of(summary.submissions, "submission")} of '
        f"{count_of(summary.learners, 'learner')}, {summary.graded:,} graded."
        f"{_full_isolation(summary.isolation)}</p>",
        isolation_notice(summary.isolation),
        _notices(_attention(records), _warnings(warnings)),
    ]
    if summary.lessons:
        parts.append(
            f'<div class="overview"><section>{_lessons(summary.lessons)}</section>'
            f"<section>{_commonest(summary.lessons)}</section></div>"
        )
    if people:
        heads = lesson_heads(columns)
        if alone and summary.lessons:
            heads = exercise_heads(summary.lessons[0], columns[0].most)
        label = f"Points, learners by {'exercises' if alone else 'lessons'}"
        parts += [
            f'<section class="top" id="learners"><h2>Learners</h2>'
            f"{matrix(label, people, columns, heads, shown=16 if alone else 8)}{_legend(alone)}"
            "</section>"
        ]
    for lesson in summary.lessons:
        page = "" if alone else f"lessons/lesson_{lesson.lesson}.html"
        parts.append(lesson_part(lesson, page))
    if set_aside:
        parts.append(f"<h2>Files that were not graded</h2>{bullets(set_aside)}")
    if summary.graded:
        parts.append(_tables())
    body = "\n".join(filter(None, parts))
    return document(TITLE, body, bar=_bar(summary.lessons), tables=True)


def points_page(lesson: LessonSummary, people: Sequence[Person], column: Column) -> str:
    """Learners by the exercises of one lesson, those who handed it in, the weakest first."""
    own = [person for person in people if column.lesson in person.records]
    own.sort(key=lambda person: _points_in(person, column.lesson))
    title = f"Points in lesson {lesson.lesson}"
    label = f"{title}, learners by exercises"
    heads = exercise_heads(lesson, column.most)
    body = f"<h1>{title}</h1>{matrix(label, own, [column], heads, '../')}{_legend(True)}"
    bar = f'<a href="../index.html">{TITLE}</a><a href="../index.html#lesson-{lesson.lesson}">'
    return document(title, body, bar=f"{bar}Lesson {lesson.lesson}</a>", tables=True)


def _points_in(person: Person, lesson: int) -> float:
    entry = person.entries.get(lesson)
    return entry.points if entry else 0.0


def _bar(lessons: Sequence[LessonSummary]) -> str:
    links = [("content", "Overview")]
    links += [(f"lesson-{lesson.lesson}", f"Lesson {lesson.lesson}") for lesson in lessons]
    links += [("tables", "Tables")] if lessons else []
    return "".join(f'<a href="#{anchor}">{words}</a>' for anchor, words in links)


def _full_isolation(isolation: dict | None) -> str:
    full = isolation and isolation.get("level") == "full"
    return " All learners' code ran in full isolation." if full else ""


def _notices(*notices: str) -> str:
    shown = "".join(notices)
    return f'<div class="notices">{shown}</div>' if shown else ""


def _attention(records: Sequence[dict]) -> str:
    """Submissions without a grade, on top: somebody has to act."""
    items = [
        f"<li>{_link(record)}: <b>{record['status']}</b>. {prose(record['reason'])}</li>"
        for record in records
        if record["status"] != "graded"
    ]
    if not items:
        return ""
    head = f"<b>{count_of(len(items), 'submission')} that could not be graded</b>"
    return notice(_folded(head, f"<ul>{''.join(items)}</ul>", len(items)))


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    return notice(_folded("<b>Gradebook and roster</b>", bullets(warnings), len(warnings)))


def _folded(head: str, body: str, count: int) -> str:
    if count <= SHOWN:
        return head + body
    return f"<details><summary>{head}</summary>{body}</details>"


def _link(record: dict) -> str:
    name = name_html(record["learner"])
    if record["status"] == "waiting":
        return name
    return f'<a href="pages/{escape(record["key"], quote=True)}.html">{name}</a>'


def _lessons(lessons: Sequence[LessonSummary]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#lesson-{lesson.lesson}">Lesson {lesson.lesson}</a></th>'
        f"<td>{lesson.graded:,}</td><td>{lesson.mean:.2f} of {number(lesson.max_points)}"
        f'</td><td>{lesson.median:.2f}</td><td class="words">{_rates(lesson)}</td></tr>'
        for lesson in lessons
    )
    head = (
        '<tr><th scope="col" class="words">Lesson</th><th scope="col">Graded</th>'
        '<th scope="col">Mean</th><th scope="col">Median</th>'
        '<th scope="col" class="words">Passed</th></tr>'
    )
    return f"<h2>Lessons</h2>{table('Lessons', head, rows)}"


def _rates(lesson: LessonSummary) -> str:
    """Every exercise's pass rate, the lowest in bold."""
    lowest = min((item.share for item in lesson.exercises), default=0.0)
    rates = "".join(
        f"<b>{_rate(item)}</b>" if item.share == lowest < 1 else f"<span>{_rate(item)}</span>"
        for item in lesson.exercises
    )
    return f'<div class="rates">{rates}</div>'


def _rate(item: ExerciseSummary) -> str:
    return f"{escape(item.id)}&nbsp;{item.share:.0%}"


def _commonest(lessons: Sequence[LessonSummary]) -> str:
    """The most frequent named mistakes over all lessons, each with a link to who made it."""
    found = [
        (item, place, mistake)
        for lesson in lessons
        for item in lesson.exercises
        for place, mistake in enumerate(item.mistakes, 1)
        if mistake.named
    ]
    found.sort(key=lambda each: (-each[2].count, each[0].id, each[2].name))
    if not found:
        return "<h2>Commonest mistakes</h2><p>No mistakes that the course has a name for.</p>"
    rows = "".join(_common(*each) for each in found[:MOST_COMMON])
    head = (
        '<tr><th scope="col" class="words">Mistake</th><th scope="col">Share</th>'
        '<th scope="col">Who</th></tr>'
    )
    return f"<h2>Commonest mistakes</h2>{table('Commonest mistakes', head, rows)}"


def _common(item: ExerciseSummary, place: int, found: MistakeCount) -> str:
    anchor = escape(mistake_anchor(item.id, place), quote=True)
    return (
        f'<tr><th scope="row">{prose(found.name)}<small>{escape(item.id)} {escape(item.title)}'
        f"</small></th><td>{found.count / item.count:.0%}</td>"
        f'<td><a href="#{anchor}">{count_of(found.count, "notebook")}</a></td></tr>'
    )


def _tables() -> str:
    items = "".join(f'<li><a href="{name}">{name}</a>: {what}</li>' for name, what in TABLES)
    return f'<section id="tables"><h2>Tables for a spreadsheet</h2><ul>{items}</ul></section>'


def _legend(exercises: bool) -> str:
    """What the cells of learners by exercises, or by lessons, mean."""
    said = "green: all of the points · amber: some · red: none"
    if exercises:
        said = " · ".join(f"{sign} {word.lower()}" for sign, word in SIGNS.values())
    return f'<p class="quiet"><small>{said} · — no grade · empty: nothing handed in</small></p>'
