"""What is tried, one small unit of work at a time, and what came out as plain data.

A unit is a kind, an exercise and a number: the n-th variant, misconception, pair or rewrite of
that exercise. Where judging is slow, it is a part of that: some of the seeds of a right answer, or
one seed of all misconceptions, whose answers then serve each other's diagnosis. Units know nothing
of each other, so that they can run in any order and process.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import product

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise, Misconception
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.recording_student import RecordingStudent
from autograder.judging import bank
from autograder.judging.diagnosis import Case, combined, diagnose, references, somebody
from autograder.judging.judge import asked, judge
from autograder.judging.verdict import Outcome, Relation, Verdict

# A judgement that takes less than this is quick, and is repeated on the larger number of seeds.
QUICK_SECONDS = 0.02
# Seeds of a right answer in one part.
RIGHT_PART = 5
BANK_KINDS = ("stub", "right", "wrong", "rewrite", "pair")
KINDS = (*BANK_KINDS, "notebook", "jailed", "mutant", "draws", "shortcut")


@dataclass(frozen=True)
class Amount:
    """How many seeds each unit is tried on.

    Attributes:
        right_quick, right, right_slow: for right answers, where a judgement is quick, elsewhere,
            and where the exercise trains networks. The false alarms of the statistical checks are
            known from their simulation (`draws`), and seeds tell about the rest.
        wrong, wrong_slow: for misconceptions.
        rewrite, rewrite_slow, pair: for rewrites and pairs.
        every: the first of how many pairs is tried.
        most_slow: kind → how many of it are tried of an exercise where judging is slow, from all
            over its list; every one of a kind that is not there.
    """

    right_quick: int = 200
    right: int = 50
    right_slow: int = 6
    wrong: int = 20
    wrong_slow: int = 2
    rewrite: int = 3
    rewrite_slow: int = 1
    pair: int = 1
    every: int = 1
    most_slow: Mapping[str, int] = field(default_factory=dict)

    def places(self, kind: str, count: int, slow: bool) -> range:
        """Which of `count` things of a kind are tried."""
        if slow and kind in self.most_slow:
            return range(0, count, max(1, -(-count // self.most_slow[kind])))
        return range(0, count, self.every if kind == "pair" else 1)


FULL = Amount(most_slow={"pair": 16, "mutant": 40})
SHORT = Amount(
    right_quick=10,
    right=1,
    right_slow=1,
    wrong=1,
    wrong_slow=1,
    rewrite=1,
    every=16,
    most_slow={"right": 2, "wrong": 4, "pair": 1, "rewrite": 1},
)
# Seeds of other units never overlap with that of `check`, which is 0.
FIRST_SEED = 1


@dataclass(frozen=True)
class Unit:
    """One piece of the proof."""

    kind: str
    exercise_id: str
    number: int = 0
    part: int = 0

    @property
    def key(self) -> str:
        """A name that no other unit has."""
        return f"{self.kind} {self.exercise_id} {self.number} {self.part}"


def bank_units(exercise_ids: Iterable[str], amount: Amount) -> list[Unit]:
    """Every unit over the bank, with the parts that its seeds fall into."""
    units = []
    for exercise in map(registry.get, exercise_ids):
        slow = exercise.slow
        rights = 1 + len(bank.variants(exercise.id))
        wrongs = len(exercise.misconceptions)
        counts = {
            "right": (rights, -(-amount.right_slow // RIGHT_PART) if slow else 1),
            "wrong": (1, amount.wrong_slow) if slow else (wrongs, 1),
            "pair": (len(combined(exercise.id)), 1),
            "rewrite": (len(bank.rewrites(exercise.id)), 1),
            "stub": (1, 1),
        }
        for kind, (numbers, parts) in counts.items():
            places = product(amount.places(kind, numbers, slow), range(parts))
            units += [Unit(kind, exercise.id, number, part) for number, part in places]
    return units


def bank_result(unit: Unit, amount: Amount) -> list[dict]:
    """Try one unit over the bank; a row for everything that was tried in it."""
    exercise = registry.get(unit.exercise_id)
    if unit.kind == "wrong" and exercise.slow:
        rows = _wrongs_at(exercise, FIRST_SEED + unit.part, amount)
    elif unit.kind == "right" and exercise.slow:
        first = FIRST_SEED + unit.part * RIGHT_PART
        last = min(first + RIGHT_PART, FIRST_SEED + amount.right_slow)
        rows = [_right(exercise, unit.number, range(first, last), None)]
    else:
        tried = {"wrong": _wrong, "pair": _pair, "rewrite": _rewrite, "stub": _stub}
        if unit.kind == "right":
            seeds = range(FIRST_SEED, FIRST_SEED + amount.right)
            more = range(seeds.stop, FIRST_SEED + amount.right_quick)
            rows = [_right(exercise, unit.number, seeds, more)]
        else:
            rows = [tried[unit.kind](exercise, unit.number, amount)]
    return [{**asdict(unit), **row} for row in rows]


def judged(exercise: Exercise, answers: Mapping[str, object], seed: int) -> Verdict:
    """The verdict on these answers, with right ones to what the exercise needs."""
    with somebody(exercise, answers) as student:
        return judge(exercise.id, student, seed)


def _right(exercise: Exercise, number: int, seeds: range, more: range | None) -> dict:
    """A right answer on some seeds, and on more of them where that is quick."""
    names = ["reference", *(variant.name for variant in bank.variants(exercise.id))]
    answers = exercise.reference
    if number:
        answers = bank.namespace(bank.variants(exercise.id)[number - 1])
        answers = {name: answers[name] for name in exercise.answers}
    times, refused = [], []

    def try_on(seed: int) -> None:
        start = time.perf_counter()
        if not judged(exercise, answers, seed).passed:
            refused.append(seed)
        times.append(time.perf_counter() - start)

    for seed in seeds:
        try_on(seed)
    # The first one pays for what is built once.
    seconds = statistics.median(times[1:] or times)
    if more and seconds < QUICK_SECONDS:
        for seed in more:
            try_on(seed)
    return {
        "name": names[number],
        "seeds": len(times),
        "refused": refused,
        "seconds": round(seconds, 4),
    }


def _wrong(exercise: Exercise, number: int, amount: Amount) -> dict:
    misconception = exercise.misconceptions[number]
    verdicts = [
        judged(exercise, misconception.answers, FIRST_SEED + extra) for extra in range(amount.wrong)
    ]
    return {"name": misconception.name, **_told(verdicts, misconception.name)}


def _wrongs_at(exercise: Exercise, seed: int, amount: Amount) -> list[dict]:
    """Misconceptions of an exercise where judging is slow, on one seed."""
    places = amount.places("wrong", len(exercise.misconceptions), slow=True)
    return [
        {"name": item.name, **_told([judged(exercise, item.answers, seed)], item.name)}
        for item in (exercise.misconceptions[place] for place in places)
    ]


def _told(verdicts: Iterable[Verdict], name: str) -> dict:
    """How often answers with a misconception passed, were named, and were called otherwise."""
    said = Counter(_said(verdict) for verdict in verdicts)
    named = said.pop(name, 0)
    missed = said.pop("passed", 0)
    return {
        "seeds": named + missed + said.total(),
        "missed": missed,
        "named": named,
        "confused": dict(said),
    }


def _said(verdict: Verdict) -> str:
    if verdict.passed:
        return "passed"
    if verdict.diagnosis is None:
        return f"no name ({verdict.outcome.value})"
    return verdict.diagnosis.name


def _rewrite(exercise: Exercise, number: int, amount: Amount) -> dict:
    written = bank.rewrites(exercise.id)[number]
    found = bank.namespace(written)
    answers = {name: found[name] for name in exercise.answers}
    count = amount.rewrite_slow if exercise.slow else amount.rewrite
    verdicts = [judged(exercise, answers, FIRST_SEED + i) for i in range(count)]
    return {"name": written.name, **_told(verdicts, written.name)}


def _pair(exercise: Exercise, number: int, amount: Amount) -> dict:
    """Two misconceptions at once. Where the outcome is that of one alone, or of none, the other
    one hides it: such a pair is not independent, and is told apart from the others.
    """
    i, j, answers = combined(exercise.id)[number]
    mistakes = exercise.misconceptions[i], exercise.misconceptions[j]
    wanted = {item.name for item in mistakes}
    missed, named, like = 0, 0, ""
    said: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + amount.pair):
        with somebody(exercise, answers) as student:
            results, records = asked(exercise, student, seed)
        if seed == FIRST_SEED:
            like = _like(exercise, records, mistakes)
        outcomes = [result.outcome for result in results]
        if set(outcomes) == {Outcome.PASSED}:
            missed += 1
            said["passed"] += 1
            continue
        of: dict[Outcome, list[RecordingStudent]] = {outcome: [] for outcome in Outcome}
        for outcome, record in zip(outcomes, records, strict=True):
            of[outcome].append(record)
        failed = of[Outcome.FAILED]
        found = diagnose(exercise, failed, of[Outcome.PASSED]) if failed else None
        said[found.name if found else f"no name ({', '.join(sorted(set(outcomes)))})"] += 1
        if found is not None and found.relation is Relation.BOTH:
            named += {mistake.name for mistake in found.mistakes} == wanted
    return {
        "name": " + ".join(item.name for item in mistakes),
        "seeds": amount.pair,
        "missed": missed,
        "named": named,
        "said": dict(said),
        "like": like,
    }


def _like(
    exercise: Exercise,
    records: list[RecordingStudent],
    mistakes: tuple[Misconception, Misconception],
) -> str:
    """Which single answer the composition cannot be told apart from: a name, "right" or ""."""
    case = Case(exercise, records)
    singles = {"right": {}, **{item.name: item.answers for item in exercise.misconceptions}}
    for record in records:
        singles = {
            name: single for name, single in singles.items() if case.gives(single, record, mistakes)
        }
    return next(iter(singles), "")


def _stub(exercise: Exercise, number: int, amount: Amount) -> dict:
    """The cell as released, and no cell at all."""
    released = bank.stub_namespace(exercise.id)
    outcomes = [
        judge(exercise.id, LiveStudent(names, registry.owners(exercise.lesson)), FIRST_SEED)
        for names in (released, references(exercise.needs))
    ]
    return {
        "name": "stub",
        "outcomes": [verdict.outcome.value for verdict in outcomes],
        "points": sum(verdict.points for verdict in outcomes),
        "missed": sum(v.outcome is not Outcome.NOT_ATTEMPTED or v.points > 0 for v in outcomes),
    }
