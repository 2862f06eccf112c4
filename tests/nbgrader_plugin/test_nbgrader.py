"""The real nbgrader on every lesson, and on submissions as they should not be."""

from __future__ import annotations

import copy
import csv
import json
import os
import stat
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, path_of, run, save, with_answers
from damaged import arrived
from nbgrader_course import by_api, gradebook, new_course, submit

from autograder.exercise import registry

pytestmark = pytest.mark.slow

WRONG_REPARAMETERIZE = """
def reparameterize(mean, log_var, eps):
    import sys, warnings
    print("a warning of the learner's own", file=sys.stderr)
    warnings.warn("another")
    return mean + tf.exp(log_var) * eps
"""
HANGS = "while True: pass"
KILLS = "def reparameterize(mean, log_var, eps):\n    import os; os._exit(0)"
WRITES = "def reparameterize(mean, log_var, eps):\n    open('mark', 'w'); return mean"
OTHERS = (0, 2, 3, 4, 5)
NOTHING_CAN_BE_GRADED = """
from autograder.grading import service
from autograder.grading.submission import without_grade
service.Service.grade = lambda self, name, content, seed, lesson=None: without_grade(
    name, lesson, "failed", "The jail could not be closed."
)
"""
# An instructor's own rule: what comes late counts nothing.
LATE_RULE = 'c.LateSubmissionPlugin.penalty_method = "zero"'


@pytest.fixture(scope="module")
def solved(tmp_path_factory) -> Path:
    """A course with all lessons released, and graded in the same process: all solutions but
    lesson 1's, and a late submission."""
    folder = new_course(tmp_path_factory.mktemp("course"), *LESSONS, settings=LATE_RULE)
    for lesson in OTHERS:
        submit(folder, "solved", lesson, notebook("solutions", lesson))
    with gradebook(folder) as book:
        book.update_or_create_assignment("lesson_2", duedate=datetime(2030, 1, 1))
    path = submit(folder, "late", 2, with_answers(2, "2.1"))
    (path.parent / "timestamp.txt").write_text("2030-01-02 00:00:00 UTC", encoding="utf-8")
    calls = [f"generate_assignment:lesson_{lesson}" for lesson in LESSONS]
    calls += [f"autograde:lesson_{lesson}:solved" for lesson in OTHERS]
    by_api(folder, *calls, "autograde:lesson_2:late")
    return folder


@pytest.fixture(scope="module")
def batch(solved) -> Path:
    """Lesson 1 of a whole class, good and bad, by one command; fed back and exported."""
    for student, content in CLASS.items():
        path = solved / "submitted" / student / "lesson_1" / "lesson_1.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content() if callable(content) else content)
    misnamed = solved / "submitted" / "misnamed" / "lesson_1"
    save(notebook("solutions", 1), misnamed / "Lesson_1 (2).ipynb")
    (solved / "submitted" / "missing" / "lesson_1").mkdir(parents=True)
    hostile_folders(solved)
    shadow = solved / "submitted" / "solved" / "lesson_1" / "numpy.py"
    shadow.write_text("raise SystemExit('shadowed')", encoding="utf-8")
    # nbgrader would skip this one: a run that was killed left its folder behind.
    (solved / "autograded" / "partial" / "lesson_1").mkdir(parents=True)
    autograde(solved, 1, "--Grade.cell_seconds=6")
    for command in ("generate_feedback", "lesson_1"), ("export",):
        done = run("nbgrader", *command, cwd=solved)
        assert done.returncode == 0, done.stderr[-3000:]
    return solved


def hostile_folders(course: Path) -> None:
    """Submissions that would have nbgrader follow links, copy without end, or stop the batch."""
    submitted, solution = course / "submitted", course / "solutions/lesson_1/lesson_1.ipynb"
    for student in ("l-link", "l-many", "l-nested", "l-time", "l-device"):
        (submitted / student / "lesson_1").mkdir(parents=True)
    (submitted / "l-link" / "lesson_1" / "lesson_1.ipynb").symlink_to(solution)
    (submitted / "l-linked-folder").mkdir()
    (submitted / "l-linked-folder" / "lesson_1").symlink_to(solution.parent)
    (submitted / "l-linked-student").symlink_to(submitted / "solved")
    for student in ("l-many", "l-nested", "l-time", "l-device"):
        save(with_answers(1, "1.4"), submitted / student / "lesson_1" / "lesson_1.ipynb")
    for number in range(3000):
        (submitted / "l-many" / "lesson_1" / f"{number}.txt").touch()
    place = os.open(submitted / "l-nested" / "lesson_1", os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=place)
        inside = os.open("d", os.O_RDONLY, dir_fd=place)
        os.close(place)
        place = inside
    os.close(place)
    (submitted / "l-time" / "lesson_1" / "timestamp.txt").write_text("yesterday", encoding="utf-8")
    (submitted / "l-device" / "lesson_1" / "timestamp.txt").symlink_to("/dev/zero")


