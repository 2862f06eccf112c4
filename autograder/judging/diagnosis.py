"""Which named mistake explains a learner's answers.

Every wrong answer of the bank gets the questions that the tests put to the learner. One that
answers all of them as the learner did, and unlike a right answer, is the diagnosis. If two of
them cannot be told apart, both are named; where no single one explains everything, two
independent ones are tried together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import combinations

from autograder.exercise import registry
from autograder.exercise.caching_student import Remembering
from autograder.exercise.declaration import Exercise, Misconception, together
from autograder.exercise.kept_answers import NOBODY
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.recording_student import RecordingStudent
from autograder.exercise.student import Examinee
from autograder.judging.pairs import Parts, parts_of, promising
from autograder.judging.verdict import Diagnosis, Mistake, Relation


def diagnose(
    exercise: Exercise, failed: Sequence[RecordingStudent], passed: Sequence[RecordingStudent] = ()
) -> Diagnosis | None:
    """The mistakes that explain the answers, or None when nothing in the bank clearly does.

    Args:
        exercise: whose tests were run.
        failed: what was asked and answered in the tests that failed.
        passed: the same of those that passed; an explanation has to hold there too.
    """
    case = Case(exercise, failed, passed)
    whole = [item for item in exercise.misconceptions if case.explained_by(item.answers, item)]
    if whole:
        return _one_or_either(whole)
    both = [
        (one, other)
        for one, other, answers in _pairs(case)
        if case.explained_by(answers, one, other)
    ]
    if len(both) == 1:
        return _diagnosis(Relation.BOTH, both[0])
    if both:
        return _shared(both)
    explains = {
        item.name: case.failures_explained_by(item.answers, item)
        for item in exercise.misconceptions
    }
    # It explains some of the failed tests, and would have passed those that were passed.
    possible = [
        item
        for item in exercise.misconceptions
        if explains[item.name] and all(case.would_pass(item.answers, r) for r in case.passed)
    ]
    return _best_part(possible, explains, len(case.failed))


class Case:
    """One learner's recorded answers, and who else would have given them.

    What a right answer says is asked once a question, and with it which of the answers the
    question is about: where none of them is replaced, nothing has to be asked again.

    Args:
        exercise: whose tests were run.
        failed, passed: the records of tests that failed, and of those that passed.
    """

    def __init__(
        self,
        exercise: Exercise,
        failed: Sequence[RecordingStudent],
        passed: Sequence[RecordingStudent] = (),
    ):
        self.exercise, self.failed, self.passed = exercise, list(failed), list(passed)
        self._right: dict[tuple[int, int], tuple[set[str], object]] = {}
        self._as_right: dict[tuple, bool] = {}

    def explained_by(self, answers: Mapping[str, object], *mistakes: Misconception) -> bool:
        """Whether every test, failed or passed, would have gone the same way."""
        telling = [
            record for i, record in enumerate(self.failed) if not self._right_too(i, mistakes)
        ]
        return bool(telling) and self._gives_all(answers, [*telling, *self.passed], mistakes)

    def failures_explained_by(
        self, answers: Mapping[str, object], *mistakes: Misconception
    ) -> frozenset[int]:
        """Which of the failed tests would have gone the same way."""
        return frozenset(
            i
            for i, record in enumerate(self.failed)
            if self.gives(answers, record, mistakes) and not self._right_too(i, mistakes)
        )

    def gives(
        self,
        answers: Mapping[str, object],
        record: RecordingStudent,
        mistakes: Sequence[Misconception],
    ) -> bool:
        """Whether these answers, and right ones otherwise, are those of the record."""
        return bool(record.record) and self._gives_all(answers, [record], mistakes)

    def _gives_all(self, answers, records: Sequence[RecordingStudent], mistakes) -> bool:
        # What was answered soonest is asked first: one answer that differs is enough.
        questions = [
            (s, i, place) for i, r in enumerate(records) for place, s in enumerate(r.seconds)
        ]
        return all(
            records[i].agrees_at(
                place, self._answer(answers, records[i], place), *_tolerances(mistakes)
            )
            for _, i, place in sorted(questions)
        )

    def _answer(self, answers: Mapping[str, object], record: RecordingStudent, place: int):
        names, right = self._right_answer(record, place)
        if names.isdisjoint(answers):
            return right
        with somebody(self.exercise, answers) as student:
            return record.ask(place, student)

    def would_pass(self, answers: Mapping[str, object], record: RecordingStudent) -> bool:
        """Whether somebody with these answers would pass the test that a record is of."""
        if record.passed_by is None:
            return True
        with somebody(self.exercise, answers) as student:
            return record.passed_by(student)

    def told(self) -> Parts:
        """What the learner answered in the failed tests, part by part."""
        return parts_of([answer for *_, answer in record.record] for record in self.failed)

    def parts(self, answers: Mapping[str, object]) -> Parts:
        """The same of somebody with these answers, and right ones otherwise."""
        return parts_of([*self._answers(answers, record)] for record in self.failed)

    def right_answers(self, record: RecordingStudent) -> list:
        """What a right answer says to the recorded questions; an exception where it raises."""
        return [*self._answers({}, record)]

    def _answers(self, answers: Mapping[str, object], record: RecordingStudent) -> Iterator:
        return (self._answer(answers, record, place) for place in range(len(record.record)))

    def _right_answer(self, record: RecordingStudent, place: int) -> tuple[set[str], object]:
        """The names that a question asks for, and what a right answer says."""
        key = id(record), place
        if key not in self._right:
            names: set[str] = set()
            with somebody(self.exercise, {}, names) as student:
                self._right[key] = names, record.ask(place, student)
        return self._right[key]

    def _right_too(self, index: int, mistakes) -> bool:
        """Whether a right answer would have said the same, so that it shows nothing."""
        key = index, *_tolerances(mistakes)
        if key not in self._as_right:
            record = self.failed[index]
            answers = self._answers({}, record)
            self._as_right[key] = record.agrees(answers, *_tolerances(mistakes), same_types=True)
        return self._as_right[key]


@contextmanager
def somebody(
    exercise: Exercise,
    answers: Mapping[str, object],
    names: set[str] | None = None,
    kept: bool = True,
) -> Iterator[Examinee]:
    """A student who gives these answers to an exercise, and right ones otherwise.

    Args:
        exercise: where asking is slow, no question is put twice.
        answers: name → implementation.
        names: takes the names that are asked for.
        kept: take answers that are kept with the course.
    """
    names = set() if names is None else names
    asked_for = _Noting(names, exercise.reference, answers)
    student = LiveStudent(asked_for, registry.owners(exercise.lesson))
    with student.standing_in(references(exercise.needs)):
        if not exercise.slow:
            yield student
            return
        called = _name_of(exercise, answers) if kept else None
        yield Remembering(student, exercise.id, answers, names, called)


def _name_of(exercise: Exercise, answers: Mapping[str, object]) -> str | None:
    """By which name these answers may have been kept with the course."""
    if not answers:
        return NOBODY
    return next((m.name for m in exercise.misconceptions if m.answers is answers), None)


class _Noting(dict):
    """A namespace that notes which names are looked up."""

    def __init__(self, names: set[str], *parts: Mapping[str, object]):
        super().__init__({name: item for part in parts for name, item in part.items()})
        self._names = names

    def __getitem__(self, name: str):
        self._names.add(name)
        return super().__getitem__(name)


def references(exercise_ids: Iterable[str]) -> dict[str, object]:
    """Right implementations of every answer of the given exercises."""
    return {
        name: implementation
        for exercise_id in exercise_ids
        for name, implementation in registry.get(exercise_id).reference.items()
    }


@cache
def combined(exercise_id: str) -> tuple[tuple[int, int, Mapping[str, object]], ...]:
    """Every two independent misconceptions of an exercise, by place, and their joint answers."""
    items = list(enumerate(registry.get(exercise_id).misconceptions))
    found = ((i, j, together(one, other)) for (i, one), (j, other) in combinations(items, 2))
    return tuple((i, j, answers) for i, j, answers in found if answers is not None)


def _pairs(case: Case):
    """Pairs to be tried. Where asking is slow, only the most promising ones."""
    items = case.exercise.misconceptions
    joint = {(i, j): answers for i, j, answers in combined(case.exercise.id)}
    tried: Iterable[tuple[int, int]] = joint
    if case.exercise.slow:
        single = {i: case.parts(item.answers) for i, item in enumerate(items)}
        tried = promising(case.told(), case.parts({}), single, joint)
    for i, j in tried:
        yield items[i], items[j], joint[i, j]


def _one_or_either(found: Sequence[Misconception]) -> Diagnosis | None:
    """One is the diagnosis, two are named as two, and more of them say nothing."""
    if len(found) == 1:
        return _diagnosis(Relation.ONE, found)
    return _diagnosis(Relation.EITHER, found) if len(found) == 2 else None


def _shared(pairs: Sequence[tuple[Misconception, Misconception]]) -> Diagnosis | None:
    """Several pairs explain everything: only what they have in common is sure."""
    common = set(map(id, pairs[0])).intersection(*(map(id, pair) for pair in pairs[1:]))
    found = [item for item in pairs[0] if id(item) in common]
    return _diagnosis(Relation.ONE, found) if found else None


def _best_part(
    misconceptions: Sequence[Misconception], explains: Mapping[str, frozenset[int]], failed: int
) -> Diagnosis | None:
    """What explains most of the failed tests, or two that share all of them between them."""
    most = max((len(explains[item.name]) for item in misconceptions), default=0)
    best = [item for item in misconceptions if most and len(explains[item.name]) == most]
    if 2 * most > failed:
        return _one_or_either(best)
    if len(best) == 2 and len(explains[best[0].name] | explains[best[1].name]) == failed:
        return _diagnosis(Relation.BOTH, best)
    return None


def _diagnosis(relation: Relation, found: Iterable[Misconception]) -> Diagnosis:
    return Diagnosis(relation, tuple(Mistake(i.name, i.sentence, i.look) for i in found))


def _tolerances(mistakes: Sequence[Misconception]) -> tuple[float, float]:
    return max(item.rtol for item in mistakes), max(item.atol for item in mistakes)
