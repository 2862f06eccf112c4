"""The demonstration's page: figures, grades and feedback in one HTML file that works offline."""

from __future__ import annotations

import base64
import html
import os
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bvae_ref.page_design import tokens
from bvae_ref.writing import write_whole

STYLE = tokens() + (Path(__file__).parent / "demo_page.css").read_text(encoding="utf-8")

# Shown first: the picture that the course is about.
FIRST = "morph"

# Width over height from which a figure takes a row of its own.
WIDE = 2.0

# A sign and a word for each state, so that nothing rests on colour.
FULL, PART, NONE = ("✔", "all"), ("◐", "some"), ("✘", "no")


@dataclass(frozen=True)
class Item:
    """A graded exercise: its id, its title and the points it can earn."""

    exercise_id: str
    title: str
    max_points: float


def page(
    galleries: Sequence, items: Sequence[Item], reports: Sequence, folder: Path, seconds: float
) -> str:
    """The whole page as HTML.

    Args:
        galleries: objects with `title`, `facts`, `figures` (name → alt, caption, png bytes) and
            `explorer`, the path of a page.
        items: the lesson's exercises in order.
        reports: one a student, with `student`, `about`, `points`, `total`, `max_total`,
            `panels` and `feedback`.
        folder: where the page will lie; links are relative to it.
        seconds: how long making it took.
    """
    pictures = "".join(_gallery(gallery, folder) for gallery in galleries)
    views = "".join(_feedback(report, folder) for report in reports)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Beyond Pixels: a demonstration</title>
<style>
{STYLE}</style>
</head>
<body>
<header>
<h1>Beyond Pixels</h1>
<p>A course in which learners build a β-VAE and turn one written character into another.
Everything below was made on this machine in {seconds:.0f} seconds: a model trained from nothing,
and three example submissions graded by nbgrader.</p>
<nav aria-label="On this page"><a href="#figures">Figures</a> <a href="#grades">Grades</a>
<a href="#feedback">Feedback</a></nav>
</header>
<main>
<section id="figures"><h2>What the reference model learned</h2>
{pictures}</section>
<section id="grades"><h2>Three submissions, graded</h2>
<p>Points as they stand in nbgrader's gradebook; the totals come from its export.</p>
{grade_table(items, reports)}</section>
<section id="feedback"><h2>What each learner reads</h2>
{views}</section>
</main>
</body>
</html>
"""


def grade_table(items: Sequence[Item], reports: Sequence) -> str:
    """A row an exercise, a column a student, and the totals of the export."""
    head = "".join(f'<th scope="col">{html.escape(report.student)}</th>' for report in reports)
    rows = "".join(
        f'<tr><th scope="row"><b>{html.escape(item.exercise_id)}</b> {html.escape(item.title)}</th>'
        + "".join(_points(report.points.get(item.exercise_id), item) for report in reports)
        + "</tr>"
        for item in items
    )
    totals = "".join(
        f"<td>{report.total:g} <small>of {report.max_total:g}</small></td>" for report in reports
    )
    return (
        '<div class="wide"><table><caption>Points of each exercise: '
        f"{' · '.join(f'{sign} {word}' for sign, word in (FULL, PART, NONE))}</caption>"
        f'<thead><tr><th scope="col">Exercise</th>{head}</tr></thead><tbody>{rows}</tbody>'
        f'<tfoot><tr><th scope="row">Total</th>{totals}</tr></tfoot></table></div>'
    )


def write_page(text: str, path: Path) -> None:
    """Write the page, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, text.encode())


def _points(points: float | None, item: Item) -> str:
    if points is None:
        return '<td class="open">no grade</td>'
    if points >= item.max_points:
        kind, (sign, word) = "passed", FULL
    elif points > 0:
        kind, (sign, word) = "part", PART
    else:
        kind, (sign, word) = "failed", NONE
    return (
        f'<td class="{kind}"><span role="img" aria-label="{word} points">{sign}</span> '
        f"{points:g} <small>of {item.max_points:g}</small></td>"
    )


def _gallery(gallery, folder: Path) -> str:
    figures = sorted(gallery.figures.items(), key=lambda pair: _place(*pair))
    return (
        f"<h3>{html.escape(gallery.title)}</h3><p>{html.escape(gallery.facts)}</p>"
        f'<p><a href="{_link(gallery.explorer, folder)}">Play with this model</a>: pull a code, '
        "draw a character, morph.</p>"
        f'<div class="figures">{"".join(_figure(figure) for _, figure in figures)}</div>'
    )


def _place(name: str, figure) -> tuple[bool, bool]:
    """Sort key: the morph, then what is wide, then the rest, each in the order given."""
    return not name.startswith(FIRST), not _is_wide(figure.png)


def _is_wide(png: bytes) -> bool:
    width, height = struct.unpack(">II", png[16:24])  # the image header of every PNG file
    return width >= WIDE * height


def _figure(figure) -> str:
    image = base64.b64encode(figure.png).decode("ascii")
    kind = ' class="broad"' if _is_wide(figure.png) else ""
    return (
        f'<figure{kind}><img alt="{html.escape(figure.alt, quote=True)}" '
        f'src="data:image/png;base64,{image}"><figcaption>{html.escape(figure.caption)}'
        "</figcaption></figure>"
    )


def _feedback(report, folder: Path) -> str:
    link = _link(report.feedback, folder)
    name = html.escape(report.student)
    return (
        f"<article><h3>{name}</h3><p>{html.escape(report.about)} "
        f"<b>{report.total:g} of {report.max_total:g} points.</b></p>"
        f'<p><a href="{link}">The whole feedback page of {name}</a></p>'
        f"<details{_open(report)}><summary>What the checks said</summary>"
        f"{''.join(report.panels)}</details></article>"
    )


def _link(path: Path, folder: Path) -> str:
    """A link from a page in `folder`, ready for an attribute."""
    return html.escape(os.path.relpath(path, folder).replace(os.sep, "/"), quote=True)


def _open(report) -> str:
    """Only a mixed result stands open: it is the one with a diagnosis to read."""
    return " open" if 0 < report.total < report.max_total else ""


def items_of(exercises: Sequence) -> list[Item]:
    """The table's rows from the course's exercises."""
    return [Item(exercise.id, exercise.title, exercise.points) for exercise in exercises]


def by_student(reports: Sequence) -> Mapping[str, str]:
    """Student → "points of maximum", for a line on the terminal."""
    return {report.student: f"{report.total:g} of {report.max_total:g}" for report in reports}
