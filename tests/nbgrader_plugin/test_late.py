"""nbgrader takes away what the file of rules says, with its own due date and extensions beside."""

from __future__ import annotations

from datetime import datetime, timedelta

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.nbgrader_plugin import LateRulesPenalties

RULES = "[deadlines]\nlesson_1 = 2026-11-03 12:00\n[late]\nzone = UTC\npenalty = 25% per day\n"
LATE_BY_A_DAY = datetime(2026, 11, 4, 12, 0)


@pytest.fixture
def url(tmp_path, monkeypatch) -> str:
    """A gradebook with one submission of four points, a day late by the rules."""
    monkeypatch.chdir(tmp_path)
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    with Gradebook(url) as book:
        book.add_assignment("lesson_1")
        book.add_notebook("lesson_1", "lesson_1")
        book.add_grade_cell("check-1-1", "lesson_1", "lesson_1", max_score=4, cell_type="code")
        book.add_student("jdoe", first_name="Jane", last_name="Doe")
        book.add_submission("lesson_1", "jdoe", timestamp=LATE_BY_A_DAY)
        book.find_grade("check-1-1", "lesson_1", "lesson_1", "jdoe").auto_score = 4
        book.db.commit()
    return url


def penalty(url: str, due: datetime | None = None, extension=None, **settings) -> float:
    with Gradebook(url) as book:
        book.update_or_create_assignment("lesson_1", duedate=due)
        book.find_submission("lesson_1", "jdoe").extension = extension
        book.db.commit()
    ids = {"assignment": "lesson_1", "notebook": "lesson_1", "student": "jdoe", "db_url": url}
    nb = nbformat.v4.new_notebook()
    LateRulesPenalties(**settings).preprocess(nb, {"nbgrader": ids})
    with Gradebook(url) as book:
        return book.find_submission("lesson_1", "jdoe").late_submission_penalty


def test_the_rules_deadline_and_penalty_count(url, tmp_path):
    (tmp_path / "late.ini").write_text(RULES, encoding="utf-8")
    assert penalty(url) == 1
    assert penalty(url, due=datetime(2030, 1, 1)) == 1
    (tmp_path / "late.ini").write_text(RULES.replace("25%", "50%"), encoding="utf-8")
    assert penalty(url) == 2


def test_the_list_of_extensions_counts(url, tmp_path):
    (tmp_path / "late.ini").write_text(RULES, encoding="utf-8")
    (tmp_path / "ext.csv").write_text("learner,until\nJane Doe,2026-11-10\n", encoding="utf-8")
    assert penalty(url, extensions="ext.csv") == 0


def test_a_lesson_without_a_deadline_is_due_when_nbgrader_says_so(url, tmp_path):
    (tmp_path / "late.ini").write_text(RULES.replace("lesson_1", "lesson_2"), encoding="utf-8")
    due = LATE_BY_A_DAY - timedelta(days=2)
    assert penalty(url) == 0
    assert penalty(url, due=due) == 2
    assert penalty(url, due=due, extension=timedelta(days=1)) == 1


def test_without_a_file_of_rules_nbgraders_own_way_is_left(url):
    assert penalty(url, due=datetime(2026, 1, 1)) == 0


def test_a_penalty_goes_with_what_it_was_for(url, tmp_path):
    """nbgrader's #723: graded again after an extension, a submission kept its old penalty."""
    extension = timedelta(days=3)
    due = LATE_BY_A_DAY - timedelta(days=2)
    (tmp_path / "late.ini").write_text(RULES.replace("lesson_1", "lesson_2"), encoding="utf-8")
    assert penalty(url, due=due) == 2
    assert penalty(url, due=due, extension=extension) == 0
    assert penalty(url, due=due) == 2
    (tmp_path / "late.ini").unlink()
    assert penalty(url, due=due, extension=extension) == 0
