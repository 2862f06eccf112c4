"""Verdicts as plain text: the terminal's view, and the twin of the notebook's HTML."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.judging.verdict import Diagnosis, Outcome, TestResult, Verdict
from autograder.views import LEADS, SIGNS, details, number, told


def verdict_text(verdict: Verdict) -> str:
    """One verdict in full."""
    sign, word = SIGNS[verdict.outcome]
    lines = [
        f"{sign} {word}: {verdict.exercise_id} {verdict.title} "
        f"({number(verdict.points)} of {number(verdict.max_points)} points)"
    ]
    if same_everywhere(verdict):
        lines.append(f"    {verdict.tests[0].actual}")
        lines += [f"    {label}: {words}" for label, words in beside(verdict.tests[0])]
    else:
        for test, labelled in told(verdict.tests):
            lines += _test_lines(test, labelled)
    if verdict.diagnosis:
        lines += diagnosis_lines(verdict.diagnosis)
    lines += [f"  Note: {note}" for note in verdict.notes]
    if verdict.next_hint:
        lines.append(f"  Stuck? {verdict.next_hint}")
    return "\n".join(lines)


def table_text(verdicts: Sequence[Verdict]) -> str:
    """One row per exercise, and the total."""
    width = max(len(verdict.title) for verdict in verdicts)
    lines = []
    for verdict in verdicts:
        sign, word = SIGNS[verdict.outcome]
        lines.append(
            f"{verdict.exercise_id:<5}{verdict.title:<{width + 2}}"
            f"{number(verdict.points):>5} / {number(verdict.max_points):<5}{sign} {word}"
        )
    points = sum(verdict.points for verdict in verdicts)
    most = sum(verdict.max_points for verdict in verdicts)
    lines.append(f"{'':<5}{'Total':<{width + 2}}{number(points):>5} / {number(most)}")
    return "\n".join(lines)


def same_everywhere(verdict: Verdict) -> bool:
    """No test got as far as a comparison, all for one reason, which is given once."""
    quiet = (*(Outcome.NOT_ATTEMPTED, Outcome.BLOCKED), Outcome.DOES_NOT_RUN, Outcome.CRASHED)
    return verdict.outcome in quiet and len({test.actual for test in verdict.tests}) == 1


def beside(test: TestResult) -> list[tuple[str, str]]:
    """The lines about a test that never reached a comparison, without its message."""
    return [(label, words) for label, words in details(test) if label != "got"]


def diagnosis_lines(diagnosis: Diagnosis) -> list[str]:
    """A diagnosis, line by line."""
    lead = LEADS[diagnosis.relation]
    if len(diagnosis.mistakes) == 1:
        name, sentence, look = diagnosis.mistakes[0]
        return [f"  {lead}: {name}. {sentence}", f"  Look next: {look}"]
    lines = [f"  {lead}:"]
    for name, sentence, look in diagnosis.mistakes:
        lines += [f"    • {name}. {sentence}", f"      Look next: {look}"]
    return lines


def _test_lines(test: TestResult, labelled: Sequence[tuple[str, str]]) -> list[str]:
    sign, _ = SIGNS[test.outcome]
    lines = [f"  {sign} {test.title} ({number(test.points)}/{number(test.max_points)})"]
    for label, words in labelled:
        lines.append(f"      {label + ':':<10}{words}")
    return lines
