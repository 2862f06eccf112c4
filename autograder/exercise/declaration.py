"""An exercise: its words, its tests and its named wrong answers, declared together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from autograder.exercise.student import Examinee

TestFunction = TypeVar("TestFunction", bound=Callable[..., None])
Wrong = TypeVar("Wrong")
# (student, generator) → what may be worth saying about an answer that passes.
Remark = Callable[..., str | None]


@dataclass(frozen=True)
class Test:
    """One tested property of an exercise; `function(student, rng)` raises when it does not hold.

    Attributes:
        counts_with: title of the test without which this one earns nothing; "" where it stands
            for itself. For what a guess, or an answer without the skill, would meet too.
    """

    __test__ = False

    title: str
    points: float
    function: Callable
    counts_with: str = ""


@dataclass(frozen=True)
class Misconception:
    """A wrong answer as an implementation, and the words that name it.

    Attributes:
        name: a few words, such as "sign flipped".
        sentence: what happened, as a learner would understand it.
        look: what to look at next; never the answer.
        answers: name → wrong implementation, put in place of the learner's.
        rtol, atol: how closely its outputs must match the learner's; wide for random outputs.
        sketch, parts: where the implementation is `sketch(**parts)`, a right answer with some
            of its parts replaced, others of the same sketch can go wrong beside it.
    """

    name: str
    sentence: str
    look: str
    answers: Mapping[str, object]
    rtol: float = 1e-3
    atol: float = 1e-4
    sketch: Callable[..., object] | None = None
    parts: Mapping[str, object] = field(default_factory=dict)


def together(one: Misconception, other: Misconception) -> Mapping[str, object] | None:
    """The answers of somebody who has both misconceptions, or None: they exclude each other.

    Two are independent when they sit in different answers, or replace different parts of
    one sketch.
    """
    shared = one.answers.keys() & other.answers.keys()
    if not shared:
        return {**one.answers, **other.answers}
    sketch = one.sketch
    if sketch is None or sketch is not other.sketch or one.parts.keys() & other.parts.keys():
        return None
    (name,) = one.answers
    return {name: sketch(**one.parts, **other.parts)}


@dataclass
class Exercise:
    """One graded item.

    Attributes:
        id: stable, "lesson.item", such as "2.1".
        title: a few words.
        answers: the names the learner defines; the first is the main one.
        minutes: time estimate.
        hints: a nudge in the learner's own voice, the formula or shape, near-code.
        reference: name → right implementation for every answer; stands in for a wrong
            prerequisite, and serves as the model solution in tests.
        needs: ids of earlier exercises whose answers this one may call.
        alternative: another common way to write it, as code, shown beside the solution.
        slow: networks are built or trained for every question, so that a diagnosis asks few.
    """

    id: str
    title: str
    answers: tuple[str, ...]
    minutes: int
    hints: tuple[str, str, str]
    reference: Mapping[str, object]
    needs: tuple[str, ...] = ()
    alternative: str = ""
    slow: bool = False
    tests: list[Test] = field(default_factory=list)
    misconceptions: list[Misconception] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def lesson(self) -> int:
        """The lesson's number."""
        return int(self.id.split(".")[0])

    @property
    def item(self) -> int:
        """Its place in the lesson."""
        return int(self.id.split(".")[1])

    @property
    def points(self) -> float:
        """The points of all tests together."""
        return sum(test.points for test in self.tests)

    def source_of(self, student: Examinee) -> str:
        """The cell in which a student defines the answers; "" where it is not known."""
        return next(filter(None, map(student.source_of, self.answers)), "")

    def test(
        self, title: str, points: float, counts_with: str = ""
    ) -> Callable[[TestFunction], TestFunction]:
        """Register a pytest function `test_…(student, rng)` as a property of this exercise."""

        def register(function):
            self.tests.append(Test(title, points, function, counts_with))
            function.exercise_id = self.id
            return function

        return register

    def remark(self, function: Remark) -> Remark:
        """Register what may be worth saying about an answer that passes: words, or None."""
        self.remarks.append(function)
        return function

    def misconception(
        self,
        name: str,
        sentence: str,
        look: str,
        *,
        answer: str | None = None,
        **tolerances: float,
    ) -> Callable[[Wrong], Wrong]:
        """Register a wrong implementation of `answer` (by default the main answer)."""

        def register(wrong):
            answers = {answer or self.answers[0]: wrong}
            self.misconceptions.append(Misconception(name, sentence, look, answers, **tolerances))
            return wrong

        return register


def mistakes(
    answer: str, *wrong: tuple, sketch: Callable[..., object] | None = None, **tolerances: float
) -> list[Misconception]:
    """Misconceptions of one answer.

    Args:
        answer: the name the learner defines.
        wrong: (name, sentence, look, implementation) tuples; a dictionary in place of the
            implementation holds the parts of `sketch` that are wrong.
        sketch: makes an implementation of the answer from named parts, all of them right
            unless told otherwise.
        tolerances: `rtol` and `atol` of `Misconception`.
    """
    return [_mistake(answer, sketch, tolerances, *item) for item in wrong]


def _mistake(answer, sketch, tolerances, name, sentence, look, made) -> Misconception:
    if not isinstance(made, dict):
        return Misconception(name, sentence, look, {answer: made}, **tolerances)
    answers = {answer: sketch(**made)}
    return Misconception(name, sentence, look, answers, **tolerances, sketch=sketch, parts=made)
