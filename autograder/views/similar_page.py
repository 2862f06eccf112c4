"""Notebooks that are close to each other, as a page for the instructor: what they share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from autograder.views.document import bullets, count_of, document, notice, table

if TYPE_CHECKING:
    from autograder.judging.similarity import Excerpt, Pair, Similar

ADVICE = (
    "<b>This is evidence, not a verdict.</b> Notebooks can be alike because two people were "
    "allowed to work together, had the same help, or found the same source. Read the passages, "
    "and talk to both before you conclude anything. Keep this page to yourself."
)


def similar_page(lessons: Sequence[Similar], notes: Sequence[str] = ()) -> str:
    """The page: for each lesson a table of pairs, and below it what each pair shares."""
    parts = [
        "<h1>Notebooks that are alike</h1>",
        notice(f"<p>{ADVICE}</p>"),
        "<p>Learners' own cells were compared as syntax trees, without names, comments and layout. "
        "Ten nodes of such a tree in a row, or seven words of a text, make one fingerprint. What "
        "the lessons hand out and the right answers that the course knows count for nothing; what "
        "many learners wrote counts little, and what most of them wrote counts for nothing.</p>",
        *(_lesson(lesson) for lesson in lessons),
    ]
    if notes:
        parts.append(f"<h2>Not compared</h2>{bullets(notes)}")
    return document("Notebooks that are alike", "\n".join(parts))


def _lesson(found: Similar) -> str:
    head = f"<h2>Lesson {found.lesson}</h2>"
    count = count_of(found.notebooks, "notebook")
    if not found.pairs:
        return f"{head}<p>{count}; no two of them share more than others do.</p>"
    listed = count_of(len(found.pairs), "pair")
    more = f" {found.more} more that share less are not listed." if found.more else ""
    groups = [", ".join(group) for group in found.groups()]
    together = f"<p>Close to each other:</p>{_plain_list(groups)}" if groups else ""
    details = "".join(_details(found.lesson, n, pair) for n, pair in enumerate(found.pairs, 1))
    return f"{head}<p>{count}, {listed}.{more}</p>{together}{_table(found)}{details}"


def _plain_list(items: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in items) + "</ul>"


def _table(found: Similar) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#{_anchor(found.lesson, number)}">'
        f"{escape(pair.learners[0])} and {escape(pair.learners[1])}</a></th>"
        f"<td>{_shares(pair)}</td><td>{round(pair.shared)}</td>"
        f'<td class="words">{_kind(pair)}</td></tr>'
        for number, pair in enumerate(found.pairs, 1)
    )
    head = (
        '<tr><th scope="col" class="words">who</th>'
        '<th scope="col">shared<small>of each one\'s own work</small></th>'
        '<th scope="col">how much<small>fingerprints</small></th>'
        '<th scope="col" class="words">what</th></tr>'
    )
    return table(f"Pairs of lesson {found.lesson}, the closest first", head, rows)


def _shares(pair: Pair) -> str:
    one, other = pair.shares
    return f"{one:.0%} and {other:.0%}"


def _kind(pair: Pair) -> str:
    return pair.same or count_of(len(pair.passages), "passage")


def _details(lesson: int, number: int, pair: Pair) -> str:
    one, other = (escape(name) for name in pair.learners)
    rows = "".join(f"<tr>{_side(a)}{_side(b)}</tr>" for a, b in pair.passages)
    same = f"<p>All of their own work is {pair.same}.</p>" if pair.same else ""
    heads = (f'<th scope="col" class="words">{name}</th>' for name in (one, other))
    passages = table(f"Passages of pair {number}", f"<tr>{''.join(heads)}</tr>", rows)
    return (
        f'<section id="{_anchor(lesson, number)}"><h3>{one} and {other}</h3>{same}'
        f"{passages}</section>"
    )


def _side(excerpt: Excerpt) -> str:
    lines = excerpt.text.count("\n")
    where = f"line {excerpt.first}" + f" to {excerpt.first + lines}" * bool(lines)
    return (
        f'<td class="words" style="vertical-align:top"><small>cell {excerpt.cell}, {where}</small>'
        f"<pre>{escape(excerpt.text)}</pre></td>"
    )


def _anchor(lesson: int, number: int) -> str:
    return f"lesson-{lesson}-pair-{number}"
