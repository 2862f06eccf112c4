"""A class on one page: everyone's points, what went wrong, and whom to look at first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.judging.verdict import Outcome
from autograder.views import SIGNS, number, total
from autograder.views.html import prose
from autograder.views.page import bullets, document, isolation_notice, notice

if TYPE_CHECKING:
    from autograder.judging.class_summary import (
        ClassSummary,
        ExerciseSummary,
        Learner,
        LessonSummary,
        MistakeCount,
    )
    from autograder.views.class_figures import ClassFigure

# Neither right nor wrong: nothing to look at yet.
OPEN = (Outcome.NOT_ATTEMPTED.value, Outcome.BLOCKED.value)
MOST_COMMON = 3
# More names than these are folded away.
SHOWN = 6
# From these correlations upwards, an exercise separates strong learners from weak ones.
TELLS, TELLS_LITTLE = 0.3, 0.1


def class_page(
    records: Sequence[dict],
    summary: ClassSummary,
    set_aside: Sequence[str] = (),
    warnings: Sequence[str] = (),
    figures: Mapping[int, Sequence[ClassFigure]] | None = None,
) -> str:
    """The class page.

    Args:
        records: one a submission, sorted; status "waiting" for those not graded yet.
        summary: the same in numbers.
        set_aside: a sentence for each file that was not graded.
        warnings: other sentences for the instructor.
        figures: by lesson; they are part of the page, and linked as files for slides.
    """
    parts = [
        "<h1>Grades of the class</h1>",
        f"<p>{_count(summary.submissions, 'submission')} of {_count(summary.learners, 'learner')}, "
        f"{summary.graded} graded.</p>",
        _tables() if summary.graded else "",
        _isolation(summary.isolation),
        _attention(records),
        f"<h2>Gradebook and roster</h2>{bullets(warnings)}" if warnings else "",
    ]
    for lesson in summary.lessons:
        rows = [r for r in records if r["lesson"] == lesson.lesson and r["exercises"]]
        drawn = (figures or {}).get(lesson.lesson, ())
        parts += [
            _lesson(lesson),
            _figures(drawn),
            _exercises(lesson.exercises),
            _wrong(lesson),
            f"<h3>Points</h3>{_marks(lesson, rows)}",
        ]
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
    written = max((record.get("written_max", 0) for record in records), default=0)
    if written:
        columns += f'<th scope="col">written<small>of {number(written)}</small></th>'
    head = (
        f'<tr><th scope="col" class="words">learner</th>{columns}'
        f'<th scope="col">total<small>of {number(lesson.max_points + written)}</small></th></tr>'
    )
    rows = "".join(_row(lesson, record, bool(written)) for record in records)
    label = f"Points in lesson {lesson.lesson}, learners by exercises"
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
        f'<table class="marks"><caption class="visually-hidden">{label}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></div>"
        f'<p class="quiet">{_legend()}</p>'
    )


def _row(lesson: LessonSummary, record: dict, written: bool) -> str:
    by_id = {exercise["id"]: exercise for exercise in record["exercises"]}
    cells = "".join(_mark(by_id.get(item.id)) for item in lesson.exercises)
    if written:
        pending = "<small>pending</small>" if record.get("written_pending") else ""
        cells += f"<td>{number(record.get('written_points', 0))}{pending}</td>"
    marks = [
        word for word, holds in ((_late(record), record["late"]), _status_mark(record)) if holds
    ]
    after = f" ({', '.join(marks)})" if marks else ""
    return (
        f'<tr><th scope="row">{_link(record)}{after}{_id(record)}</th>{cells}'
        f'<td class="sum">{number(total(record)[0])}</td></tr>'
    )


def _id(record: dict) -> str:
    return f"<small>{escape(record['learner_id'])}</small>" if record["learner_id"] else ""


def _late(record: dict) -> str:
    return escape(record.get("late_words") or "late")


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


def _tables() -> str:
    names = ("exercises.csv", "mistakes.csv", "grades.csv", "totals.csv")
    links = ", ".join(f'<a href="{name}">{name}</a>' for name in names)
    return f'<p class="quiet">As tables for a spreadsheet: {links}.</p>'


def _figures(figures: Sequence[ClassFigure]) -> str:
    if not figures:
        return ""
    return f'<div class="figures">{"".join(map(_figure, figures))}</div>'


def _figure(figure: ClassFigure) -> str:
    links = " · ".join(
        f'<a href="figures/{figure.name}.{kind}">{kind.upper()}</a>' for kind in ("png", "svg")
    )
    return f"<figure>{figure.inline()}<figcaption>For a slide: {links}</figcaption></figure>"


def _exercises(exercises: Sequence[ExerciseSummary]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(item.id)} {escape(item.title)}</th>'
        f'<td data-label="passed">{item.passed} of {item.count} ({item.share:.0%})</td>'
        f'<td data-label="mean points">{item.mean:.2f} of {number(item.max_points)}</td>'
        f'<td class="words" data-label="discrimination">{_discrimination(item)}</td>'
        f'<td class="words" data-label="most common">{_commonest(item)}</td></tr>'
        for item in exercises
    )
    head = (
        '<tr><th scope="col" class="words">exercise</th><th scope="col">passed</th>'
        '<th scope="col">mean points</th><th scope="col" class="words">discrimination</th>'
        '<th scope="col" class="words">most common mistakes</th></tr>'
    )
    return (
        '<div class="scroll" role="region" tabindex="0" aria-label="Exercises of the '
        f'lesson"><table class="cards"><thead>{head}</thead><tbody>{rows}</tbody></table></div><p '
        'class="quiet">Discrimination: how the points of an exercise correlate with those of the '
        "rest of the lesson, from −1 to 1 (item–rest correlation). With few notebooks it is "
        "mostly chance.</p>"
    )


def _discrimination(item: ExerciseSummary) -> str:
    """A correlation, and what it says about the exercise."""
    value = item.discrimination
    if value is None:
        why = "fewer than 3 notebooks" if item.count < 3 else "all points are the same"
        return f"– <small>{why}</small>"
    words = "separates strong from weak"
    if value < 0:
        words = "check this exercise: it runs against the rest"
    elif value < TELLS_LITTLE:
        words = "hardly separates strong from weak"
    elif value < TELLS:
        words = "separates strong from weak a little"
    return f"{value:.2f} <small>{words}</small>".replace("-", "−", 1)


def _commonest(item: ExerciseSummary) -> str:
    named = [found for found in item.mistakes if found.named][:MOST_COMMON]
    return "; ".join(f"{prose(found.name)} ({found.count})" for found in named)


def _wrong(lesson: LessonSummary) -> str:
    """Per exercise: what went wrong, how often, and for whom."""
    parts = [_mistakes(item) for item in lesson.exercises if item.mistakes]
    clean = ", ".join(escape(item.id) for item in lesson.exercises if not item.mistakes)
    if clean:
        parts.append(f'<p class="quiet">Passed by everyone: {clean}.</p>')
    return f"<h3>What the class got wrong</h3>{''.join(parts)}"


def _mistakes(item: ExerciseSummary) -> str:
    untried = item.count - item.attempted
    label = f"{escape(item.id)} {escape(item.title)}"
    said = f"{item.failed} of {item.count} failed"
    said += f"; {untried} did not try" if untried else ""
    head = (
        '<tr><th scope="col" class="words">mistake</th>'
        '<th scope="col">notebooks<small>of those that failed</small></th>'
        '<th scope="col" class="words">what happened</th><th scope="col" class="words">who</th>'
        "</tr>"
    )
    return (
        f'<h4>{label}</h4><p class="quiet">{said}.</p>'
        f'<div class="scroll" role="region" tabindex="0" aria-label="Mistakes in {label}">'
        f'<table class="cards mistakes"><thead>{head}</thead>'
        f"<tbody>{''.join(map(_mistake, item.mistakes))}</tbody></table></div>"
    )


def _mistake(found: MistakeCount) -> str:
    share = "" if found.share is None else f" ({found.share:.0%})"
    sentences = " <i>or:</i> ".join(map(prose, found.sentences))
    kind = "" if found.named else ' class="quiet"'
    return (
        f'<tr{kind}><th scope="row">{prose(found.name)}{_remark(found)}</th>'
        f'<td data-label="notebooks">{found.count}{share}</td><td class="words">{sentences}</td>'
        f'<td class="words" data-label="who">{_who(found.who)}</td></tr>'
    )


def _remark(found: MistakeCount) -> str:
    if found.either:
        return "<small>one of the two; the answers do not show which</small>"
    if found.with_another == 0:
        return ""
    often = "always" if found.with_another == found.count else f"{found.with_another} times"
    often = "once" if 1 == found.with_another < found.count else often
    return f"<small>{often} together with another mistake</small>"


def _who(learners: Sequence[Learner]) -> str:
    """Links to the learners' pages; many of them are folded away."""
    links = ", ".join(
        f'<a href="pages/{escape(key, quote=True)}.html" title="{escape(name, quote=True)}">'
        f"{escape(known_as)}</a>"
        for known_as, name, key in learners
    )
    if len(learners) <= SHOWN:
        return links
    return f"<details><summary>{_count(len(learners), 'notebook')}</summary>{links}</details>"


def _link(record: dict) -> str:
    name = escape(record["learner"])
    if record["status"] == "waiting":
        return name
    return f'<a href="pages/{escape(record["key"], quote=True)}.html">{name}</a>'


def _legend() -> str:
    return " · ".join(f"{sign} {word.lower()}" for sign, word in SIGNS.values())


def _count(number_of: int, thing: str) -> str:
    return f"{number_of} {thing}{'' if number_of == 1 else 's'}"
