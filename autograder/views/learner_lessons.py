"""One learner over all lessons: points, and how each exercise ended."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import diagnosis_of
from autograder.views import SIGNS, number, share_tone, tone, total, total_words
from autograder.views.document import document, name_html, table
from autograder.views.html import prose

if TYPE_CHECKING:
    from autograder.judging.class_people import Column, Person


def learner_lessons_page(person: Person, columns: Sequence[Column]) -> str:
    """The page; `columns` are all lessons that the class handed in."""
    most = sum(column.most for column in columns)
    beside = [f"id {person.id}" if person.id and person.id != person.name else "", person.section]
    said = " · ".join(filter(None, beside))
    parts = [
        f"<h1>{name_html(person.name)}</h1>",
        f'<p class="quiet">{escape(said)}</p>' if said else "",
        f'<p class="total">{number(person.points)} of {number(most)} points</p>',
        _overview(person, columns),
        *(_lesson(lesson, record) for lesson, record in person.records.items()),
    ]
    body = "\n".join(filter(None, parts))
    bar = '<a href="../index.html">Grades of the class</a>'
    bar += "".join(
        f'<a href="#lesson-{lesson}">Lesson {lesson}</a>'
        for lesson in person.records
        if lesson is not None
    )
    return document(person.name, body, "learner", bar)


def _overview(person: Person, columns: Sequence[Column]) -> str:
    rows = "".join(_row(column, person.records.get(column.lesson)) for column in columns)
    head = (
        '<tr><th scope="col" class="words">Lesson</th><th scope="col">Points</th>'
        '<th scope="col" class="words">What to know</th></tr>'
    )
    return table("Points by lesson", head, rows) if rows else ""


def _row(column: Column, record: dict | None) -> str:
    name = f"Lesson {column.lesson}"
    if record is None:
        return (
            f'<tr><th scope="row">{name}</th><td class="open"></td>'
            '<td class="words">nothing handed in</td></tr>'
        )
    link = f'<a href="#lesson-{column.lesson}">{name}</a>'
    if record["status"] != "graded":
        return (
            f'<tr><th scope="row">{link}</th><td class="open">—</td>'
            f'<td class="words">{prose(_status(record))}</td></tr>'
        )
    points, pending = total(record)[0], record.get("written_pending", 0.0)
    notes = [f"{number(pending)} points pending"] if pending else []
    notes += [record.get("late_words") or "late"] if record["late"] else []
    tint = share_tone(points, column.most - pending)
    return (
        f'<tr><th scope="row">{link}</th><td class="{tint}">{number(points)} / '
        f'{number(column.most)}</td><td class="words">{escape("; ".join(notes))}</td></tr>'
    )


def _status(record: dict) -> str:
    words = {"unreadable": "could not be read", "failed": "the grader could not finish"}
    said = words.get(record["status"], "not graded yet")
    return f"{said}: {record['reason']}" if record["reason"] else said


def _lesson(lesson: int | None, record: dict) -> str:
    title = "A notebook of no known lesson" if lesson is None else f"Lesson {lesson}"
    head = f'<section id="lesson-{lesson}"><h2>{title}</h2>'
    if record["status"] == "waiting":
        return f"{head}<p>Not graded yet.</p></section>"
    page = f"../pages/{escape(record['key'], quote=True)}.html"
    link = f'<a href="{page}">{escape(record["file"])}</a>'
    if record["status"] != "graded":
        return f"{head}<p>{link}: {prose(_status(record))}</p></section>"
    rows = "".join(_exercise(exercise, page) for exercise in record["exercises"])
    cells = (
        '<tr><th scope="col" class="words">Exercise</th><th scope="col">Points</th>'
        '<th scope="col" class="words">Outcome</th></tr>'
    )
    exercises = table(f"Exercises of lesson {lesson}", cells, rows)
    return f"{head}<p>{link}: {total_words(record)}</p>{exercises}</section>"


def _exercise(exercise: dict, page: str) -> str:
    outcome, points = Outcome(exercise["outcome"]), exercise["points"]
    found = exercise["diagnosis"]
    named = f"<small>{prose(diagnosis_of(found).name)}</small>" if found else ""
    anchor = escape(exercise["id"], quote=True)
    return (
        f'<tr><th scope="row"><a href="{page}#e{anchor}">{escape(exercise["id"])}</a> '
        f"{escape(exercise['title'])}</th>"
        f"<td>{number(points)} / {number(exercise['max_points'])}</td>"
        f'<td class="words {tone(outcome, points)}">{" ".join(SIGNS[outcome])}{named}</td></tr>'
    )
