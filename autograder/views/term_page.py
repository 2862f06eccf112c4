"""A term on one page: learners by lessons, how the class went on, and who stopped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.views import number, share_tone
from autograder.views.class_matrix import tools
from autograder.views.document import bullets, count_of, document, name_html, notice, table

if TYPE_CHECKING:
    from autograder.judging.term_summary import Entry, Term, TermLearner, TermLesson

# Rows of a table before "show all".
LIMIT, SHORT = ' data-limit="30"', ' data-limit="8"'


def term_page(term: Term, warnings: Sequence[str] = ()) -> str:
    """The page; links lead to the pages of each lesson's own folder."""
    lessons = len(term.lessons)
    parts = [
        "<h1>The term</h1>",
        f"<p>{count_of(len(term.learners), 'learner')}, {count_of(lessons, 'lesson')}, "
        f"{number(term.most)} points in all.</p>",
        '<p class="quiet">As a table for a spreadsheet: <a href="totals.csv">totals.csv</a>.</p>',
        notice(bullets(warnings)) if warnings else "",
        f'<h2 id="progress">From lesson to lesson</h2>{_progress(term)}',
        f'<h2 id="stopped">Who stopped</h2>{_stopped(term)}',
        f'<h2 id="points">Points</h2>{_points(term)}',
    ]
    links = (
        ("progress", "From lesson to lesson"),
        ("stopped", "Who stopped"),
        ("points", "Points"),
    )
    bar = "".join(f'<a href="#{anchor}">{words}</a>' for anchor, words in links)
    return document("The term", "\n".join(filter(None, parts)), bar=bar, tables=True)


def _progress(term: Term) -> str:
    """How many handed in and what they earned, lesson by lesson and section by section."""
    groups = term.groups()
    head = "".join(f'<th scope="col">{escape(group.name)}</th>' for group in groups)
    rows = ""
    for index, lesson in enumerate(term.lessons):
        cells = "".join(_share(group.lessons[index], group.count) for group in groups)
        rows += f'<tr><th scope="row">Lesson {lesson.lesson}</th>{cells}</tr>'
    made = table(
        "Mean share of the points, and how many handed in",
        f'<tr><th scope="col" class="words">Lesson</th>{head}</tr>',
        rows,
    )
    return f'{made}<p class="quiet">Mean share of the points of those who handed in; how many.</p>'


def _share(lesson: TermLesson, count: int) -> str:
    mean = f"{lesson.share:.0%}" if lesson.handed_in else "–"
    return f"<td>{mean}<small>{lesson.handed_in:,} of {count:,}</small></td>"


def _stopped(term: Term) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_who(learner)}</th>'
        f"<td>{'never' if last is None else f'lesson {last}'}</td><td>{since}</td></tr>"
        for learner, last, since in term.stopped()
    )
    if not rows:
        return "<p>Everyone handed in the newest lesson.</p>"
    head = (
        '<tr><th scope="col" class="words">Learner</th><th scope="col">Last handed in</th>'
        '<th scope="col">Lessons since</th></tr>'
    )
    made = table("Who handed in nothing for the newest lesson", head, rows, "matrix", SHORT)
    return tools(["Last handed in", "Lessons since"], "longest first") + made


def _points(term: Term) -> str:
    columns = "".join(
        f'<th scope="col">Lesson {lesson.lesson}<small>of {number(lesson.most)}</small></th>'
        for lesson in term.lessons
    )
    head = (
        f'<tr><th scope="col" class="words">Learner</th>{columns}'
        f'<th scope="col">Sum<small>of {number(term.most)}</small></th></tr>'
    )
    rows = "".join(
        f'<tr data-marks="{_marks(learner, term)}"><th scope="row">{_who(learner)}</th>'
        + "".join(_cell(learner.entries.get(lesson.lesson)) for lesson in term.lessons)
        + f'<td class="sum">{number(learner.points)}</td></tr>'
        for learner in term.learners
    )
    labels = [*(f"Lesson {lesson.lesson}" for lesson in term.lessons), "Sum"]
    return tools(labels, "name") + table("Points, learners by lessons", head, rows, "matrix", LIMIT)


def _marks(learner: TermLearner, term: Term) -> str:
    """By what the table can be filtered."""
    marks = (
        ("half", learner.points < term.most / 2),
        ("missing", len(learner.entries) < len(term.lessons)),
        ("waits", any(entry.pending for entry in learner.entries.values())),
    )
    return " ".join(mark for mark, holds in marks if holds)


def _cell(entry: Entry | None) -> str:
    if entry is None:
        return '<td class="open"><span class="visually-hidden">nothing handed in</span></td>'
    if not entry.most:
        sign = f'<a href="{escape(entry.page, quote=True)}">—</a>' if entry.page else "—"
        return f'<td class="open">{sign}<small>could not be read</small></td>'
    kind = share_tone(entry.points, entry.most - entry.pending)
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
    said = [learner.id if learner.id != learner.name else "", learner.section]
    beside = " · ".join(filter(None, said))
    return name_html(learner.name) + (f"<small>{escape(beside)}</small>" if beside else "")
