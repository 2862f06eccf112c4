"""A term on one page: learners by lessons, how the class went on, and who stopped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.views import number
from autograder.views.page import bullets, document, notice

if TYPE_CHECKING:
    from autograder.judging.term_summary import Entry, Term, TermLearner, TermLesson


def term_page(term: Term, warnings: Sequence[str] = ()) -> str:
    """The page; links lead to the pages of each lesson's own folder."""
    lessons = len(term.lessons)
    parts = [
        "<h1>The term</h1>",
        f"<p>{len(term.learners)} learners, {lessons} lesson{'' if lessons == 1 else 's'}, "
        f"{number(term.most)} points in all.</p>",
        '<p class="quiet">As a table for a spreadsheet: <a href="totals.csv">totals.csv</a>.</p>',
        notice(bullets(warnings)) if warnings else "",
        f"<h2>From lesson to lesson</h2>{_progress(term)}",
        f"<h2>Who stopped</h2>{_stopped(term)}",
        f"<h2>Points</h2>{_points(term)}",
    ]
    return document("The term", "\n".join(filter(None, parts)))


def _progress(term: Term) -> str:
    """How many handed in and what they earned, lesson by lesson and section by section."""
    groups = term.groups()
    head = "".join(f'<th scope="col">{escape(group.name)}</th>' for group in groups)
    rows = ""
    for index, lesson in enumerate(term.lessons):
        cells = "".join(_share(group.lessons[index], group.count) for group in groups)
        rows += f'<tr><th scope="row">Lesson {lesson.lesson}</th>{cells}</tr>'
    return _table(
        "Mean share of the points, and how many handed in",
        f'<tr><th scope="col" class="words">lesson</th>{head}</tr>',
        rows,
        '<p class="quiet">Mean share of the points of those who handed in, and how many.</p>',
    )


def _share(lesson: TermLesson, count: int) -> str:
    mean = f"{lesson.share:.0%}" if lesson.handed_in else "–"
    return f"<td>{mean}<small>{lesson.handed_in} of {count}</small></td>"


def _stopped(term: Term) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_who(learner)}</th>'
        f"<td>{'never' if last is None else f'lesson {last}'}</td><td>{since}</td></tr>"
        for learner, last, since in term.stopped()
    )
    if not rows:
        return "<p>Everyone handed in the newest lesson.</p>"
    head = (
        '<tr><th scope="col" class="words">learner</th><th scope="col">last handed in</th>'
        '<th scope="col">lessons since</th></tr>'
    )
    return _table("Who handed in nothing for the newest lesson", head, rows)


def _points(term: Term) -> str:
    columns = "".join(
        f'<th scope="col">{lesson.lesson}<small>of {number(lesson.most)}</small></th>'
        for lesson in term.lessons
    )
    head = (
        f'<tr><th scope="col" class="words">learner</th>{columns}'
        f'<th scope="col">sum<small>of {number(term.most)}</small></th></tr>'
    )
    rows = "".join(
        f'<tr><th scope="row">{_who(learner)}</th>'
        + "".join(_cell(learner.entries.get(lesson.lesson)) for lesson in term.lessons)
        + f'<td class="sum">{number(learner.points)}</td></tr>'
        for learner in term.learners
    )
    return _table("Points, learners by lessons", head, rows)


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return '<td class="open">–<span class="visually-hidden"> nothing handed in</span></td>'
    kind = "part" if entry.points else "none"
    if entry.most and entry.points >= entry.most - entry.pending:
        kind = "passed"
    notes = []
    if entry.written_max:
        notes.append(f"{number(entry.automatic)} + {number(entry.written)} written")
    if entry.pending:
        notes.append(f"{number(entry.pending)} pending")
    if entry.late:
        notes.append(escape(entry.late))
    points = number(entry.points)
    if entry.page:
        points = f'<a href="{escape(entry.page, quote=True)}">{points}</a>'
    small = f"<small>{'<br>'.join(notes)}</small>" if notes else ""
    return f'<td class="{kind}">{points}{small}</td>'


def _who(learner: TermLearner) -> str:
    beside = " · ".join(filter(None, (learner.id, learner.section)))
    return escape(learner.name) + (f"<small>{escape(beside)}</small>" if beside else "")


def _table(label: str, head: str, rows: str, after: str = "") -> str:
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="marks"><caption class="visually-hidden">{label}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div>{after}"
    )
