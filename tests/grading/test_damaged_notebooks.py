"""Damaged notebooks, judged: what is intact earns its points, and every repair is listed."""

from __future__ import annotations

import re

import pytest
from coursework import grade_id
from damaged import DAMAGED, UNREADABLE, arrived

from autograder.commands.check import judge_submission
from autograder.exercise import registry
from autograder.intake import UnreadableNotebook, read_content
from autograder.intake.released import release


def test_there_are_enough_of_them():
    assert len(DAMAGED) >= 30


@pytest.mark.slow
@pytest.mark.parametrize("name", DAMAGED)
def test_what_is_intact_earns_its_points_and_every_repair_is_listed(name):
    damage = DAMAGED[name]
    submission = read_content(arrived(name), "mine.ipynb", damage.lesson)
    verdicts, _ = judge_submission(submission)
    earned = {verdict.exercise_id: verdict.points for verdict in verdicts}
    assert earned == {
        exercise.id: 0 if exercise.id in damage.lost else exercise.points
        for exercise in registry.of_lesson(damage.lesson)
    }
    graded = [grade_id(cell) for cell in submission.notebook["cells"] if grade_id(cell)]
    assert graded == [cell.grade_id for cell in release(damage.lesson).graded]
    for words in damage.mentions:
        assert any(re.search(words, line) for line in submission.repairs), submission.repairs
    for line in submission.repairs:
        assert any(re.search(words, line) for words in damage.mentions), f"not expected: {line}"
        assert re.match(r"[A-Z`].*\.$", line)


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_no_notebook_is_named_with_what_to_do(name):
    content, words = UNREADABLE[name]
    with pytest.raises(UnreadableNotebook, match=f"(?s){words}"):
        read_content(content, "mine.ipynb")
