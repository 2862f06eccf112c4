"""nbgrader's feedback as one of this course's pages: who, how many points, what was said, and then
the notebook. Nothing is fetched, and nothing runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.nbgrader_plugin.gradebook import CHECK, LESSON
from autograder.views import number, share_tone
from autograder.views.document import document, name_html, table
from autograder.views.html import prose

TEMPLATE = "learner_feedback"
TEMPLATES = Path(__file__).with_name("templates")
# Lines of code that are not worth folding.
SHORT = 3
# The notebook's own headings come below the page's.
BELOW = 2
HEADING = re.compile(r"<(/?)h([1-6])\b[^>]*>")
ANCHOR_LINK = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>', re.DOTALL)
BADGE = re.compile(r"<a\b[^>]*>\s*<img\b[^>]*colab-badge\.svg[^>]*>\s*</a>")
# An image that is not in the page itself, and what it says in words.
REMOTE = re.compile(r'<img\b(?![^>]*\ssrc="data:)[^>]*>')
ALT = re.compile(r'\salt="([^"]*)"')
# In a verdict's first line.
TITLE = re.compile(r"</b> · (\d+\.\d+ [^<]*?) · [\d.]+ of [\d.]+ points<")
HEADER_CELL = re.compile(r"<th\b(?![^>]*\bscope=)")


def is_check(cell: Any) -> bool:
    """Whether a cell has points and is not the learner's."""
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade")) and not about.get("solution")


def code_of(cell: Any) -> str:
    """A cell's code: answers and short cells as they are, what the lesson gives folded away."""
    code = f"<pre><code>{escape(cell.source)}</code></pre>"
    lines = cell.source.strip().splitlines()
    if cell.metadata.get("nbgrader", {}).get("solution") or len(lines) <= SHORT:
        return code
    title = lines[0].removeprefix("# @title").strip("# ")
    return f"<details><summary>Code: {escape(title)}</summary>{code}</details>"


def below_the_page(html: str) -> str:
    """A text cell's HTML as a part of the page: its headings lower, nothing from elsewhere."""
    html = BADGE.sub("", ANCHOR_LINK.sub("", html))
    html = REMOTE.sub(_in_words, html)
    html = HEADER_CELL.sub('<th scope="col"', html)
    return HEADING.sub(lambda found: f"<{found[1]}h{min(6, int(found[2]) + BELOW)}>", html)


def whole_page(nb: Any, resources: Any, cells: str) -> str:
    """The page.

    Args:
        nb: the notebook, with the scores and comments that nbgrader's `GetGrades` puts into it.
        resources: of nbconvert, with nbgrader's.
        cells: the notebook's cells as HTML.
    """
    about = resources["nbgrader"]
    name = learner_name(str(about.get("db_url", "")), str(about["student"]))
    title = _lesson(str(about["notebook"]))
    checks = [cell for cell in nb.cells if is_check(cell)]
    by_hand = [cell for cell in nb.cells if _is_by_hand(cell)]
    remarks = [cell for cell in nb.cells if _comment(cell) and cell not in by_hand]
    # What is not passed is read first.
    checks.sort(key=_is_full)
    parts = [
        f"<h1>{name_html(name)} · {escape(title)}</h1>",
        f'<p class="total">{number(round(float(about["score"]), 2))} of '
        f"{number(round(float(about['max_score']), 2))} points{_late(about)}</p>",
        # What the grader says of the whole submission stands in a cell that is no check.
        *(_outputs(cell) for cell in nb.cells if not is_check(cell)),
        _overview([*checks, *by_hand]),
        *map(_verdict, checks),
        *map(_marked, by_hand),
        f"<h2>Comments</h2>{''.join(map(_remark, remarks))}" if remarks else "",
        f'<section class="notebook"><h2 id="notebook">The notebook</h2>{cells}</section>',
    ]
    links = '<a href="#content">Points</a><a href="#notebook">The notebook</a>'
    body = "\n".join(filter(None, parts))
    return document(f"{name} · {title}", body, "learner", links, images=True)


