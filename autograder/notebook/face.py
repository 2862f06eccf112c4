"""What a notebook calls: check, hint, solution, progress, predict, reveal, attempt."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.student_words import words_stopped
from autograder.intake.course_texts import solutions
from autograder.judging.judge import judge
from autograder.judging.verdict import Outcome, TestResult, Verdict
from autograder.notebook.certificate import certificate_of, written
from autograder.notebook.meanwhile import Meanwhile, meanwhile
from autograder.notebook.nearest_variant import beside
from autograder.notebook.predictions import compared, noted
from autograder.notebook.progress_code import BadCode, entries_of, progress_code
from autograder.notebook.progress_file import FRESH
from autograder.notebook.record import Progress
from autograder.notebook.shown import CheckResult, Shown, show
from autograder.notebook.validating import in_time, refuse_unless_passed
from autograder.views import SIGNS, html
from autograder.views.certificate import certificate_svg, in_words
from autograder.views.progress import Row, progress_html, progress_text
from bvae_ref.console import forgive
from bvae_ref.memory import return_large_blocks
from bvae_ref.tensorflow_start import other_backend, words_other_backend

__all__ = ["attempt", "check", "hint", "predict", "progress", "reveal", "solution"]

Produced = TypeVar("Produced")
LOOKING = "Looking for the cause …"
# Said once a lesson, with its first pass.
OTHER_NUMBERS = (
    "Where this is graded, the same tests draw other numbers: an answer that is right for any "
    "input passes there too, and one that fits only what `check` shows here does not."
)
# A check that takes longer than this says what it is at; one of trained networks from the start.
PATIENCE = 2.0
# The set-up cell of a lesson imports this: the learner begins.
_begun = time.monotonic()
_progress: Progress | None = None
_suspended = False
# Scripts and terminals whose console lacks a character: a cell's own `print` goes on, too.
forgive()
# A lesson that trains takes 70 to 130 MB less.
return_large_blocks()


def check(exercise_id: str) -> Shown:
    """Judge an exercise over this notebook's definitions and say what is right and what is not.

    Args:
        exercise_id: such as "2.1".

    Returns:
        A `CheckResult`; where Keras runs on another backend than TensorFlow, 0 and what to do.

    Raises:
        UnknownExercise: no such id; the message lists those there are.
        NotPassed: in nbgrader's Validate, which shows nothing but errors.
    """
    if other := other_backend():
        words = words_other_backend(other)
        return show(html.panel(html.prose(words)), words, "0.0")
    exercise = registry.get(exercise_id)
    if _suspended:
        return CheckResult(_unjudged(exercise))
    namespace = sys._getframe(1).f_globals
    with meanwhile() as waiting, in_time(exercise):
        owners = registry.owners(exercise.lesson)
        student = LiveStudent(namespace, owners, on_patience=lambda: waiting.say(LOOKING))
        watch = partial(_say_how_far, waiting, exercise)
        verdict = judge(exercise_id, student, check_seed(), watch=watch)
    record = _local_progress()
    lesson = registry.of_lesson(exercise.lesson)
    is_first = not any(record.entry(item.id)["passed"] for item in lesson)
    record.record(verdict)
    further = ""
    if verdict.passed:
        further = f"{_next_step(exercise)} {OTHER_NUMBERS}" if is_first else _next_step(exercise)
    result = CheckResult(verdict, further, record.take_news())
    refuse_unless_passed(verdict)
    result.present()
    return result


def hint(exercise_id: str, step: int | None = None) -> Shown:
    """Show the next hint of an exercise (or hint number `step`, 1 to 3)."""
    exercise = registry.get(exercise_id)
    steps = len(exercise.hints)
    if step is None:
        step = _local_progress().next_hint(exercise_id, steps)
    elif step in range(1, steps + 1):
        _local_progress().touch(exercise_id)
    else:
        raise ValueError(f"hint step is {step!r}; exercise {exercise_id} has hints 1 to {steps}.")
    words = exercise.hints[step - 1]
    more = (
        f'hint("{exercise_id}") again gives the next one.' if step < steps else "That is the last."
    )
    head = f"Hint {step} of {steps} for {exercise_id} {exercise.title}"
    return show(
        html.panel(f"<b>{head}</b><br>{html.prose(words)}<br><i>{html.prose(more)}</i>"),
        f"{head}\n{words}\n{more}",
        news=_local_progress().take_news(),
    )


def solution(exercise_id: str, give_up: bool = False) -> Shown:
    """Show the commented solution once the exercise has passed (or with `give_up=True`).

    After a pass, also the right answer of our collection that is most like the learner's own.
    """
    exercise = registry.get(exercise_id)
    record = _local_progress()
    record.touch(exercise_id)
    passed = record.entry(exercise_id)["passed"]
    if not (passed or give_up):
        words = (
            f'The solution opens once check("{exercise_id}") passes. Until then there is '
            f'hint("{exercise_id}"); solution("{exercise_id}", give_up=True) opens it anyway.'
        )
        return show(html.panel(html.prose(words)), words, news=record.take_news())
    sections = [(f"One solution of {exercise_id} {exercise.title}", solutions()[exercise_id])]
    if exercise.alternative:
        sections.append(("A common alternative", exercise.alternative))
    if passed:
        shown = [code for _, code in sections]
        sections[1:1] = beside(sys._getframe(1).f_globals, exercise, shown)
    return show(
        html.panel(
            "".join(f"<b>{html.prose(h)}</b>{html.code(c) if c else ''}" for h, c in sections)
        ),
        "\n\n".join(f"{h}\n{c}".rstrip() for h, c in sections),
        news=record.take_news(),
    )


def progress(code: str | None = None, name: str | None = None) -> Shown:
    """Show what has passed, points, hints used and time; after the last pass, a certificate.

    Args:
        code: as `progress()` shows it on another machine: what was reached there counts here too.
        name: the learner's, for the certificate; remembered, and forgotten again with "".
    """
    record = _local_progress()
    if code is not None:
        try:
            record.take(entries_of(str(code)))
        except BadCode as error:
            return show(html.panel(html.prose(str(error))), str(error))
    if name is not None:
        record.call_learner(" ".join(str(name).split())[:80])
    learner, entries = record.course()
    rows = [Row(item, entries.get(item.id, FRESH)) for item in registry.every()]
    kept = progress_code(entries)
    views = (
        progress_html(rows, registry.course().lessons, record.at_work(), kept),
        progress_text(rows, kept),
    )
    if not all(row.entry["passed"] for row in rows):
        return show(*views, news=record.take_news())
    certificate = certificate_of(learner, rows, registry.course())
    words = "Nothing can be kept beside this notebook, so the certificate is only shown."
    if record.path is not None:
        words = written(certificate)
    if not learner:
        words += ' progress(name="…") puts your name on it.'
    drawing = f'<div style="max-width:60em;margin:1em 0">{certificate_svg(certificate)}</div>'
    return show(
        f"{views[0]}{html.panel(html.prose(words), html.TINTS[Outcome.PASSED])}{drawing}",
        f"{views[1]}\n\n{in_words(certificate)}\n{words}",
        news=record.take_news(),
    )


def predict(question: str, guess: object, choices: Sequence[str] = ()) -> Shown:
    """Write a guess down before the answer is known; `reveal` compares it with the outcome.

    Args:
        question: in words; `reveal` finds the guess by it.
        guess: a letter of the choices; without choices a number, some numbers, or words.
        choices: possible answers, shown as a), b), c) …
    """
    return noted(_local_progress(), question, guess, choices)


def reveal(question: str, outcome: object, answer: object = None, within: float = 0.0) -> Shown:
    """Show the guess made for `question` beside the outcome, and whether it was right.

    Args:
        question: as `predict` got it.
        outcome: what happened, in words.
        answer: the letter or the number, or numbers, of a right guess; nothing is compared
            without it.
        within: how far off a number may be.
    """
    return compared(_local_progress(), question, outcome, answer, within)


def attempt(produce: Callable[[], Produced]) -> Produced | Shown:
    """Return `produce()`, or say in a sentence why it stopped.

    For cells that try the learner's own answer: the lesson goes on without it, whether the answer
    is not written yet, wrong, or lacks what a cell above should have made.
    """
    try:
        return produce()
    except (NotImplementedError, NameError) as error:
        missing = f" ({error})" if isinstance(error, NameError) else ""
        words = f"This cell tries your own answer, which is not written yet{missing}. Go on below."
    except Exception as error:
        words = (
            f"This cell tries your own answer and {words_stopped(error)}. If a cell above has not "
            "run to its end, run that one first; otherwise the check says more. Go on below."
        )
    return show(html.panel(html.prose(words)), words)


def check_seed() -> int:
    """Seed of the numbers that checks draw: 0, or the instructor's own in BVAE_CHECK_SEED."""
    given = os.environ.get("BVAE_CHECK_SEED", "0")
    if not (given.isascii() and given.isdigit()):
        raise ValueError(f"BVAE_CHECK_SEED is {given!r}; expected a whole number ≥ 0.")
    return int(given)


