"""One learner's result as a separate page: a single file, nothing fetched, nothing active."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import verdict_of
from autograder.views import SIGNS, number, tone, total_words
from autograder.views.document import bullets, document, isolation_notice, name_html, notice, table
from autograder.views.html import prose, verdict_html

STATUS_WORDS = {
    "unreadable": "This submission could not be read, so it has no points.",
    "failed": "The grader could not finish this submission; it must be graded again.",
    "waiting": "This submission is not graded yet.",
}
# As Jupyter and Pandoc read dollars: "$5 and $6" is money.
FORMULA = re.compile(r"\$\$(?P<block>[^$]+)\$\$|\$(?=\S)(?P<inline>[^$\n]*[^$\s])\$(?!\d)")


def learner_page(record: dict) -> str:
    """A page for the learner: points, each exercise's verdict, repairs, and written answers."""
    lesson = "" if record["lesson"] is None else f" · Lesson {record['lesson']}"
    late = f" · handed in {escape(record.get('late_words') or 'late')}" if record["late"] else ""
    parts = [
        f"<h1>{name_html(record['learner'])}{lesson}</h1>",
        f'<p class="quiet">{escape(record["file"])}{late}</p>',
        f'<p class="total">{total_words(record)}</p>',
    ]
    if record["status"] != "graded":
        words = STATUS_WORDS.get(record["status"], "")
        parts.append(notice(f"<b>{words}</b> {prose(record['reason'])}"))
    parts.append(isolation_notice(record["isolation"]))
    parts.append(_sentences("About this submission", [*record["notes"], *record["repairs"]]))
    parts.append(_cell_errors(record["cell_errors"]))
    if record["exercises"]:
        parts.append("<h2>Exercises</h2>" + _overview(record["exercises"]))
    for exercise in record["exercises"]:
        anchor = escape(exercise["id"], quote=True)
        verdict = verdict_html(verdict_of(exercise), "h3")
        parts.append(f'<section class="exercise" id="e{anchor}">{verdict}</section>')
    parts.append(_written(record["written"], record.get("marks", ())))
    return document(f"{record['learner']}{lesson}", "\n".join(filter(None, parts)), "learner")


def _overview(exercises: list[dict]) -> str:
    rows = "".join(_row(exercise) for exercise in exercises)
    head = (
        '<tr><th scope="col" class="words">Exercise</th><th scope="col">Points</th>'
        '<th scope="col" class="words">Outcome</th></tr>'
    )
    return table("Exercises", head, rows)


def _row(exercise: dict) -> str:
    outcome, points = Outcome(exercise["outcome"]), exercise["points"]
    anchor = escape(exercise["id"], quote=True)
    return (
        f'<tr><th scope="row"><a href="#e{anchor}">{escape(exercise["id"])}</a> '
        f"{escape(exercise['title'])}</th><td>{number(points)} / {number(exercise['max_points'])}"
        f'</td><td class="words {tone(outcome, points)}">{" ".join(SIGNS[outcome])}</td></tr>'
    )


def _sentences(title: str, sentences: list[str]) -> str:
    return f"<h2>{title}</h2>{bullets(sentences)}" if sentences else ""


def _cell_errors(errors: list[dict]) -> str:
    return _sentences(
        "Cells that stopped with an error",
        [f"Cell {item['cell']}: {item['error']}" for item in errors],
    )


def _written(answers: dict[str, str], marks: Iterable[dict]) -> str:
    if not answers:
        return ""
    by_name = {mark["question"]: mark for mark in marks}
    blocks = "".join(
        f"<h3>{escape(name)}{_points_of(by_name.get(name))}</h3>{_comment_of(by_name.get(name))}"
        f"<pre>{with_formulas(text)}</pre>"
        for name, text in answers.items()
    )
    return f"<h2>Written answers, graded by hand</h2>{blocks}"


@lru_cache(maxsize=4096)
def with_formulas(text: str) -> str:
    """A written answer as HTML, its formulas drawn, or as typed where nothing can draw them."""
    try:
        from autograder.views.mathml import Formulas
    except ImportError:  # of the extra `instructor`, which a machine that only grades lacks
        return escape(text)
    formulas, parts, end = Formulas(), [], 0
    for found in FORMULA.finditer(text):
        display = found.lastgroup or ""
        drawn = formulas.html(found[display], display, found[0])
        parts += [escape(text[end : found.start()]), drawn]
        end = found.end()
    return "".join([*parts, escape(text[end:])])


def _points_of(mark: dict | None) -> str:
    if mark is None:
        return ""
    if mark["pending"]:
        return f" · {number(mark['max_points'])} points pending"
    return f" · {number(mark['points'])} of {number(mark['max_points'])} points"


def _comment_of(mark: dict | None) -> str:
    return f"<p>{escape(mark['comment'])}</p>" if mark and mark["comment"] else ""
