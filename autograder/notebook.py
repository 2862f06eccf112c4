"""What a notebook calls: check, hint, solution, progress, predict, reveal, attempt."""

from __future__ import annotations

import importlib.resources
import json
import os
import sys
from contextlib import contextmanager

from autograder import exercises
from autograder.judge import judge
from autograder.record import Progress
from autograder.student import LiveStudent
from autograder.verdict import Outcome, Verdict
from autograder.views import html, number, text

_progress: Progress | None = None
_predictions: dict[str, object] = {}
_suspended = False


class Shown:
    """Something to read: HTML where a front end shows it, the same as text elsewhere."""

    def __init__(self, html_view: str, text_view: str, plain: str | None = None):
        self._html, self._text, self._plain = html_view, text_view, plain

    def __repr__(self) -> str:
        return self._text if self._plain is None else self._plain

    def __str__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html}


class CheckResult(Shown):
    """A verdict as a cell's last value.

    Its `repr` is the points as a plain number, which is what nbgrader reads as partial
    credit; its HTML is what a person reads; `print(check("1.1"))` gives the text.
    """

    def __init__(self, verdict: Verdict):
        super().__init__(
            html.verdict_html(verdict), text.verdict_text(verdict), repr(float(verdict.points))
        )
        self.verdict = verdict

    def __float__(self) -> float:
        return float(self.verdict.points)


def check(exercise_id: str) -> CheckResult:
    """Judge an exercise over this notebook's definitions and say what is right and what is not.

    Args:
        exercise_id: such as "2.1".

    Raises:
        UnknownExercise: no such id; the message lists those there are.
    """
    exercise = exercises.get(exercise_id)
    if _suspended:
        return CheckResult(_unjudged(exercise))
    namespace = sys._getframe(1).f_globals
    verdict = judge(
        exercise_id, LiveStudent(namespace, exercises.owners(exercise.lesson)), check_seed()
    )
    _local_progress().record(verdict)
    result = CheckResult(verdict)
    if not _in_ipython():
        print(result)
    return result


def hint(exercise_id: str, step: int | None = None) -> Shown:
    """Show the next hint of an exercise (or hint number `step`, 1 to 3)."""
    exercise = exercises.get(exercise_id)
    steps = len(exercise.hints)
    if step is None:
        step = _local_progress().next_hint(exercise_id, steps)
    if step not in range(1, steps + 1):
        raise ValueError(f"hint step is {step!r}; exercise {exercise_id} has hints 1 to {steps}.")
    words = exercise.hints[step - 1]
    more = (
        f'hint("{exercise_id}") again gives the next one.' if step < steps else "That is the last."
    )
    head = f"Hint {step} of {steps} for {exercise_id} {exercise.title}"
    return _shown(
        html.panel(f"<b>{head}</b><br>{html.prose(words)}<br><i>{html.prose(more)}</i>"),
        f"{head}\n{words}\n{more}",
    )


def solution(exercise_id: str, give_up: bool = False) -> Shown:
    """Show the commented solution once the exercise has passed (or with `give_up=True`)."""
    exercise = exercises.get(exercise_id)
    if not (_local_progress().entry(exercise_id)["passed"] or give_up):
        words = (
            f'The solution opens once check("{exercise_id}") passes. Until then there is '
            f'hint("{exercise_id}"); solution("{exercise_id}", give_up=True) opens it anyway.'
        )
        return _shown(html.panel(html.prose(words)), words)
    head = f"One solution of {exercise_id} {exercise.title}"
    sections = [(head, solutions()[exercise_id])]
    if exercise.alternative:
        sections.append(("A common alternative", exercise.alternative))
    return _shown(
        html.panel("".join(f"<b>{html.prose(h)}</b>{html.code(c)}" for h, c in sections)),
        "\n\n".join(f"{h}\n{c}" for h, c in sections),
    )


def progress() -> Shown:
    """Show passed, attempted and hints used for every exercise so far."""
    record = _local_progress()
    rows, done, points, most = [], 0, 0.0, 0.0
    for exercise in exercises.every():
        entry = record.entry(exercise.id)
        outcome = Outcome(entry["outcome"])
        done, points, most = (
            done + entry["passed"],
            points + entry["points"],
            most + exercise.points,
        )
        sign, word = html.SIGNS[outcome]
        rows.append(
            (
                exercise.id,
                exercise.title,
                f"{sign} {word}",
                f"{number(entry['points'])} / {number(exercise.points)}",
                f"{entry['hints']} of 3 hints",
                f"about {exercise.minutes} min",
            )
        )
    head = f"{done} of {len(rows)} exercises passed, {number(points)} of {number(most)} points"
    cells = "".join(
        "<tr>" + "".join(f"<td style='text-align:left'>{html.prose(c)}</td>" for c in row) + "</tr>"
        for row in rows
    )
    width = max(len(row[1]) for row in rows) + 2
    lines = [f"{a:<5}{b:<{width}}{c:<16}{d:>9}  {e}, {f}" for a, b, c, d, e, f in rows]
    return _shown(f"<b>{head}</b><table>{cells}</table>", "\n".join([head, *lines]))


def predict(question: str, guess) -> Shown:
    """Write a guess down before the answer is known; `reveal` shows it beside the outcome."""
    _predictions[question] = guess
    if guess is None or guess is ...:
        words = (
            f"No guess for “{question}” yet: put one in the place of ... and run the cell again."
        )
    else:
        words = f"Noted, before the run: {question} → {guess}"
    return _shown(html.panel(html.prose(words)), words)


def reveal(question: str, outcome) -> Shown:
    """Show the guess made for `question` beside what came out."""
    guess = _predictions.get(question, ...)
    said = "no guess" if guess is None or guess is ... else str(guess)
    words = f"{question}\nYou said: {said}\nIt came out: {outcome}"
    return _shown(html.panel(html.prose(words)), words)


def attempt(produce):
    """Return `produce()`, or say quietly that an answer it needs is not written yet.

    For cells that try the learner's own answer: the lesson goes on without it.
    """
    try:
        return produce()
    except (NotImplementedError, NameError) as error:
        missing = f" ({error})" if isinstance(error, NameError) else ""
        words = f"This cell tries your own answer, which is not written yet{missing}. Go on below."
        return _shown(html.panel(html.prose(words)), words)


def check_seed() -> int:
    """Seed of the numbers that checks draw: 0, or the instructor's own in BVAE_CHECK_SEED."""
    given = os.environ.get("BVAE_CHECK_SEED", "0")
    if not (given.isascii() and given.isdigit()):
        raise ValueError(f"BVAE_CHECK_SEED is {given!r}; expected a whole number ≥ 0.")
    return int(given)


def solutions() -> dict[str, str]:
    """Exercise id → commented solution, taken from the instructor's notebooks."""
    source = importlib.resources.files("autograder") / "solutions.json"
    return json.loads(source.read_text(encoding="utf-8"))


@contextmanager
def suspended():
    """Make `check` calls do nothing while a whole notebook is run to be judged afterwards."""
    global _suspended
    before, _suspended = _suspended, True
    try:
        yield
    finally:
        _suspended = before


def _unjudged(exercise) -> Verdict:
    return Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, exercise.points)


def _local_progress() -> Progress:
    global _progress
    if _progress is None:
        _progress = Progress.local()
    return _progress


def _shown(html_view: str, text_view: str) -> Shown:
    if not _in_ipython():
        print(text_view)
    return Shown(html_view, text_view)


def _in_ipython() -> bool:
    ipython = sys.modules.get("IPython")
    return bool(ipython and ipython.get_ipython())
