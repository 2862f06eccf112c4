"""What holds of every exercise, with what comes next where it does not.

A new exercise is found by itself: `pytest tests/course/test_every_exercise.py -k 2.6` says what
is missing until it is whole. What is tried here on few seeds, and of exercises that train networks
in part, `make proof` tries in full.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path

import pytest
from coursework import ROOT, alternative, grade_id, notebook

from autograder.authoring.deriving import solution_texts
from autograder.authoring.skeleton import TO_WRITE
from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.intake.course_texts import releases, solutions
from autograder.judging import bank
from autograder.judging.verdict import Outcome
from autograder.proof.report import Report
from autograder.proof.run import Plan
from autograder.proof.units import FIRST_SEED, SHORT, bank_result, judged

EXERCISES = registry.every()
# Layers and losses in eager TensorFlow, asked hundreds of times.
TAKE_SECONDS = ("1.2", "3.1", "3.2", "5.2")
# Of exercises that train networks, one of each kind.
AMOUNT = replace(SHORT, most_slow={"right": 1, "wrong": 1, "pair": 1, "rewrite": 1})
# Of this many pairs of mistakes on, at least this share is named as both.
SOME_PAIRS, SHARE_NAMED = 4, 0.5

each = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)


def each_tried(where_slow: pytest.MarkDecorator):
    """Every exercise; where networks are built or trained for every question, with this mark."""
    marks = {exercise.id: where_slow if exercise.slow else () for exercise in EXERCISES}
    marks |= dict.fromkeys(TAKE_SECONDS, pytest.mark.slow)
    items = [pytest.param(item, id=item.id, marks=marks[item.id]) for item in EXERCISES]
    return pytest.mark.parametrize("exercise", items)


def file_of(exercise: Exercise) -> Path:
    """The file that holds an exercise's tests, and with them its words."""
    return Path(inspect.getfile(exercise.tests[0].function)).relative_to(ROOT)


def cells_of(exercise: Exercise) -> dict[str, str]:
    """The cells of an exercise in the instructor's notebook: role → source."""
    dashed = exercise.id.replace(".", "-")
    cells = notebook("solutions", exercise.lesson)["cells"]
    found = {grade_id(cell): "".join(cell["source"]) for cell in cells}
    tasks = {cell["id"]: "".join(cell["source"]) for cell in cells}
    found |= {f"task-{dashed}": tasks.get(f"task-{dashed}", "")}
    return {role: found.get(f"{role}-{dashed}", "") for role in ("task", "solution", "check")}


def written(texts: dict[str, str], where: str) -> None:
    """Refuse a text in which something is still to be written, and say what."""
    for name, text in texts.items():
        left = [line.strip() for line in text.splitlines() if TO_WRITE in line]
        assert not left, f"{where}, {name}: {left[0]}"


@each
def test_its_words_are_written(exercise):
    where = f"{file_of(exercise)}, exercise {exercise.id}"
    hints = {f"hint {number}": hint for number, hint in enumerate(exercise.hints, start=1)}
    tests = {f"test {number}": test.title for number, test in enumerate(exercise.tests, start=1)}
    written({"title": exercise.title, **hints, **tests}, where)
    written({"alternative": exercise.alternative}, where)
    for item in exercise.misconceptions:
        written({"misconception": f"{item.name}\n{item.sentence}\n{item.look}"}, where)
    assert len(exercise.hints) == 3 and all(len(hint) > 40 for hint in exercise.hints), (
        f"{where}: three hints, each a sentence or two"
    )
    assert exercise.alternative.strip(), f"{where}: add a common alternative solution"
    assert 5 <= exercise.minutes <= 25, f"{where}: minutes; an item takes 5 to 25"