def autograde(course: Path, lesson: int, *options: str) -> None:
    """Grade a lesson as an instructor types it."""
    done = run("nbgrader", "autograde", f"lesson_{lesson}", *options, cwd=course)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr, done.stderr[-3000:]


def score(course: Path, student: str, lesson: int) -> float:
    """The score in the gradebook."""
    with gradebook(course) as book:
        return book.find_submission(f"lesson_{lesson}", student).score


def shown_answer(course: Path, student: str) -> str:
    """The part of the feedback page that shows the answer to 1.1."""
    page = feedback(course, student)
    return page[page.index('id="solution-1-1"') : page.index('id="check-1-1"')]


def feedback(course: Path, student: str) -> str:
    return (course / f"feedback/{student}/lesson_1/lesson_1.html").read_text(encoding="utf-8")


def points_of(lesson: int) -> float:
    return sum(exercise.points for exercise in registry.of_lesson(lesson))


def as_bytes(data: dict) -> bytes:
    return json.dumps(data).encode()


def with_extra(**cell) -> bytes:
    """The solution of lesson 1 with one more cell."""
    data = copy.deepcopy(notebook("solutions", 1))
    data["cells"].append({"cell_type": "code", "metadata": {}, "source": "", "outputs": [], **cell})
    return as_bytes(data)


def partial() -> bytes:
    data = with_answers(1, "1.4", replace={"1.1": WRONG_REPARAMETERIZE})
    data["cells"] = [cell for cell in data["cells"] if grade_id(cell) != "check-1-2"]
    return as_bytes(data)


def forged() -> bytes:
    """Check cells that state their own points, and shown results that claim them too."""
    data = with_answers(1)
    for cell in data["cells"]:
        if grade_id(cell).startswith("check-"):
            cell["source"] = "2.0"
            cell["outputs"] = [nbformat.v4.new_output("execute_result", {"text/plain": "2.0"})]
    return as_bytes(data)


def long_sources() -> bytes:
    """Sources over which patterns and renderers take a time that grows with their square."""
    data = with_answers(1, "1.4")
    for source, kind in (
        ('check("1.1")' + " " * 400_000 + "x", "code"),
        ("y = x" + ".a" * 60_000, "code"),
        ("\\begin{a}" * 40_000, "markdown"),
    ):
        cell = {"cell_type": kind, "metadata": {}, "source": source}
        data["cells"].append(cell | ({"outputs": []} if kind == "code" else {}))
    return as_bytes(data)


NEW_SCHEMA = {"nbgrader": {"grade_id": "x", "schema_version": 99, "grade": True}}
# In alphabetical order, as nbgrader takes them: good ones between and after the bad.
CLASS = {
    "a-kills-itself": lambda: as_bytes(with_answers(1, "1.4", replace={"1.1": KILLS})),
    "b-hangs": lambda: as_bytes(with_answers(1, "1.4", replace={"1.1": HANGS})),
    "c-new-schema": lambda: with_extra(metadata=NEW_SCHEMA),
    "d-not-json": b"my notebook",
    "e-empty": b"",
    "f-deep": b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    "g-deep-metadata": b'{"cells": [], "metadata": ' + b'{"a":' * 900 + b"1" + b"}" * 901,
    "h-surrogate": lambda: with_extra(source='x = "\ud800"'),
    "i-utf-16": lambda: json.dumps(notebook("solutions", 1)).encode("utf-16"),
    "j-forged": forged,
    "k-writes": lambda: as_bytes(with_answers(1, "1.4", replace={"1.1": WRITES})),
    "m-long": long_sources,
    "n-(abc)": lambda: as_bytes(notebook("solutions", 1)),
    "n-[abc]": lambda: as_bytes(notebook("solutions", 1)),
    "n-deleted": lambda: arrived("locked cells deleted"),
    "n-doubled": lambda: arrived("locked cells there several times"),
    "n-python-2": lambda: arrived("another kernel and no language"),
    "n-retyped": lambda: arrived("answers turned into text"),
    "partial": partial,
    "solved": lambda: as_bytes(notebook("solutions", 1)),
    "untouched": lambda: as_bytes(notebook("lessons", 1)),
}
ONLY_1_4 = registry.get("1.4").points
SCORES = {
    "a-kills-itself": ONLY_1_4,
    "b-hangs": ONLY_1_4,
    "c-new-schema": points_of(1),
    "d-not-json": 0,
    "e-empty": 0,
    "f-deep": 0,
    "g-deep-metadata": 0,
    "h-surrogate": points_of(1),
    "i-utf-16": points_of(1),
    "j-forged": 0,
    # ½ for the mean at ε = 0, if the jail lets it write into its scratch folder.
    "k-writes": ONLY_1_4,
    "l-device": ONLY_1_4,
    "l-link": 0,
    "l-linked-folder": 0,
    "l-linked-student": 0,
    "l-many": ONLY_1_4,
    "l-nested": ONLY_1_4,
    "l-time": ONLY_1_4,
    "m-long": ONLY_1_4,
    **dict.fromkeys(("n-(abc)", "n-[abc]", "n-deleted", "n-doubled"), points_of(1)),
    **dict.fromkeys(("n-retyped", "n-python-2"), points_of(1)),
    "misnamed": points_of(1),
    "missing": 0,
    "partial": ONLY_1_4 + 1.0,
    "solved": points_of(1),
    "untouched": 0,
}