def learner_name(gradebook: str, student: str) -> str:
    """First and last name from nbgrader's gradebook, or the id where it has none."""
    if not gradebook:
        return student
    with Gradebook(gradebook) as book:
        try:
            found = book.find_student(student)
        except MissingEntry:
            return student
        return " ".join(filter(None, (found.first_name, found.last_name))) or student


def _lesson(notebook: str) -> str:
    found = LESSON.fullmatch(notebook)
    return f"Lesson {found[1]}" if found else notebook


def _late(about: Any) -> str:
    penalty = float(about.get("late_penalty") or 0.0)
    return f", {number(round(penalty, 2))} off for lateness" if penalty else ""


def _is_by_hand(cell: Any) -> bool:
    about = cell.metadata.get("nbgrader", {})
    return bool((about.get("grade") and about.get("solution")) or about.get("task"))


def _comment(cell: Any) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("comment") or "")


def _is_full(cell: Any) -> bool:
    points, most = _points(cell)
    return points >= most


def _points(cell: Any) -> tuple[float, float]:
    about = cell.metadata["nbgrader"]
    return float(about.get("score") or 0.0), float(about.get("points") or 0.0)


def _title(cell: Any) -> str:
    """`2.1 KL of every latent dimension`, as its verdict says it; else what its id says.

    The course itself is not asked: importing it takes longer than writing the page.
    """
    place = str(cell.metadata["nbgrader"]["grade_id"])
    said = TITLE.search(_outputs(cell))
    if said:
        return unescape(said[1])
    found = CHECK.fullmatch(place)
    if found:
        return f"Exercise {found[1]}.{found[2]}"
    return "Written answer" if _is_by_hand(cell) else place


def _place(cell: Any) -> str:
    return escape(str(cell.metadata["nbgrader"]["grade_id"]), quote=True)


def _overview(cells: Sequence[Any]) -> str:
    head = '<tr><th scope="col" class="words">Exercise</th><th scope="col">Points</th></tr>'
    return f"<h2>Points</h2>{table('Points', head, ''.join(map(_row, cells)))}" if cells else ""


def _row(cell: Any) -> str:
    points, most = _points(cell)
    return (
        f'<tr><th scope="row"><a href="#verdict-{_place(cell)}">{escape(_title(cell))}</a></th>'
        f'<td class="{share_tone(points, most)}">{number(points)} / {number(most)}</td></tr>'
    )


def _verdict(cell: Any) -> str:
    return _exercise(cell, f"{_outputs(cell)}{_said(cell)}")


def _marked(cell: Any) -> str:
    return _exercise(cell, _said(cell) or "<p>No comment.</p>")


def _exercise(cell: Any, said: str) -> str:
    points, most = _points(cell)
    return (
        f'<section class="exercise" id="verdict-{_place(cell)}"><h3><a href="#{_place(cell)}">'
        f"{escape(_title(cell))}</a> · {number(points)} of {number(most)} points</h3>"
        f"{said}</section>"
    )


def _remark(cell: Any) -> str:
    return f'<p><a href="#{_place(cell)}">On this cell</a></p>{_said(cell)}'


def _said(cell: Any) -> str:
    comment = _comment(cell)
    return f'<div class="notice"><b>Comment:</b> {prose(comment)}</div>' if comment else ""


def _outputs(cell: Any) -> str:
    return "".join(_of_grader(cell.get("outputs", ())))


def _of_grader(outputs: Iterable[Any]) -> Iterable[str]:
    """Verdicts as the grader wrote them, and everything else as text."""
    for output in outputs:
        data = output.get("data", {})
        if "text/html" in data:
            yield "".join(data["text/html"])
        elif "text/plain" in data:
            yield f"<pre>{escape(''.join(data['text/plain']))}</pre>"
        elif output.output_type == "stream":
            yield f"<pre>{escape(''.join(output.text))}</pre>"
        elif output.output_type == "error":
            yield f"<pre>{escape(f'{output.ename}: {output.evalue}')}</pre>"


def _in_words(image: re.Match) -> str:
    found = ALT.search(image[0])
    return found[1] if found else ""
