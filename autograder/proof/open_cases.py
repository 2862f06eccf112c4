"""Answers that nobody wrote for the bank: what learners would read of them.

A file of cases is a JSON list of `{"id", "exercise", "code"}`. `"true_mistake"` says in words what
is wrong with a wrong one; without it an answer is right. `"cells"` may add code `"before"` or
`"after"` the answer or at the `"end"`, and other exercises' answers by id. Each is judged as the
released notebook with right answers elsewhere, in the jail: a wrong one on two seeds, where a name
that differs counts as none; a right one by what the whole notebook loses, in the jail on these two
and live, in this process, on a third. Further seeds of a right answer ask its own exercise alone,
jailed and live.
"""

from __future__ import annotations

import hashlib
import io
import json
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.exercise.student import Examinee
from autograder.grading.submission import work_of
from autograder.intake import Submission, read_content
from autograder.intake.course_texts import solutions
from autograder.intake.released import fresh_cell, release
from autograder.jail.limits import Limits
from autograder.jail.student import JailedStudent
from autograder.judging.judge import judge
from autograder.judging.running import run_submission
from autograder.judging.verdict import Outcome, Relation, Verdict
from autograder.notebook.face import suspended
from autograder.proof.jailed import warm_parent
from autograder.proof.pieces import Piece, results_of
from autograder.proof.version import digest

STORE = Path("out") / "open.jsonl"
# Large networks take long beside other work, and no case is there for its time.
LIMITS = Limits(call_seconds=90.0, submission_seconds=1800.0, cpu_seconds=1800.0, memory_gb=4.0)
SEEDS = (1, 2)
LIVE_SEED = 3
# How far a learner is led, the furthest first; `PASSED` is for wrong answers that earn all points.
NAMED, LOCATED, KIND, NOTHING, PASSED = "named", "located", "kind only", "nothing", "passed"
READINGS = (NAMED, LOCATED, KIND, NOTHING, PASSED)
ENTRIES: dict[str, tuple[type, ...]] = {
    "id": (str,),
    "exercise": (str,),
    "code": (str, type(None)),
}
# Who has the word. An error counts where it has a line of the learner's own and a usual cause; a
# test has a cause of its own to tell, and a difference is what lies between two values.
BANK, ERROR, TEST, DIFFERENCE = "bank", "error", "test", "difference"
FOUND = tuple(kind.value for kind in (Relation.COMPUTES, Relation.MENDS, Relation.SHOWS))
READERS = (BANK, *FOUND, ERROR, TEST, DIFFERENCE)
LINE = "in the line `"
OF_THE_BANK = (Relation.ONE, Relation.EITHER, Relation.BOTH)
PLACES = ("before", "after", "end")


class BadCases(ValueError):
    """A file holds no cases; the message says where, and what is expected."""


@dataclass(frozen=True)
class OpenCase:
    """One answer from outside; see the module's text.

    Attributes:
        code: None where the cell is as it was released.
        true_mistake: in words; "" of a right answer.
        cells: place, or another exercise's id, → the sources of cells.
    """

    id: str
    exercise: str
    code: str | None
    true_mistake: str = ""
    cells: Mapping[str, list[str]] = field(default_factory=dict)

    def version(self, seeds: int) -> str:
        """A digest of everything that a result on so many seeds rests on."""
        lesson = registry.get(self.exercise).lesson
        judged = SEEDS if self.true_mistake else (*SEEDS, LIVE_SEED, seeds)
        own = json.dumps([self.code, sorted(self.cells.items()), bool(self.true_mistake), judged])
        return digest("open", lesson) + hashlib.sha256(own.encode()).hexdigest()[:12]

    def notebook(self) -> dict:
        """The released lesson with this answer, and right ones elsewhere."""
        lesson = registry.get(self.exercise).lesson
        released = release(lesson)
        found = released.notebook()
        cells = []
        for known, cell in zip(released.cells, found["cells"], strict=True):
            own = known.exercise == self.exercise
            if known.role != "solution":
                cells.append(cell)
            elif not own:
                texts = self.cells.get(known.exercise) or [solutions()[known.exercise]]
                cells.append({**cell, "source": "\n".join(texts)})
            else:
                source = cell["source"] if self.code is None else self.code
                answer = {**cell, "source": source}
                cells += [*self._extra("before"), answer, *self._extra("after")]
        return {**found, "cells": cells + self._extra("end")}

    def submission(self) -> Submission:
        """The notebook as it would be handed in."""
        lesson = registry.get(self.exercise).lesson
        return read_content(json.dumps(self.notebook()).encode(), "case", lesson)

    def _extra(self, place: str) -> list[dict]:
        return [
            fresh_cell("code", source, f"case-{place}-{number}", {})
            for number, source in enumerate(self.cells.get(place, ()))
        ]