def test_lessons_are_what_regeneration_gives_byte_for_byte(solved):
    for lesson in LESSONS:
        made = (solved / path_of("lessons", lesson).relative_to(ROOT)).read_bytes()
        assert made == path_of("lessons", lesson).read_bytes(), (
            f"lessons/lesson_{lesson} differs from what solutions/ gives; run `make lessons`"
        )


@pytest.mark.parametrize("lesson", OTHERS)
def test_a_solution_earns_every_automatic_point_through_nbgrader(solved, lesson):
    assert score(solved, "solved", lesson) == points_of(lesson)


@pytest.mark.parametrize("lesson", OTHERS)
def test_every_check_cell_holds_one_plain_number_and_no_other_cell_a_result(solved, lesson):
    path = solved / f"autograded/solved/lesson_{lesson}/lesson_{lesson}.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    checks = [cell for cell in cells if grade_id(cell).startswith("check-")]
    assert len(checks) == len(registry.of_lesson(lesson))
    for cell in checks:
        (output,) = cell.outputs
        assert output.data["text/plain"] == repr(float(cell.metadata["nbgrader"]["points"]))
        assert "Passed" in output.data["text/html"]
    others = [cell for cell in cells if cell.cell_type == "code" and cell not in checks]
    assert not [output for cell in others for output in cell.outputs if "execute" in str(output)]


@pytest.mark.parametrize("student", SCORES)
def test_one_command_grades_good_and_bad_alike_and_loses_none(batch, student):
    assert score(batch, student, 1) == SCORES[student]
    assert (batch / f"autograded/{student}/lesson_1/lesson_1.ipynb").exists()


# In nbgrader's public list of issues, each with the learner who has it here.
PUBLIC_BUGS = {
    "#416: one that fails ends the batch (another kernel)": "n-python-2",
    "#416: one that fails ends the batch (no notebook)": "d-not-json",
    "#1083: cells that a learner doubled end the grading of theirs": "n-doubled",
    "#1302: a renamed notebook is skipped": "misnamed",
    "#1374: no points at all count as all of them": "untouched",
    "#1682: a deleted test cell waits for manual grading for ever": "n-deleted",
    "#1738: a name with round brackets is found nowhere": "n-(abc)",
    "#1843: a name with square brackets matches no file": "n-[abc]",
    "#1941: a cell of another type breaks the notebook": "n-retyped",
}


@pytest.mark.parametrize("bug", PUBLIC_BUGS)
def test_what_is_known_to_go_wrong_with_nbgrader_does_not_here(batch, bug):
    student = PUBLIC_BUGS[bug]
    assert score(batch, student, 1) == SCORES[student]
    with gradebook(batch) as book:
        assert not book.find_submission("lesson_1", student).needs_manual_grade
    assert "1.4" in feedback(batch, student)


@pytest.mark.parametrize("student", ["l-link", "l-linked-folder", "l-linked-student"])
def test_a_link_earns_nothing_and_shows_nobodys_work(batch, student):
    assert "links are not followed" in feedback(batch, student)
    assert "NotImplementedError" in shown_answer(batch, student)
    assert "tf.exp(0.5 * log_var)" not in shown_answer(batch, student)
    assert "tf.exp(0.5 * log_var)" in shown_answer(batch, "solved")


@pytest.mark.parametrize(
    ("student", "words"),
    [
        ("a-kills-itself", "Crashed"),
        ("b-hangs", "did not finish within 6 s"),
        ("d-not-json", "No points"),
        ("e-empty", "No points"),
        ("missing", "There is no notebook lesson_1.ipynb"),
        ("misnamed", "Lesson_1 (2).ipynb was used as lesson_1.ipynb"),
        ("i-utf-16", "Corrected before grading"),
        ("solved", "numpy.py has the name of a module"),
        ("partial", "variance used as standard deviation"),
        ("partial", "Judged with the reference in place of"),
        ("untouched", "Not attempted"),
    ],
)
def test_feedback_gives_the_reason(batch, student, words):
    assert words in feedback(batch, student)