@contextmanager
def suspended() -> Iterator[None]:
    """Make `check` calls do nothing while a whole notebook is run to be judged afterwards."""
    global _suspended
    before, _suspended = _suspended, True
    try:
        yield
    finally:
        _suspended = before


def _say_how_far(words: Meanwhile, exercise: Exercise, results: Sequence[TestResult]) -> None:
    """Which property is being checked, below those that are decided."""
    if not exercise.slow and words.seconds < PATIENCE:
        return
    decided = [f"{SIGNS[result.outcome][0]} {result.title}" for result in results]
    at = len(results)
    title = exercise.tests[at].title
    words.say("\n".join([*decided, f"Checking {at + 1} of {len(exercise.tests)}: {title} …"]))


def _next_step(exercise: Exercise) -> str:
    """What comes after a pass."""
    seen = f'`solution("{exercise.id}")` now shows a commented solution.'
    lesson = registry.of_lesson(exercise.lesson)
    following = lesson[lesson.index(exercise) + 1 :]
    if following:
        return f"{seen} Next exercise: {following[0].id}, {following[0].title}."
    return f"{seen} That was the lesson's last exercise; `progress()` shows the whole course."


def _unjudged(exercise: Exercise) -> Verdict:
    return Verdict(exercise.id, exercise.title, Outcome.NOT_ATTEMPTED, exercise.points)


def _local_progress() -> Progress:
    global _progress
    if _progress is None:
        _progress = Progress.local(since=_begun)
    return _progress
