"""The bank of answers as text: enough of it, well formed, and readable by learners."""

from __future__ import annotations

import pytest

from autograder.exercise import registry
from autograder.judging import bank

EXERCISES = registry.every()
LESSONS = sorted(registry.course().lessons)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_variants_misconceptions_and_rewrites_enough(lesson):
    """On average; an exercise that has just been added may begin with one of each."""
    exercises = registry.of_lesson(lesson)
    for least, counted in (
        (4, [len(bank.variants(exercise.id)) for exercise in exercises]),
        (6, [len(exercise.misconceptions) for exercise in exercises]),
        (1, [len(bank.rewrites(exercise.id)) for exercise in exercises]),
        (2, [len(exercise.tests) for exercise in exercises]),
    ):
        assert sum(counted) >= least * len(exercises), counted


def test_the_bank_is_as_large_as_the_course_says():
    assert sum(len(exercise.misconceptions) for exercise in EXERCISES) >= 541
    assert sum(len(bank.variants(exercise.id)) for exercise in EXERCISES) >= 200
    assert sum(len(bank.rewrites(exercise.id)) for exercise in EXERCISES) >= 255


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_a_misconception_says_what_happened_and_where_to_look(exercise):
    names = [item.name for item in exercise.misconceptions]
    assert len(set(names)) == len(names)
    for item in exercise.misconceptions:
        assert len(item.name) <= 60 and not item.name.endswith(".")
        assert item.sentence.strip().endswith((".", "!", "?"))
        assert item.look.strip().endswith((".", "!", "?")) and len(item.look) > 15


@pytest.mark.parametrize("lesson", LESSONS)
def test_titles_are_unique_and_rewrites_name_a_misconception(lesson):
    titles = [written.title for written in bank.of_lesson(lesson)]
    kinds = [(w.exercise_id, w.name) for w in bank.of_lesson(lesson) if w.kind == "variant"]
    assert len(set(kinds)) == len(kinds), titles
    for written in bank.of_lesson(lesson):
        assert registry.get(written.exercise_id).lesson == lesson
        if written.kind == "rewrite":
            names = {item.name for item in registry.get(written.exercise_id).misconceptions}
            assert written.name in names, written.title


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_cell_defines_all_answers(lesson):
    for written in bank.of_lesson(lesson):
        found = bank.namespace(written)
        missing = [n for n in registry.get(written.exercise_id).answers if n not in found]
        assert not missing, (written.title, missing)


def test_no_variant_is_written_twice():
    for lesson in LESSONS:
        sources = [w.source for w in bank.of_lesson(lesson)]
        assert len(set(sources)) == len(sources)


def test_the_stub_is_what_learners_get():
    assert "NotImplementedError" in bank.stub("2.1").source


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x = 1\n# %% 2.1 variant: a\n", "begins with 'x = 1"),
        ("# %% 2.1 right: a\n", "begins with '# %% 2.1 right: a'"),
        ("# %% variant\n", "expected `# %% ID variant"),
    ],
)
def test_a_cell_without_a_head_is_refused(monkeypatch, tmp_path, text, words):
    (tmp_path / "lesson_2.cells.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr("importlib.resources.files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"lesson_2\.cells\.py") as error:
        bank.of_lesson.__wrapped__(2)
    assert words in str(error.value)