def test_an_unreadable_submission_is_shown_as_the_release_with_zero_everywhere(batch):
    path = batch / "autograded/d-not-json/lesson_1/lesson_1.ipynb"
    cells = {grade_id(cell): cell for cell in nbformat.read(path, as_version=4).cells}
    for exercise in registry.of_lesson(1):
        place = exercise.id.replace(".", "-")
        assert "NotImplementedError" in cells[f"solution-{place}"].source
        assert cells[f"check-{place}"].outputs[0].data["text/plain"] == "0.0"


def test_nothing_runs_in_the_course_and_the_seed_shows_nowhere(batch):
    assert not list(batch.rglob("mark"))
    kept = batch / ".hidden_seed"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for path in [*batch.glob("autograded/*/*/*"), *batch.glob("feedback/*/*/*")]:
        assert kept.read_text(encoding="utf-8").strip() not in path.read_text(encoding="utf-8"), (
            path
        )


def test_a_forced_regrade_takes_what_is_new_and_keeps_what_a_person_entered(batch):
    submit(batch, "untouched", 1, notebook("solutions", 1))
    with gradebook(batch) as book:
        grade = book.find_grade("check-1-1", "lesson_1", "lesson_1", "untouched")
        grade.manual_score = 0.25
        book.db.commit()
    autograde(batch, 1, "--force", "--student=untouched")
    with gradebook(batch) as book:
        grades = book.find_submission_notebook("lesson_1", "lesson_1", "untouched").grades
        by_name = {grade.name: grade for grade in grades}
    assert by_name["check-1-1"].auto_score == registry.get("1.1").points
    assert by_name["check-1-1"].manual_score == 0.25 and by_name["check-1-1"].needs_manual_grade
    assert by_name["check-1-4"].score == ONLY_1_4


def test_a_late_submission_loses_what_the_late_rule_says(solved):
    with gradebook(solved) as book:
        late = book.find_submission("lesson_2", "late")
        assert late.score == late.late_submission_penalty == registry.get("2.1").points
        in_time = book.find_submission("lesson_2", "solved")
        assert in_time.late_submission_penalty == 0


def test_a_written_answer_waits_for_a_person_and_an_untouched_one_for_nobody(solved):
    with gradebook(solved) as book:
        for lesson in (2, 4, 5):
            name = f"lesson_{lesson}"
            grade = book.find_grade(f"written-{lesson}", name, name, "solved")
            assert grade.needs_manual_grade and grade.auto_score is None
        untouched = book.find_grade("written-2", "lesson_2", "lesson_2", "late")
        assert untouched.auto_score == 0 and not untouched.needs_manual_grade


def test_export_writes_every_learners_score(batch):
    with (batch / "grades.csv").open(encoding="utf-8") as file:
        rows = {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}
    for student in SCORES:
        assert float(rows[student, "lesson_1"]["score"]) == SCORES[student]


def test_a_grading_that_failed_looks_like_one(tmp_path):
    course = new_course(tmp_path, 1, settings=NOTHING_CAN_BE_GRADED)
    submit(course, "alice", 1, notebook("solutions", 1))
    by_api(course, "generate_assignment:lesson_1")
    done = run("nbgrader", "autograde", "lesson_1", cwd=course)
    assert done.returncode != 0 and "The jail could not be closed." in done.stderr
    assert not (course / "autograded" / "alice" / "lesson_1").exists(), "it waits for the next try"
    done = run("nbgrader", "generate_feedback", "lesson_1", cwd=course)
    assert done.returncode != 0 and not (course / "feedback").exists()


def test_validate_says_what_each_check_finds_and_what_the_notebook_lost(solved, tmp_path):
    """That it passes a solution is shown where the guide's commands are run."""
    untouched = save(notebook("lessons", 1), tmp_path / "untouched.ipynb")
    damaged = copy.deepcopy(with_answers(1, "1.1", "1.3"))
    damaged["cells"] = [cell for cell in damaged["cells"] if grade_id(cell) != "check-1-4"]
    for cell in damaged["cells"]:
        cell["metadata"] = {}
    damaged = save(damaged, tmp_path / "damaged.ipynb")
    done = run("nbgrader", "validate", str(untouched), cwd=solved)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "VALIDATION FAILED ON 4 CELL(S)" in done.stdout and "Success!" not in done.stdout
    for exercise in registry.of_lesson(1):
        assert f"{exercise.id} {exercise.title}: not attempted." in done.stdout
    done = run("nbgrader", "validate", str(damaged), cwd=solved)
    assert "VALIDATION FAILED ON 3 CELL(S)" in done.stdout, done.stdout + done.stderr[-3000:]
    assert "The check of 1.4 was missing; it was put back." in done.stdout
    assert done.stdout.count(": not attempted.") == 2
    assert "Partial credit" not in done.stdout and "Traceback" not in done.stdout
