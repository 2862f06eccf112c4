"""Verdicts as HTML for notebooks and feedback pages.

Inline styles only (notebook front ends strip style sheets), borders and transparent
tints rather than fixed colours, so that light and dark themes both stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from autograder.judging.verdict import Diagnosis, Outcome, TestResult, Verdict
from autograder.views import LEADS, SIGNS, number, told
from autograder.views.text import beside, same_everywhere

TINTS = {
    Outcome.PASSED: "46,139,87",
    Outcome.FAILED: "200,80,60",
    Outcome.NOT_ATTEMPTED: "128,128,128",
    Outcome.BLOCKED: "128,128,128",
    Outcome.CRASHED: "200,120,20",
    Outcome.TIMED_OUT: "200,120,20",
}


def verdict_html(verdict: Verdict) -> str:
    """One verdict in full."""
    sign, word = SIGNS[verdict.outcome]
    body = [
        f"<div><b>{sign} {word}</b> · {escape(verdict.exercise_id)} {escape(verdict.title)} · "
        f"{number(verdict.points)} of {number(verdict.max_points)} points</div>"
    ]
    if same_everywhere(verdict):
        body.append(f"<div>{prose(verdict.tests[0].actual)}</div>")
        body.append(_details_html(beside(verdict.tests[0])))
    else:
        items = "".join(_test_html(test, labelled) for test, labelled in told(verdict.tests))
        body.append(f'<ul style="list-style:none;margin:.4em 0;padding-left:.5em">{items}</ul>')
    if verdict.diagnosis:
        body.append(_diagnosis_html(verdict.diagnosis))
    body += [f"<div><i>{prose(note)}</i></div>" for note in verdict.notes]
    if verdict.next_hint:
        body.append(f"<div>Stuck? Run <code>{escape(verdict.next_hint)}</code></div>")
    return panel("".join(body), TINTS[verdict.outcome])


def table_html(verdicts: Sequence[Verdict]) -> str:
    """One row per exercise, and the total."""
    rows = "".join(
        f"<tr><td>{escape(v.exercise_id)}</td><td style='text-align:left'>{escape(v.title)}</td>"
        f"<td>{number(v.points)} / {number(v.max_points)}</td>"
        f"<td style='text-align:left'>{SIGNS[v.outcome][0]} {SIGNS[v.outcome][1]}</td></tr>"
        for v in verdicts
    )
    points, most = sum(v.points for v in verdicts), sum(v.max_points for v in verdicts)
    head = "<tr><th>id</th><th style='text-align:left'>exercise</th><th>points</th><th></th></tr>"
    foot = (
        f"<tr><td></td><td><b>Total</b></td><td><b>{number(points)} / {number(most)}</b></td></tr>"
    )
    return f"<table>{head}{rows}{foot}</table>"


def panel(inside: str, tint: str = "128,128,128") -> str:
    """A framed box with a coloured edge."""
    return (
        f'<div style="border-left:4px solid rgb({tint});background:rgba({tint},.08);'
        f'padding:.5em .8em;margin:.2em 0;line-height:1.45">{inside}</div>'
    )


def prose(text: str) -> str:
    """Escape text, and set `code` and line breaks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)).replace("\n", "<br>")


def code(text: str) -> str:
    """A block of code."""
    return f'<pre style="margin:.4em 0;white-space:pre-wrap">{escape(text)}</pre>'


def _diagnosis_html(diagnosis: Diagnosis) -> str:
    lead = prose(LEADS[diagnosis.relation])
    told = [tuple(map(prose, mistake)) for mistake in diagnosis.mistakes]
    if len(told) == 1:
        name, sentence, look = told[0]
        return f"<div><b>{lead}: {name}.</b> {sentence}<br><b>Look next:</b> {look}</div>"
    items = "".join(
        f"<li><b>{name}.</b> {sentence}<br><b>Look next:</b> {look}</li>"
        for name, sentence, look in told
    )
    return f'<div><b>{lead}:</b><ul style="margin:.2em 0;padding-left:1.4em">{items}</ul></div>'


def _details_html(labelled: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f"<div style='margin-left:1.6em'><span style='opacity:.75'>{label}:</span> "
        f"{prose(words)}</div>"
        for label, words in labelled
    )


def _test_html(test: TestResult, labelled: Sequence[tuple[str, str]]) -> str:
    sign, _ = SIGNS[test.outcome]
    lines = _details_html(labelled)
    return (
        f"<li>{sign} {prose(test.title)} "
        f"({number(test.points)}/{number(test.max_points)}){lines}</li>"
    )
