"""One run of `bvae proof`: units in parallel, kept as they finish, resumed where it stopped."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.exercise import registry
from autograder.proof import version
from autograder.proof.pieces import Piece, keep, results_of
from autograder.proof.report import Report
from autograder.proof.units import (
    BANK_KINDS,
    FULL,
    KINDS,
    SHORT,
    Amount,
    Unit,
    bank_result,
    bank_units,
)

STORE = Path("out") / "proof.jsonl"
# What was found before, for machines that have no store yet; `make proof` writes it.
PUBLISHED = Path("docs") / "proof.jsonl.xz"
# Units that judge a submission of a lesson, and so rest on all that its notebook holds.
WHOLE_NOTEBOOKS = ("jailed", "notebook")
# What costs most comes first, so that no worker is left with a long unit at the end.
ORDER = (
    *("draws", "wrong", "right", "pair", "notebook"),
    *("rewrite", "jailed", "mutant", "shortcut", "stub"),
)


@dataclass(frozen=True)
class Plan:
    """What is to be tried.

    Attributes:
        exercise_ids: in course order.
        kinds: of `units.KINDS`.
        amount: on how many seeds.
    """

    exercise_ids: tuple[str, ...]
    kinds: tuple[str, ...] = KINDS
    amount: Amount = FULL

    @classmethod
    def of(cls, only: Iterable[str] | None, kinds: Iterable[str] | None, short: bool) -> Plan:
        """The plan of a command line.

        Raises:
            ValueError: naming what is unknown and what there is.
        """
        given = tuple(kinds or (BANK_KINDS if short else KINDS))
        unknown = sorted(set(given) - set(KINDS))
        if unknown:
            raise ValueError(f"There is no kind {unknown[0]!r}; the kinds are {', '.join(KINDS)}.")
        ids = [item.id for word in only or () for item in _named(word)]
        every = tuple(item.id for item in registry.every())
        chosen = tuple(item for item in every if item in ids) if only else every
        return cls(chosen, given, SHORT if short else FULL)

    @property
    def units(self) -> list[Unit]:
        """Every unit; parts of the slow ones take turns, so that all get as far."""
        units = bank_units(self.exercise_ids, self.amount)
        for exercise_id in self.exercise_ids:
            units += _further(exercise_id, self.kinds, self.amount)
        chosen = [unit for unit in units if unit.kind in self.kinds]
        return sorted(chosen, key=lambda unit: (unit.part, ORDER.index(unit.kind)))


def prove(
    plan: Plan,
    workers: int,
    store: Path = STORE,
    minutes: float = math.inf,
    published: Path = PUBLISHED,
    publish: Path | None = None,
) -> Report:
    """Try everything that was not tried yet on the files as they are.

    Args:
        plan: what to try.
        workers: processes side by side.
        store: JSON lines of finished units; those that rest on other files do not count.
        minutes: begin nothing after that long; the report says how much is left.
        published: finished units of an earlier run, as `publish` gets them; may be missing.
        publish: where what is known now is written, for another machine to start from.

    Raises:
        ValueError, OSError, NoMutationTool: bad input.
    """
    units = plan.units
    pieces = [
        Piece(unit.key, _version(unit, plan.amount), result_of, (unit, plan.amount))
        for unit in units
    ]
    done = results_of(pieces, workers, store, minutes, published)
    if publish is not None:
        keep(publish, pieces, done)
    left = [unit for unit in units if unit.key not in done]
    rows = [_with_reason(row) for unit in units for row in done.get(unit.key, ())]
    return Report(plan, rows, left)


def _with_reason(row: dict) -> dict:
    """A surviving mutant with the reason that stands for it now."""
    if row["kind"] != "mutant" or not row["passed"]:
        return row
    from autograder.proof.mutants import reason

    return row | {"reason": reason(row["exercise_id"], row["name"])}


def result_of(unit: Unit, amount: Amount) -> list[dict]:
    """Try one unit of any kind; what came out is plain data, a row for all that was tried."""
    if unit.kind in BANK_KINDS:
        return bank_result(unit, amount)
    return [{**asdict(unit), **_further_result(unit)}]


def _further_result(unit: Unit) -> dict:
    if unit.kind == "jailed":
        from autograder.proof.jailed import compared, sample

        return compared(sample(unit.exercise_id)[unit.number])
    if unit.kind == "mutant":
        from autograder.proof.mutants import tried

        return tried(unit.exercise_id, unit.number)
    if unit.kind == "notebook":
        from autograder.proof import notebooks

        return notebooks.lost_points(notebooks.sample(unit.exercise_id)[unit.number])
    if unit.kind == "shortcut":
        from autograder.proof.shortcuts import best_of

        return best_of(unit.exercise_id)
    from autograder.proof.draws import checks, simulated

    return simulated(checks()[unit.number])


def _named(word: str) -> tuple:
    """The exercises that "2.1" or "2" stands for."""
    try:
        return registry.of_lesson(int(word)) if word.isdigit() else (registry.get(word),)
    except registry.UnknownExercise as error:
        raise ValueError(str(error)) from None


def _further(exercise_id: str, kinds: tuple[str, ...], amount: Amount) -> list[Unit]:
    """The units of an exercise that are not of the bank alone."""
    units = []
    if "jailed" in kinds:
        from autograder.proof.jailed import sample

        units += [Unit("jailed", exercise_id, n) for n in range(len(sample(exercise_id)))]
    if "notebook" in kinds:
        from autograder.proof import notebooks

        variants = notebooks.sample(exercise_id)
        units += [Unit("notebook", exercise_id, n) for n in range(len(variants))]
    if "mutant" in kinds:
        from autograder.proof.mutants import mutants

        slow = registry.get(exercise_id).slow
        places = amount.places("mutant", len(mutants(exercise_id)), slow)
        units += [Unit("mutant", exercise_id, n) for n in places]
    if "shortcut" in kinds:
        units.append(Unit("shortcut", exercise_id))
    if "draws" in kinds:
        from autograder.proof.draws import checks

        own = [n for n, check in enumerate(checks()) if check.exercise_id == exercise_id]
        units += [Unit("draws", exercise_id, n) for n in own]
    return units


def _version(unit: Unit, amount: Amount) -> str:
    """What a result rests on: the files, and the number of seeds."""
    alone = "" if unit.kind in WHOLE_NOTEBOOKS else unit.exercise_id
    digest = version.digest(unit.kind, registry.get(unit.exercise_id).lesson, alone)
    return digest + (json.dumps(asdict(amount)) if unit.kind in BANK_KINDS else "")
