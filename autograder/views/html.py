"""Verdicts as HTML for notebooks and feedback pages.

Inline styles only (notebook front ends strip style sheets), borders and transparent
tints rather than fixed colours, so that light and dark themes both stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from autograder.judging.verdict import Diagnosis, TestResult, Verdict
from autograder.views import LEADS, SIGNS, TONES, number, told, tone
from autograder.views.text import beside, same_everywhere

# The edges of `bvae_ref/tokens.css`, since notebooks keep no style sheet.
EDGES = {
    "passed": "46,139,87",
    "part": "190,125,20",
    "failed": "200,80,60",
    "stopped": "122,91,181",
    "open": "128,128,128",
}
FIRST_LINE = '"margin:0;font-size:1em;font-weight:normal"'
TINTS = {outcome: EDGES[name] for outcome, name in TONES.items()}


def verdict_html(verdict: Verdict, heading: str = "div") -> str:
    """One verdict in full; its first line is a `heading` where the page has others."""
    sign, word = SIGNS[verdict.outcome]
    body = [
        f"<{heading}{' style=' + FIRST_LINE if heading != 'div' else ''}><b>{sign} {word}</b> · "
        f"{escape(verdict.exercise_id)} {escape(verdict.title)} · "
        f"{number(verdict.points)} of {number(verdict.max_points)} points</{heading}>"
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
    return panel("".join(body), EDGES[tone(verdict.outcome, verdict.points)])


def panel(inside: str, tint: str = EDGES["open"]) -> str:
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
