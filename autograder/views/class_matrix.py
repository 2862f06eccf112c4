"""Learners by lessons, or by the exercises of one: the weakest first, to be sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from autograder.judging.verdict import Outcome
from autograder.views import SIGNS, number, share_tone, tone
from autograder.views.document import table

if TYPE_CHECKING:
    from autograder.judging.class_people import Column, Person
    from autograder.judging.class_summary import LessonSummary

UNREADABLE = "—"


class Head(NamedTuple):
    """A column: what stands above it, of how many points, and a person's cell in HTML."""

    label: str
    most: float
    cell: Callable[[Person], str]


def lesson_heads(columns: Sequence[Column]) -> list[Head]:
    """A column a lesson."""
    return [
        Head(f"Lesson {column.lesson}", column.most, _lesson_cell(column)) for column in columns
    ]


def exercise_heads(lesson: LessonSummary, most: float) -> list[Head]:
    """A column an exercise of one lesson, and one for written answers where there are any.

    Args:
        lesson: the exercises.
        most: points of the whole lesson; what the exercises do not give, written answers do.
    """
    heads = [
        Head(item.id, item.max_points, _exercise_cell(lesson.lesson, item.id))
        for item in lesson.exercises
    ]
    if most > lesson.max_points:
        heads.append(Head("written", most - lesson.max_points, _written_cell(lesson.lesson)))
    return heads


def matrix(
    label: str,
    people: Sequence[Person],
    columns: Sequence[Column],
    heads: Sequence[Head],
    folder: str = "",
    shown: int = 30,
) -> str:
    """The table, and what sorts and filters it where scripts run.

    Args:
        label: the table's name.
        people: the weakest first.
        columns: the lessons of which the last column gives the sum.
        heads: the columns before it.
        folder: from the page to the folder in which `learners/` lies.
        shown: rows before "show all".
    """
    heads = [*heads, _total(columns)]
    cells = "".join(
        f'<th scope="col">{escape(head.label)}<small>of {number(head.most)}</small></th>'
        for head in heads
    )
    rows = "".join(
        f'<tr data-marks="{_marks(person, columns)}"><th scope="row">'
        f"{_name(person, folder)}{_beside(person, columns)}</th>"
        f"{''.join(head.cell(person) for head in heads)}</tr>"
        for person in people
    )
    head = f'<tr><th scope="col" class="words">Learner</th>{cells}</tr>'
    limit = f' data-limit="{shown}"'
    return tools([head.label for head in heads]) + table(label, head, rows, "matrix", limit)


def _name(person: Person, folder: str) -> str:
    """Linked to the learner's page, which there is of all who handed in something."""
    name = escape(person.name)
    if not person.key:
        return name
    return f'<a href="{folder}learners/{escape(person.key, quote=True)}.html">{name}</a>'


def _marks(person: Person, columns: Sequence[Column]) -> str:
    """By what the matrix can be filtered: `half`, `missing`, `waits`."""
    most = sum(column.most for column in columns)
    waits = person.unreadable or any(entry.pending for entry in person.entries.values())
    marks = (
        ("half", person.points < most / 2),
        ("missing", any(column.lesson not in person.records for column in columns)),
        ("waits", waits),
    )
    return " ".join(mark for mark, holds in marks if holds)


def _beside(person: Person, columns: Sequence[Column]) -> str:
    """Section and id, where they say more than the name; how late the one lesson came."""
    said = [person.section, person.id if person.id != person.name else ""]
    said += [] if person.key else ["handed in nothing"]
    if len(columns) == 1:
        entry = person.entries.get(columns[0].lesson)
        said.append(entry.late if entry else "")
    beside = " · ".join(filter(None, said))
    return f"<small>{escape(beside)}</small>" if beside else ""


def _total(columns: Sequence[Column]) -> Head:
    """The sum over these lessons."""
    lessons = [column.lesson for column in columns]
    most = sum(column.most for column in columns)

    def cell(person: Person) -> str:
        entries = person.entries
        points = sum(entries[lesson].points for lesson in lessons if lesson in entries)
        return f'<td class="sum">{number(points)}</td>'

    return Head("Total", most, cell)


def _lesson_cell(column: Column) -> Callable[[Person], str]:
    def cell(person: Person) -> str:
        record = person.records.get(column.lesson)
        if record is None or record["status"] != "graded":
            return _without_grade(record)
        entry = person.entries[column.lesson]
        notes = [f"{number(entry.pending)} pending"] if entry.pending else []
        notes += ["late"] if entry.late else []
        small = f"<small>{', '.join(notes)}</small>" if notes else ""
        tint = share_tone(entry.points, column.most - entry.pending)
        return f'<td class="{tint}">{number(entry.points)}{small}</td>'

    return cell


def _exercise_cell(lesson: int, exercise_id: str) -> Callable[[Person], str]:
    def cell(person: Person) -> str:
        record = person.records.get(lesson)
        if record is None or record["status"] != "graded":
            return _without_grade(record)
        found = [item for item in record["exercises"] if item["id"] == exercise_id]
        return _mark(found[0]) if found else _without_grade(None)

    return cell


def _written_cell(lesson: int) -> Callable[[Person], str]:
    def cell(person: Person) -> str:
        record = person.records.get(lesson)
        if record is None or record["status"] != "graded":
            return _without_grade(record)
        pending = "<small>pending</small>" if record.get("written_pending") else ""
        return f"<td>{number(record.get('written_points', 0))}{pending}</td>"

    return cell


def _without_grade(record: dict | None) -> str:
    """Nothing handed in, or something that has no grade: never mistaken for one another."""
    if record is None:
        return '<td class="open"></td>'
    words = {"unreadable": "could not be read"}.get(record["status"], record["status"])
    return f'<td class="open">{UNREADABLE}<small>{words}</small></td>'


def _mark(exercise: dict) -> str:
    outcome, points = Outcome(exercise["outcome"]), exercise["points"]
    sign, word = SIGNS[outcome]
    return (
        f'<td class="{tone(outcome, points)}"><span aria-hidden="true">{sign}</span>'
        f'<span class="visually-hidden">{word}</span> {number(points)}</td>'
    )


def tools(labels: Sequence[str], first: str = "weakest first") -> str:
    """What sorts, filters and shortens the table that follows, where scripts run.

    Args:
        labels: of its columns, without the first.
        first: how its rows are ordered at first.
    """
    options = "".join(
        f'<option value="{place}">{escape(label)}</option>' for place, label in enumerate(labels, 1)
    )
    return (
        '<div class="tools"><label>Find <input type="search" class="find"></label>'
        '<label>Show <select class="who"><option value="">everyone</option>'
        '<option value="half">under half of the points</option>'
        '<option value="missing">something not handed in</option>'
        '<option value="waits">something waits for you</option></select></label>'
        f'<label>Sort by <select class="sort"><option value="-1">{first}</option>'
        f'<option value="0">name</option>{options}</select></label>'
        '<span role="status" class="quiet"></span>'
        '<button type="button" class="all" hidden>Show all</button></div>'
    )
