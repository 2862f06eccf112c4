"""A learner's copies of the lessons: made, brought up to date, and never written over."""

from __future__ import annotations

import json

import pytest
from coursework import LESSONS, ROOT, path_of

from autograder.intake.lesson_files import lesson_files
from autograder.notebook import own_copies
from autograder.notebook.own_copies import Fate, copy_lessons


def fates(folder) -> dict[int, Fate]:
    return {copy.lesson: copy.fate for copy in copy_lessons(folder) if copy.lesson is not None}


def everywhere(fate: Fate) -> dict[int, Fate]:
    return dict.fromkeys(LESSONS, fate)


def test_a_checkout_has_all_lessons():
    assert lesson_files() == {lesson: path_of("lessons", lesson) for lesson in LESSONS}


def test_lessons_are_copied_once_and_then_up_to_date(tmp_path):
    folder = tmp_path / "日本 語" / "lessons"
    assert fates(folder) == everywhere(Fate.COPIED)
    for lesson in LESSONS:
        name = f"lesson_{lesson}"
        made = (folder / name / f"{name}.ipynb").read_bytes()
        assert made == path_of("lessons", lesson).read_bytes()
    assert fates(folder) == everywhere(Fate.SAME)


def test_a_notebook_of_no_lesson_comes_along_and_stays_the_learners(tmp_path):
    name = "showcase/Disentangled_VAE_KMNIST.ipynb"
    fates = []
    for change in (None, None, "my notes"):
        if change:
            (tmp_path / name).write_text(change, encoding="utf-8")
        (copy,) = (copy for copy in copy_lessons(tmp_path) if copy.lesson is None)
        assert copy.path == tmp_path / name
        fates.append(copy.fate)
    assert fates == [Fate.COPIED, Fate.SAME, Fate.KEPT]


def test_what_a_learner_worked_on_stays_as_it_is(tmp_path):
    copy_lessons(tmp_path)
    mine = tmp_path / "lesson_2" / "lesson_2.ipynb"
    mine.write_text("my answers", encoding="utf-8")
    assert fates(tmp_path) == {**everywhere(Fate.SAME), 2: Fate.KEPT}
    assert mine.read_text(encoding="utf-8") == "my answers"


def test_a_new_edition_replaces_untouched_copies_alone(tmp_path, monkeypatch):
    copy_lessons(tmp_path)
    (tmp_path / "lesson_3" / "lesson_3.ipynb").write_text("mine", encoding="utf-8")
    edition = {}
    for lesson, path in lesson_files().items():
        edition[lesson] = tmp_path / "new" / path.parent.name / path.name
        edition[lesson].parent.mkdir(parents=True)
        edition[lesson].write_text(f"edition 2 of {lesson}", encoding="utf-8")
    monkeypatch.setattr(own_copies, "lesson_files", lambda: edition)
    assert fates(tmp_path) == {**everywhere(Fate.UPDATED), 3: Fate.KEPT}
    assert (tmp_path / "lesson_3" / "lesson_3.ipynb").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "lesson_1" / "lesson_1.ipynb").read_text("utf-8") == "edition 2 of 1"


@pytest.mark.parametrize("damage", ["", "{", "[]", json.dumps({"lesson_1/lesson_1.ipynb": 3})])
def test_without_a_record_nothing_of_a_learners_is_replaced(tmp_path, damage, monkeypatch):
    copy_lessons(tmp_path)
    (tmp_path / own_copies.RECORD).write_text(damage, encoding="utf-8")
    other = tmp_path / "lesson_1" / "lesson_1.ipynb"
    other.write_text("an earlier edition, or my work", encoding="utf-8")
    assert fates(tmp_path)[1] is Fate.KEPT


def test_a_file_and_the_courses_own_repository_are_refused(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match="is a file; give the name of a folder"):
        copy_lessons(tmp_path / "file")
    with pytest.raises(ValueError, match="is the course's own repository"):
        copy_lessons(ROOT)
