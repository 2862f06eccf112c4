"""The answers kept with the course are those of its files, and what asking says."""

from __future__ import annotations

import random
from collections import OrderedDict

import pytest

from autograder.authoring import keeping
from autograder.authoring.keeping import SEED, is_current, slow_lessons
from autograder.exercise import caching_student, kept_answers, registry
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.values import same
from autograder.judging import diagnosis
from autograder.judging.diagnosis import references
from autograder.judging.judge import asked, judge

SLOW = [item for item in registry.every() if item.slow]


@pytest.mark.parametrize("lesson", slow_lessons())
def test_answers_are_kept_for_the_files_as_they_are(lesson):
    assert is_current(lesson), f"Lesson {lesson} has changed: `make answers` asks anew."


@pytest.mark.parametrize("exercise", SLOW, ids=lambda item: item.id)
def test_every_wrong_answer_is_kept(exercise):
    kept = {who for _, who in kept_answers._of_exercise(exercise.id)}
    assert kept == {kept_answers.NOBODY, *(item.name for item in exercise.misconceptions)}


@pytest.mark.parametrize("exercise", SLOW, ids=lambda item: item.id)
def test_every_wrong_answer_loses_points_by_what_was_kept_and_the_right_one_none(exercise):
    def points(answers) -> float:
        with diagnosis.somebody(exercise, answers) as student:
            return sum(result.points for result in asked(exercise, student, SEED)[0])

    assert points({}) == exercise.points
    for mistake in exercise.misconceptions:
        assert points(mistake.answers) < exercise.points, mistake.name


@pytest.mark.slow
@pytest.mark.parametrize("exercise", SLOW, ids=lambda item: item.id)
def test_a_learners_check_is_explained_without_asking_wrong_answers(exercise, monkeypatch):
    mistake = random.Random(exercise.id).choice(exercise.misconceptions)
    put = []
    monkeypatch.setattr(
        diagnosis.Remembering,
        "_asked",
        lambda self, ask, args, kwargs: put.append(args) or (frozenset(), None),
    )
    names = {**references(exercise.needs), **exercise.reference, **mistake.answers}
    verdict = judge(exercise.id, LiveStudent(names, registry.owners(exercise.lesson)), SEED)
    assert [item.name for item in verdict.diagnosis.mistakes] == [mistake.name]
    assert not put


@pytest.mark.slow
@pytest.mark.parametrize("exercise", SLOW, ids=lambda item: item.id)
def test_asking_says_what_was_kept(exercise, monkeypatch):
    mistake = random.Random(f"again {exercise.id}").choice(exercise.misconceptions)
    with monkeypatch.context() as stale:
        # What an older file says is not taken over.
        stale.setattr(kept_answers, "find", lambda *question: (frozenset(), "an old answer"))
        stale.setattr(caching_student, "_memory", OrderedDict())
        questions = keeping.questions_of(exercise, mistake.answers)
        said = dict(keeping.said(exercise, mistake.answers, questions))
    assert said
    for words, data in said.items():
        names, answer = kept_answers.find(exercise.id, mistake.name, words)
        own = set(exercise.answers)
        assert names & own == own.intersection(data["names"])
        # Another processor rounds differently.
        again = kept_answers.from_data(data)
        if isinstance(answer, Exception):
            assert (type(answer), str(answer)) == (type(again), str(again))
        else:
            assert same(answer, again, mistake.rtol, mistake.atol)