def read_cases(path: str | Path) -> list[OpenCase]:
    """The cases of a file.

    Raises:
        BadCases: it is no JSON list of cases, two have one id, or an exercise is unknown.
        OSError: it cannot be read.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        items = json.loads(text)
    except ValueError as error:
        raise BadCases(f"{path} is no JSON ({error}); expected a list of cases.") from None
    if not isinstance(items, list) or not items:
        raise BadCases(f"{path} holds {type(items).__name__}; expected a list of cases.")
    found = [_case(f"{path}, case {number}", item) for number, item in enumerate(items, start=1)]
    (name, times), *_ = Counter(case.id for case in found).most_common(1)
    if times > 1:
        raise BadCases(f"{path}: {times} cases are called {name}.")
    return found


def _case(where: str, item) -> OpenCase:
    if not isinstance(item, dict):
        raise BadCases(f"{where} is no object; expected {', '.join(ENTRIES)}.")
    for name, kind in ENTRIES.items():
        if not isinstance(item.get(name), kind):
            raise BadCases(f"{where}: {name!r} is {item.get(name)!r}; expected text.")
    if "code" not in item:
        raise BadCases(f"{where} has no 'code'; give null where the released cell stays.")
    try:
        registry.get(item["exercise"])
    except registry.UnknownExercise as error:
        raise BadCases(f"{where}: {error}") from None
    cells = item.get("cells") or {}
    if not isinstance(cells, dict):
        raise BadCases(f"{where}: 'cells' is {cells!r}; expected place → code.")
    cells = {place: [code] if isinstance(code, str) else code for place, code in cells.items()}
    for place, texts in cells.items():
        known = place in PLACES or place in solutions()
        if not known or not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            raise BadCases(
                f"{where}: 'cells' has {place!r}: {texts!r}; expected {', '.join(PLACES)} or an "
                "exercise, and code or a list of cells."
            )
    mistake = item.get("true_mistake") or ""
    return OpenCase(item["id"], item["exercise"], item["code"], mistake, cells)


def met(
    cases: Sequence[OpenCase], workers: int, store: Path = STORE, seeds: int = LIVE_SEED
) -> list[dict]:
    """What became of each case, those of an earlier run included.

    Raises:
        ValueError: fewer seeds than a right answer is always judged on.
    """
    if seeds < LIVE_SEED:
        raise ValueError(f"--seeds is {seeds}; right answers are judged on {LIVE_SEED} or more.")
    pieces = [Piece(f"open {case.id}", case.version(seeds), tried, (case, seeds)) for case in cases]
    found = results_of(pieces, workers, store)
    return [found[piece.key] for piece in pieces]


def tried(case: OpenCase, seeds: int = LIVE_SEED) -> dict:
    """Judge one case, a right one on so many seeds; a row of plain data."""
    start = time.perf_counter()
    printed = redirect_stdout(io.StringIO())  # by an answer that is judged live
    with printed, JailedStudent(warm_parent(), work_of(case.submission()), LIMITS) as student:
        found = _of_wrong(case, student) if case.true_mistake else _of_right(case, student, seeds)
    return {
        "id": case.id,
        "exercise": case.exercise,
        "lesson": registry.get(case.exercise).lesson,
        "right": not case.true_mistake,
        **found,
        "seconds": round(time.perf_counter() - start, 2),
    }


def _of_wrong(case: OpenCase, student: JailedStudent) -> dict:
    verdicts = [judge(case.exercise, student, seed) for seed in SEEDS]
    readings = [reading_of(verdict) for verdict in verdicts]
    first, second = (said(verdict) for verdict in verdicts)
    reading = max(readings, key=READINGS.index)
    if reading in (NAMED, LOCATED) and name_of(verdicts[0]) != name_of(verdicts[1]):
        reading = KIND
    reader = reader_of(verdicts[0])
    if reader == DIFFERENCE:
        own = judge(case.exercise, student, SEEDS[0], explained=False)
        reader = TEST if any(test.cause for test in own.tests) else DIFFERENCE
    return {
        "reading": reading,
        "reader": reader,
        "said": first,
        "again": "" if second == first else second,
    }


def _of_right(case: OpenCase, student: JailedStudent, seeds: int) -> dict:
    """Points that the notebook loses, and what is said of the exercises that lose them."""
    lesson = registry.get(case.exercise).lesson
    every = [exercise.id for exercise in registry.of_lesson(lesson)]
    namespace, _ = run_submission(case.submission(), suspended())
    live = LiveStudent(namespace, registry.owners(lesson))
    lost: dict[str, str] = {}

    def ask(answering: Examinee, seed: int, exercises: Iterable[str]) -> float:
        """What is lost on one seed."""
        known: dict[str, Verdict] = {}
        verdicts = [judge(exercise, answering, seed, known) for exercise in exercises]
        refused = [verdict for verdict in verdicts if not verdict.passed]
        where = "live, " if answering is live else ""
        for verdict in refused:
            lost.setdefault(f"{where}{verdict.exercise_id} (seed {seed})", said(verdict))
        return sum(verdict.max_points - verdict.points for verdict in refused)

    points = [ask(student, seed, every) for seed in SEEDS]
    points.append(ask(live, LIVE_SEED, every))
    for seed in range(LIVE_SEED + 1, seeds + 1):
        points += [ask(answering, seed, [case.exercise]) for answering in (student, live)]
    return {"lost": max(points), "said": "; ".join(f"{k}: {words}" for k, words in lost.items())}


def name_of(verdict: Verdict) -> str:
    """The name that a learner reads, or ""."""
    return verdict.diagnosis.name if verdict.diagnosis else ""


def reading_of(verdict: Verdict) -> str:
    """How far what a learner reads leads to the mistake."""
    if verdict.passed:
        return PASSED
    reader = reader_of(verdict)
    if reader == BANK:
        return NAMED
    if reader in (*FOUND, ERROR):
        return LOCATED
    return KIND if reader else NOTHING


def reader_of(verdict: Verdict) -> str:
    """Who has the word: the bank, another reader, an error or a difference; "" for nobody.

    What a test has to say itself counts as a difference here.
    """
    if verdict.diagnosis:
        relation = verdict.diagnosis.relation
        return BANK if relation in OF_THE_BANK else relation.value
    told = [test for test in verdict.tests if test.cause]
    if any(test.outcome is Outcome.CRASHED and LINE in test.actual for test in told):
        return ERROR
    return DIFFERENCE if told else ""


def said(verdict: Verdict) -> str:
    """What a learner reads first, in one line."""
    if verdict.passed:
        return "passed"
    if verdict.diagnosis:
        words = [f"{item.name} ({item.sentence})" for item in verdict.diagnosis.mistakes]
        return f"[{verdict.diagnosis.relation.value}] {'; '.join(words)}"
    lost = [test for test in verdict.tests if test.outcome is not Outcome.PASSED]
    return " / ".join(
        f"{test.checked} → {test.actual} ({test.cause or 'no cause'})"[:300] for test in lost[:2]
    )


def totals(rows: Iterable[dict]) -> dict:
    """Counts, and shares of the wrong cases; points that right ones lose."""
    rows = list(rows)
    wrong, right = ([row for row in rows if row["right"] is kind] for kind in (False, True))
    found = Counter(row["reading"] for row in wrong)
    count = len(wrong) or 1
    return {
        "cases": len(rows),
        "wrong": len(wrong),
        "right": len(right),
        "passed": round(found[PASSED] / count, 4),
        "named_or_located": round((found[NAMED] + found[LOCATED]) / count, 4),
        "led_there": round((found[NAMED] + found[LOCATED] + found[KIND]) / count, 4),
        "nothing": round(found[NOTHING] / count, 4),
        "readers": dict(Counter(row["reader"] or "nobody" for row in wrong)),
        "right_refused": sum(row["lost"] > 0 for row in right),
        "seconds_median": sorted(row["seconds"] for row in rows)[len(rows) // 2] if rows else 0.0,
    }


def as_text(rows: Sequence[dict]) -> str:
    """A table with a row for each lesson, and what is to be looked at."""
    lines = [f"{'lesson':<8}" + "".join(f"{name:>11}" for name in READINGS) + f"{'refused':>10}"]
    for lesson in sorted({row["lesson"] for row in rows}):
        own = [row for row in rows if row["lesson"] == lesson]
        found = Counter(row["reading"] for row in own if not row["right"])
        refused = sum(row["lost"] > 0 for row in own if row["right"])
        lines.append(
            f"{lesson:<8}" + "".join(f"{found[name]:>11}" for name in READINGS) + f"{refused:>10}"
        )
    readers = Counter(row["reader"] for row in rows if not row["right"])
    if readers:
        words = ", ".join(f"{name} {readers[name]}" for name in READERS)
        lines += ["", f"heard: {words}, nobody {readers['']}"]
    lines += [
        "",
        *(
            f"{row['id']}: {row.get('reading', 'refused')}: {row['said']}"
            for row in rows
            if (row["lost"] if row["right"] else row["reading"] in (NOTHING, PASSED))
        ),
    ]
    return "\n".join(lines)
