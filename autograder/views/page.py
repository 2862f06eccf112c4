"""One learner's result as a separate page: a single file, nothing fetched, nothing active."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import verdict_of
from autograder.views import SIGNS, number, total_words
from autograder.views.html import prose, verdict_html

STATUS_WORDS = {
    "unreadable": "This submission could not be read, so it has no points.",
    "failed": "The grader could not finish this submission; it must be graded again.",
    "waiting": "This submission is not graded yet.",
}
# Learners' words are escaped; should one slip through, the browser still runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def learner_page(record: dict) -> str:
    """A page for the learner: points, each exercise's verdict, repairs, and written answers."""
    lesson = "" if record["lesson"] is None else f" · Lesson {record['lesson']}"
    late = f" · handed in {escape(record.get('late_words') or 'late')}" if record["late"] else ""
    parts = [
        f"<h1>{escape(record['learner'])}{lesson}</h1>",
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
        verdict = verdict_html(verdict_of(exercise))
        parts.append(f'<section class="exercise" id="e{anchor}">{verdict}</section>')
    parts.append(_written(record["written"], record.get("marks", ())))
    return document(f"{record['learner']}{lesson}", "\n".join(filter(None, parts)), "learner")


def document(title: str, body: str, kind: str = "") -> str:
    """A whole HTML file around `body`, which is HTML already."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f'<body class="{kind}">\n<main>\n{body}\n</main>\n</body>\n</html>\n'
    )


def isolation_notice(isolation: dict | None) -> str:
    """A notice where the learner's code ran with less than full isolation, else nothing."""
    if not isolation or isolation.get("level") == "full":
        return ""
    missing = ", ".join(map(str, isolation.get("missing", ()))) or "not named"
    how = "only partly isolated" if isolation.get("level") == "partial" else "not isolated"
    return notice(
        f"<b>The notebook's code ran {how} on this machine.</b> Missing: {escape(missing)}. The "
        "instructor's guide explains what that means."
    )


def notice(inside: str) -> str:
    """A framed note; `inside` is HTML already."""
    return f'<div class="notice" role="note">{inside}</div>'


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, escaped."""
    return "<ul>" + "".join(f"<li>{prose(sentence)}</li>" for sentence in sentences) + "</ul>"


def _overview(exercises: list[dict]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#e{escape(exercise["id"])}">{escape(exercise["id"])}</a> '
        f"{escape(exercise['title'])}</th>"
        f"<td>{number(exercise['points'])} / {number(exercise['max_points'])}</td>"
        f'<td class="words">{" ".join(SIGNS[Outcome(exercise["outcome"])])}</td></tr>'
        for exercise in exercises
    )
    head = (
        '<tr><th scope="col" class="words">exercise</th><th scope="col">points</th>'
        '<th scope="col" class="words">outcome</th></tr>'
    )
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


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
        f"<pre>{escape(text)}</pre>"
        for name, text in answers.items()
    )
    return f"<h2>Written answers, graded by hand</h2>{blocks}"


def _points_of(mark: dict | None) -> str:
    if mark is None:
        return ""
    if mark["pending"]:
        return f" · {number(mark['max_points'])} points pending"
    return f" · {number(mark['points'])} of {number(mark['max_points'])} points"


def _comment_of(mark: dict | None) -> str:
    return f"<p>{escape(mark['comment'])}</p>" if mark and mark["comment"] else ""


@cache
def _style() -> str:
    return Path(__file__).with_name("pages.css").read_text(encoding="utf-8")
