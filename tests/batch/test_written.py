"""Written answers: the table comes, people fill it in, and nothing that they filled in is lost."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from batchwork import FakeService, notebook_bytes, put
from class_records import record

from autograder.batch import reports
from autograder.batch.run import Batch, run_batch
from autograder.batch.way_back import WayBack
from autograder.batch.written import COLUMNS, WrittenMarks, read_marks
from autograder.intake.course_texts import rubrics
from autograder.views.gradescope import gradescope_results
from autograder.views.page import learner_page

QUESTION, OTHER = "written-2", "written-4"
ANSWERS = {"ann": "Because.\n=1+1", "bo": "Ich weiß, é", "cy": ""}


class Answering(FakeService):
    """Every notebook passes, and has the written answer of its learner."""

    def grade(self, name, content, seed, lesson=None):
        found = super().grade(name, content, seed, lesson)
        return found | {"written": {QUESTION: ANSWERS[name.partition("/")[0]]}, "points": 8.0}


@pytest.fixture(autouse=True)
def _without_figures(monkeypatch):
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})


@pytest.fixture
def batch(tmp_path) -> Batch:
    for name in ANSWERS:
        put(tmp_path / "in" / name / "lesson_1.ipynb", notebook_bytes(1, name))
    return Batch(tmp_path / "in", tmp_path / "out")


def graded(batch: Batch) -> tuple[dict[str, dict], tuple[str, ...]]:
    """Learner → record, and what the instructor is told."""
    summary = run_batch(batch, Answering, lambda sentence: None)
    lines = (Path(batch.out) / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {item["learner"]: item for item in map(json.loads, lines)}, summary.warnings


def rows(path: Path) -> list[dict]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def fill(path: Path, points: dict[tuple[str, int], str], mark=",", start="", comment="") -> Path:
    """Fill in points, by learner and item, as a spreadsheet would save it."""
    found = rows(path)
    for row in found:
        filled = points.get((row["learner"], int(row["item"])))
        row |= {"points": filled, "comment": comment} if filled is not None else {}
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, delimiter=mark, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(found)
    path.write_bytes((start + out.getvalue()).encode())
    return path


def all_of(learner: str, *points: str) -> dict[tuple[str, int], str]:
    return {(learner, number): text for number, text in enumerate(points, 1)}


def test_the_table_has_a_row_for_each_item_of_what_was_written(batch):
    records, said = graded(batch)
    table = rows(Path(batch.out) / "written.csv")
    assert [(row["learner"], row["item"]) for row in table] == [
        (name, str(item)) for name in ("ann", "bo") for item in range(1, 5)
    ]
    assert [row["rubric"] for row in table[:4]] == rubrics()[QUESTION]["items"]
    assert (
        table[0]["of"] == "1" and table[0]["points"] == "" and table[0]["answer"] == ANSWERS["ann"]
    )
    assert "2 written answers wait for points" in said[-1]
    assert (records["ann"]["written_points"], records["ann"]["written_pending"]) == (0, 4)
    # What nobody wrote needs nobody's look.
    assert (records["cy"]["written_max"], records["cy"]["written_pending"]) == (4, 0)
    page = (Path(batch.out) / "pages" / "ann.lesson_1.html").read_text(encoding="utf-8")
    assert "8 of 8 automatic, 4 pending" in page


@pytest.mark.parametrize(("mark", "start"), [(",", ""), (";", "\ufeff"), ("\t", "")])
def test_filled_in_points_count_in_the_next_run_and_in_every_one_after_it(mark, start, batch):
    graded(batch)
    table = Path(batch.out) / "written.csv"
    fill(table, all_of("ann", "1", "0,5", "0", "1.0"), mark, start, comment="-> see §2")
    for _ in range(2):
        records, said = graded(batch)
        assert (records["ann"]["written_points"], records["ann"]["written_pending"]) == (2.5, 0)
        assert "1 written answer waits" in said[-1] and len(said) == 1
    page = learner_page(records["ann"])
    assert "10.5 of 12 points: 8 of 8 automatic, 2.5 of 4 written" in page and "see §2" in page
    grades = rows(Path(batch.out) / "grades.csv")
    (own,) = [r for r in grades if r["learner"] == "ann" and r["exercise"] == QUESTION]
    assert (own["points"], own["max_points"], own["outcome"]) == ("2.5", "4", "marked")
    assert gradescope_results([records["ann"]])["score"] == 10.5
    assert "2.5" in (Path(batch.out) / "index.html").read_text(encoding="utf-8")


def test_half_marked_is_pending(batch):
    graded(batch)
    fill(Path(batch.out) / "written.csv", {("ann", 1): "1"})
    records, _ = graded(batch)
    assert (records["ann"]["written_points"], records["ann"]["written_pending"]) == (0, 4)
    assert rows(Path(batch.out) / "written.csv")[0]["points"] == "1"


def test_a_table_from_elsewhere_goes_before_the_folders_own(batch, tmp_path):
    graded(batch)
    own = fill(Path(batch.out) / "written.csv", all_of("ann", "0", "0", "0", "0"))
    other = tmp_path / "other.csv"
    other.write_bytes(own.read_bytes())
    fill(other, all_of("ann", "1", "1", "1", "") | all_of("bo", "1", "1", "1", "1"))
    records, _ = graded(replace(batch, written=other))
    assert (records["ann"]["written_points"], records["bo"]["written_points"]) == (3, 4)
    assert graded(batch)[0]["bo"]["written_points"] == 4, "it was taken over"


def test_marks_of_learners_who_are_not_there_stay_in_the_table(batch):
    graded(batch)
    table = fill(Path(batch.out) / "written.csv", all_of("bo", "1", "1", "1", "1"))
    (Path(batch.submissions) / "bo" / "lesson_1.ipynb").unlink()
    graded(batch)
    assert [row["points"] for row in rows(table) if row["learner"] == "bo"] == ["1"] * 4


def test_an_answer_that_changed_after_it_was_marked_is_named(batch, monkeypatch):
    graded(batch)
    fill(Path(batch.out) / "written.csv", all_of("ann", "1", "1", "1", "1"))
    assert not any("changed" in line for line in graded(batch)[1])
    monkeypatch.setitem(ANSWERS, "ann", "Because of β.")
    records, said = graded(replace(batch, regrade=True))
    assert "Written answers that have changed since they were marked (1): ann." in said[0]
    assert records["ann"]["written_points"] == 4


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1.5", r"line \d+: points are '1.5'; a number from 0 to 1 is expected"),
        ("-1", "a number from 0 to 1"),
        ("nan", "a number from 0 to 1"),
        ("good", "points are 'good'"),
    ],
)
def test_points_that_cannot_be_stop_the_run_before_anything_is_written(cell, words, batch):
    graded(batch)
    table = fill(Path(batch.out) / "written.csv", {("ann", 2): cell})
    before = {path: path.read_bytes() for path in Path(batch.out).rglob("*") if path.is_file()}
    with pytest.raises(ValueError, match=rf"written\.csv was not taken over: .*{words}"):
        graded(batch)
    assert {path: path.read_bytes() for path in before} == before and table in before


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "has no column 'key'"),
        ("key,question,item,points\na,written-9,1,1\n", "there is no question 'written-9'"),
        ("key,question,item,points\na,written-2,5,1\n", "the items 1 to 4, and not '5'"),
        ("key,question,item,points\na,written-2,1,1\na,written-2,1,0\n", "stands twice"),
        ("key,question,item,points\n" + "a,x,1,1\n" * 7, r"\(and 2 more\)"),
    ],
)
def test_a_table_that_is_none_says_what_is_expected(text, words, tmp_path):
    path = tmp_path / "marks.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_marks(path, rubrics())


def test_written_points_stand_in_canvas_and_a_higher_score_is_never_lowered(batch, tmp_path):
    gradebook = tmp_path / "canvas.csv"
    gradebook.write_text(
        "Student,ID,Lesson 1 (7)\n  Points Possible,,12\nann,1,\nbo,2,13.5\ncy,3,\n",
        encoding="utf-8",
    )
    graded(batch)
    fill(Path(batch.out) / "written.csv", all_of("ann", "1", "1", "1", "0.5"))
    asked = replace(batch, back=WayBack(canvas=gradebook))
    _, said = graded(asked)
    merged = (Path(batch.out) / "canvas.csv").read_text(encoding="utf-8")
    assert "ann,1,11.5\nbo,2,13.5\ncy,3,8\n" in merged
    assert any("More points stood in Canvas and were kept (1): bo 13.5, not 8." in x for x in said)
    graded(replace(batch, back=WayBack(canvas=gradebook, overwrite=True)))
    assert "bo,2,8\n" in (Path(batch.out) / "canvas.csv").read_text(encoding="utf-8")


def test_questions_without_a_guide_are_shown_and_not_counted():
    found = WrittenMarks(rubrics(), {}).add_to(record(written={"essay": "words"}))
    assert (found["marks"], found["written_max"]) == ([], 0)


def test_every_written_question_has_an_item_for_each_of_its_points():
    for question, rubric in rubrics().items():
        assert len(rubric["items"]) == rubric["points"] > 1, question
    assert {QUESTION, OTHER} < rubrics().keys()
