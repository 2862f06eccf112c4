"""Which change would mend an answer: where and of what kind, but never what to write."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain, islice

from autograder.exercise.declaration import Exercise, Test
from autograder.exercise.student import Student, StudentError, Workshop
from autograder.intake.course_texts import solutions
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.judging import bank
from autograder.judging.mended_words import told, told_either, told_of_a_part
from autograder.judging.mutations import NAME, Edit, edits
from autograder.judging.repairs import repairs, scaled
from autograder.judging.verdict import Mistake

# Passes on these; chance does not.
SEEDS = (3, 4)
# A version that was begun gets so long, and one that has to build or train networks so long.
LEAST_SECONDS = 0.2
LEAST_SECONDS_OF_SLOW = 6.0
# A version of a slow exercise takes that long by itself.
A_MOMENT = 1.0
# Longer cells are not compared: whoever writes them may want the judge to be busy.
LONGEST_SOURCE = 10_000
# Of small edits that work, so many are compared.
ENOUGH = 3
Passes = Callable[[Exercise, Test, int, Student], bool]


def mended(
    exercise: Exercise,
    source: str,
    workshop: AbstractContextManager[Workshop],
    passes: Passes,
    lost: Collection[str],
    over: float,
    wait: Callable[[], None] = lambda: None,
) -> Mistake | None:
    """The spots of the learner's code where a change makes every test pass, or None.

    Parts of right answers are tried first. Where questions are answered quickly, every small edit
    follows, and what works has to agree on a line; then what mends some of the lost tests is looked
    at again for a second mistake. Two parts of right answers come last.

    Args:
        source: the cell that defines the answer.
        workshop: where versions of it can be tried.
        passes: whether somebody passes a test of an exercise on a seed.
        lost: titles of the tests that do not pass.
        over: when to stop looking, as of `time.monotonic`.
        wait: called once, when it takes more than a moment.
    """
    if len(source) > LONGEST_SOURCE:
        return None
    with workshop as bench:
        search = _Search(exercise, bench, passes, lost, over, wait)
        names, rights = exercise.answers, list(_right_answers(exercise))
        parts = partial(repairs, source, names, rights, exercise.slow)
        known = next(search.working(parts()), None)
        if known:
            return told(known, exercise.slow)
        if not exercise.slow:
            found = _without_detours(islice(search.working(edits(source, names)), ENOUGH))
            if found:
                return _of_small_edits(found)
            part = search.best_part
            if part:
                second = chain(repairs(part.source, names, rights), edits(part.source, names))
                more = next(search.working(second), None)
                if more:
                    both = _in_the_first_source(part, more, source)
                    return told(both) if both else told_of_a_part(part)
        known = next(search.working(parts(spots=2)), None)
        if known:
            return told(known, exercise.slow)
        if not exercise.slow:
            singles = chain(parts(), edits(source, names))
            known = next(search.working(scaled(singles, names)), None)
            if known:
                return told(known)
        return told_of_a_part(search.best_part) if search.best_part else None


class _Search:
    """Tries versions, and remembers which mends the most tests without losing one.

    Attributes:
        best_part: the version that mends the most of the lost tests, and not all; or None.
    """

    def __init__(
        self,
        exercise: Exercise,
        bench: Workshop,
        passes: Passes,
        lost: Collection[str],
        over: float,
        wait: Callable[[], None],
    ):
        self._soon = time.monotonic() + (0.0 if exercise.slow else A_MOMENT)
        self._wait: Callable[[], None] | None = wait
        self._exercise, self._bench, self._passes, self._over = exercise, bench, passes, over
        self._lost = [test for test in exercise.tests if test.title in lost]
        self._kept = [test for test in exercise.tests if test.title not in lost]
        self._most = 0
        self.best_part: Edit | None = None

    def working(self, versions: Iterable[Edit]) -> Iterator[Edit]:
        """Those that mend every test, as long as there is time."""
        for edit in versions:
            if time.monotonic() > self._over:
                return
            if self._wait and time.monotonic() >= self._soon:
                self._wait()
                self._wait = None
            mended_tests = self._mended_by(edit)
            if mended_tests == len(self._lost):
                yield edit
            elif mended_tests > self._most:
                self._most, self.best_part = mended_tests, edit

    def _mended_by(self, edit: Edit) -> int:
        """How many of the lost tests pass; 0 where another test is lost.

        Of slow exercises only the lost tests are asked, on one seed, up to the first that fails.
        """
        slow = self._exercise.slow
        least = LEAST_SECONDS_OF_SLOW if slow else LEAST_SECONDS
        try:
            # Some edits make a loop endless.
            with at_most(max(self._over - time.monotonic(), least)):
                self._bench.define(edit.source)
                if slow:
                    return len(self._lost) if all(map(self._passes_on_one, self._lost)) else 0
                found = sum(map(self._passes_on_all, self._lost))
                return found if found and all(map(self._passes_on_all, self._kept)) else 0
        except (StudentError, TookTooLong):
            return 0

    def _passes_on_one(self, test: Test) -> bool:
        return self._passes(self._exercise, test, SEEDS[0], self._bench)

    def _passes_on_all(self, test: Test) -> bool:
        return all(self._passes(self._exercise, test, seed, self._bench) for seed in SEEDS)


def _of_small_edits(found: list[Edit]) -> Mistake | None:
    """What to say of edits that work; nothing where they are all over the cell."""
    by_line: dict[int, Edit] = {}
    for edit in sorted(found, key=lambda edit: len(edit.spots[0].text)):
        by_line.setdefault(edit.spots[0].line, edit)
    match list(by_line.values()):
        case [one]:
            return told(one)
        case [one, other]:
            return told_either(one, other)
    return None


def _without_detours(found: Iterable[Edit]) -> list[Edit]:
    """Edits that work, without those that only go round a line that another one puts right.

    Where `x = f(y)` should be `x = y`, reading y in a later line in place of x works too.
    """
    found = list(found)
    kept = [edit for edit in found if edit.spots[0].kind != NAME]
    first = min((edit.spots[0].line for edit in kept), default=0)
    later = all(edit.spots[0].line > first for edit in found if edit.spots[0].kind == NAME)
    return kept if kept and later else found


def _right_answers(exercise: Exercise) -> Iterator[str]:
    return chain((solutions()[exercise.id],), (v.source for v in bank.variants(exercise.id)))


def _in_the_first_source(part: Edit, more: Edit, source: str) -> Edit | None:
    """Both edits as one, with the lines of the learner's cell; None where what the second is about
    does not stand there, but in what the first has put right.
    """
    lines = source.splitlines()
    (spot, *_) = more.spots
    number = next((n for n, line in enumerate(lines, 1) if spot.text in line), None)
    if number is None:
        return None
    return Edit(more.source, (part.spots[0], spot._replace(line=number)))