@each
def test_its_parts_are_there_and_fit_together(exercise):
    where = f"{file_of(exercise)}, exercise {exercise.id}"
    assert 1 <= exercise.points <= 4, f"{where}: points of its tests; 1 to 4 in all"
    assert exercise.points * 2 == int(exercise.points * 2), f"{where}: points come in halves"
    assert exercise.tests and exercise.misconceptions, f"{where}: a test and a misconception"
    assert set(exercise.reference) == set(exercise.answers), f"{where}: a reference for each answer"
    for need in exercise.needs:
        assert registry.get(need).lesson == exercise.lesson, f"{where}: needs within the lesson"
    prefix = "test_" + exercise.id.replace(".", "_")
    for test in exercise.tests:
        assert test.function.__name__.startswith(prefix), f"{where}: call tests {prefix}_…"
    assert bank.variants(exercise.id), (
        f"{where}: add a right answer in another style, `# %% {exercise.id} variant: …`, to a "
        "….cells.py beside it"
    )


@each
def test_its_cells_in_the_notebook_are_written(exercise):
    where = f"solutions/lesson_{exercise.lesson}/lesson_{exercise.lesson}.ipynb"
    cells = cells_of(exercise)
    written(cells, f"{where}, exercise {exercise.id}")
    assert cells["solution"] and cells["check"], f"{where}: cells of exercise {exercise.id}"


@each
def test_its_lesson_was_generated_after_the_last_change(exercise):
    texts, lesson = solution_texts(ROOT / "solutions"), releases()[str(exercise.lesson)]
    assert solutions().get(exercise.id) == texts[exercise.id], "run `make lessons`"
    assert lesson["answers"].get(exercise.id) == list(exercise.answers), "run `make lessons`"
    dashed = exercise.id.replace(".", "-")
    marks = [cell["metadata"].get("nbgrader", {}) for cell in lesson["cells"]]
    points = {mark["grade_id"]: mark.get("points") for mark in marks if "grade_id" in mark}
    assert points.get(f"check-{dashed}") == exercise.points, (
        f"the check of {exercise.id} has {points.get(f'check-{dashed}')} points in the notebook, "
        f"and its tests have {exercise.points:g} together: change either, then `make lessons`"
    )


def tried(exercise: Exercise, kind: str) -> list[dict]:
    """What came of all answers of one kind, on the short proof's seeds."""
    plan = Plan((exercise.id,), (kind,), AMOUNT)
    rows = [row for unit in plan.units for row in bank_result(unit, plan.amount)]
    # How many pairs are named is a share of all of them; see the test of pairs.
    failures = [line for line in Report(plan, rows).failures() if not line.startswith("Only ")]
    assert not failures, f"{file_of(exercise)}: {failures[0]}"
    return rows


@each_tried(where_slow=pytest.mark.nightly)
def test_right_answers_in_every_style_earn_full_marks(exercise):
    for variant in bank.variants(exercise.id):
        written({"variant": f"{variant.name}\n{variant.source}"}, f"{exercise.id}, ….cells.py")
    sources = {"solution": solutions()[exercise.id], "alternative": alternative(exercise)}
    for name, source in sources.items():
        answers = bank.namespace(bank.Written(exercise.id, name, name, source))
        verdict = judged(exercise, {n: answers[n] for n in exercise.answers}, FIRST_SEED)
        assert verdict.passed, f"{file_of(exercise)}: the {name} of {exercise.id}: {verdict}"
    assert tried(exercise, "right")


@each_tried(where_slow=pytest.mark.slow)
def test_misconceptions_lose_points_and_are_named(exercise):
    assert tried(exercise, "wrong")


@pytest.mark.slow
@each_tried(where_slow=pytest.mark.nightly)
def test_mistakes_in_a_second_style_are_named_too(exercise):
    tried(exercise, "rewrite")


@pytest.mark.slow
@each_tried(where_slow=pytest.mark.nightly)
def test_two_mistakes_at_once_are_both_named(exercise):
    pairs = [row for row in tried(exercise, "pair") if not row["like"]]
    named = [row["name"] for row in pairs if row["named"] == row["seeds"]]
    few = len(pairs) < SOME_PAIRS
    assert few or len(named) >= SHARE_NAMED * len(pairs), [row["said"] for row in pairs]


@each_tried(where_slow=pytest.mark.slow)
def test_what_is_not_written_is_not_attempted(exercise):
    (row,) = tried(exercise, "stub")
    assert row["outcomes"] == [Outcome.NOT_ATTEMPTED.value] * 2 and row["points"] == 0
