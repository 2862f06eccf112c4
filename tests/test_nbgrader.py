"""The real nbgrader commands on every lesson, as an instructor types them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import nbformat
import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, path_of, run, save, with_answers
from nbformat.v4 import new_output

from autograder import exercises
from autograder.nbgrader_plugin import sealed

WRONG_REPARAMETERIZE = """
def reparameterize(mean, log_var, eps):
    import sys, warnings
    print("a warning of the learner's own", file=sys.stderr)
    warnings.warn("another")
    return mean + tf.exp(log_var) * eps
"""


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course folder with the configuration and the instructor's notebooks."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    return folder


@pytest.fixture(scope="module")
def released(course) -> Path:
    """The course with every lesson generated."""
    for lesson in LESSONS:
        done = run("nbgrader", "generate_assignment", f"lesson_{lesson}", cwd=course)
        assert done.returncode == 0, done.stderr
    return course


@pytest.fixture(scope="module")
def graded(released) -> Path:
    """Everything submitted, graded, fed back and exported."""
    for lesson in LESSONS:
        submit(released, "solved", lesson, notebook("solutions", lesson))
    submit(released, "untouched", 1, notebook("lessons", 1))
    partial = with_answers(1, "1.4", replace={"1.1": WRONG_REPARAMETERIZE})
    partial["cells"] = [c for c in partial["cells"] if grade_id(c) != "check-1-2"]
    submit(released, "partial", 1, partial)
    for lesson in LESSONS:
        done = run("nbgrader", "autograde", f"lesson_{lesson}", cwd=released)
        assert done.returncode == 0, done.stderr[-3000:]
    done = run("nbgrader", "generate_feedback", "lesson_1", cwd=released)
    assert done.returncode == 0, done.stderr[-3000:]
    done = run("nbgrader", "export", cwd=released)
    assert done.returncode == 0, done.stderr[-3000:]
    return released


def submit(course: Path, student: str, lesson: int, data: dict) -> None:
    save(data, course / "submitted" / student / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb")


def scores(course: Path) -> dict[tuple[str, str], float]:
    with (course / "grades.csv").open(encoding="utf-8") as file:
        return {
            (row["student_id"], row["assignment"]): float(row["score"])
            for row in csv.DictReader(file)
        }


def points_of(lesson: int) -> float:
    return sum(exercise.points for exercise in exercises.of_lesson(lesson))


@pytest.mark.slow
def test_lessons_are_what_regeneration_gives_byte_for_byte(released):
    for lesson in LESSONS:
        made = (released / path_of("lessons", lesson).relative_to(ROOT)).read_bytes()
        assert made == path_of("lessons", lesson).read_bytes(), (
            f"lessons/lesson_{lesson} differs from what solutions/ gives; run `make lessons`"
        )


@pytest.mark.slow
@pytest.mark.parametrize("lesson", LESSONS)
def test_a_solution_earns_every_automatic_point_through_nbgrader(graded, lesson):
    assert scores(graded)["solved", f"lesson_{lesson}"] == points_of(lesson)


@pytest.mark.slow
def test_an_untouched_release_earns_nothing_and_says_not_attempted(graded):
    assert scores(graded)["untouched", "lesson_1"] == 0
    feedback = (graded / "feedback/untouched/lesson_1/lesson_1.html").read_text(encoding="utf-8")
    assert feedback.count("Not attempted") >= 4


@pytest.mark.slow
def test_partial_credit_comes_through_with_its_diagnosis(graded):
    """1.1 wrong earns ½ (zero noise gives the mean) despite its stderr, 1.4 is judged with
    the reference in place of 1.1, and the deleted check of 1.2 comes back."""
    expected = 0.5 + exercises.get("1.4").points
    assert scores(graded)["partial", "lesson_1"] == expected
    feedback = (graded / "feedback/partial/lesson_1/lesson_1.html").read_text(encoding="utf-8")
    assert "variance used as standard deviation" in feedback
    assert "Judged with the reference in the place of" in feedback
    assert "was missing from the submission" in feedback


@pytest.mark.slow
def test_every_check_cell_of_a_solved_run_holds_one_plain_number_and_no_stderr(graded):
    for lesson in LESSONS:
        path = graded / f"autograded/solved/lesson_{lesson}/lesson_{lesson}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        checks = [cell for cell in cells if grade_id(cell).startswith("check-")]
        assert len(checks) == len(exercises.of_lesson(lesson))
        for cell in checks:
            (output,) = cell.outputs
            points = float(cell.metadata["nbgrader"]["points"])
            assert output.data["text/plain"] == repr(points)
        for cell in cells:
            if cell.cell_type == "code":
                loud = [o for o in cell.outputs if o.get("name") == "stderr"]
                assert not loud, f"lesson {lesson} prints to stderr: {loud[0].text[:300]}"


@pytest.mark.slow
def test_a_cell_that_runs_too_long_loses_its_points_and_nothing_else(released):
    data = with_answers(1, "1.4", replace={"1.1": "import time\nwhile True: time.sleep(1)"})
    submit(released, "slow", 1, data)
    done = run(
        "nbgrader",
        "autograde",
        "lesson_1",
        "--student=slow",
        "--Execute.timeout=20",
        cwd=released,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    exported = run("nbgrader", "export", "--to", "slow.csv", cwd=released)
    assert exported.returncode == 0
    with (released / "slow.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["student_id"] == "slow"]
    (score,) = [float(row["score"]) for row in rows if row["assignment"] == "lesson_1"]
    assert score == exercises.get("1.4").points


def result(text: str):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


@pytest.mark.parametrize(
    "text", ["nan", "-1", "True", "inf", "np.float64(0.5)", "full marks", "", "1_000", "[2.0]"]
)
def test_anything_but_a_plain_number_is_zero_with_a_reason(text):
    (output,) = sealed([result(text)], 2.0)
    assert output.data["text/plain"] == "0.0" and "No points" in output.data["text/html"]


def test_a_silent_or_repeated_check_is_zero():
    for outputs in ([], [result("2.0"), result("2.0")]):
        *_, output = sealed(outputs, 2.0)
        assert output.data["text/plain"] == "0.0"


def test_an_error_in_a_check_is_zero_even_beside_a_number():
    error = new_output("error", ename="KeyError", evalue="x", traceback=[])
    *_, output = sealed([result("2.0"), error], 2.0)
    assert output.data["text/plain"] == "0.0" and "KeyError" in output.data["text/html"]


def test_rounding_above_the_maximum_is_clamped_and_more_is_refused():
    (output,) = sealed([result("2.0000000001")], 2.0)
    assert output.data["text/plain"] == "2.0"
    (output,) = sealed([result("3.0")], 2.0)
    assert output.data["text/plain"] == "0.0"


def test_stderr_beside_a_number_costs_nothing():
    noise = new_output("stream", name="stderr", text="a warning")
    first, output = sealed([noise, result("1.5")], 2.0)
    assert first.name == "stdout" and output.data["text/plain"] == "1.5"
