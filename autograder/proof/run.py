"""One run of `bvae proof`: units in parallel, kept as they finish, resumed where it stopped."""

from __future__ import annotations

import json
import math
import multiprocessing
import os
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.batch.progress import Progress
from autograder.exercise import registry
from autograder.proof import version
from autograder.proof.report import Report
from autograder.proof.units import (
    FULL,
    KINDS,
    SHORT,
    Amount,
    Unit,
    bank_result,
    bank_units,
)
from bvae_ref.study.processes import end_with_parent

STORE = Path("out") / "proof.jsonl"
# What costs most comes first, so that no worker is left with a long unit at the end.
ORDER = ("draws", "wrong", "right", "pair", "rewrite", "jailed", "mutant", "shortcut", "stub")
IN_SHORT = ("stub", "right", "wrong", "rewrite", "pair")


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
            ValueError, UnknownExercise: naming what is unknown and what there is.
        """
        given = tuple(kinds or (IN_SHORT if short else KINDS))
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
            units += _further(exercise_id, self.kinds)
        chosen = [unit for unit in units if unit.kind in self.kinds]
        return sorted(chosen, key=lambda unit: (unit.part, ORDER.index(unit.kind)))


def prove(plan: Plan, workers: int, store: Path = STORE, minutes: float = math.inf) -> Report:
    """Try everything that was not tried yet on the files as they are.

    Args:
        plan: what to try.
        workers: processes side by side.
        store: JSON lines of finished units; those that rest on other files do not count.
        minutes: begin nothing after that long; the report says how much is left.

    Raises:
        ValueError, OSError, NoMutationTool: bad input.
    """
    if workers < 1:
        raise ValueError(f"--workers is {workers}; at least 1 has to work.")
    units = plan.units
    kept = _kept(store)
    done = {unit.key: kept.get((unit.key, _version(unit, plan.amount))) for unit in units}
    missing = [unit for unit in units if done[unit.key] is None]
    if missing and minutes > 0:
        done |= _tried(missing, plan.amount, workers, store, minutes)
    left = [unit for unit in units if done[unit.key] is None]
    rows = [row for unit in units for row in done[unit.key] or ()]
    return Report(plan, rows, left)


def result_of(unit: Unit, amount: Amount) -> list[dict]:
    """Try one unit of any kind; what came out is plain data, a row for all that was tried."""
    if unit.kind in IN_SHORT:
        return bank_result(unit, amount)
    return [{**asdict(unit), **_further_result(unit)}]


def _further_result(unit: Unit) -> dict:
    if unit.kind == "jailed":
        from autograder.proof.jailed import compared, sample

        return compared(sample(unit.exercise_id)[unit.number])
    if unit.kind == "mutant":
        from autograder.proof.mutants import tried

        return tried(unit.exercise_id, unit.number)
    if unit.kind == "shortcut":
        from autograder.proof.shortcuts import best_of

        return best_of(unit.exercise_id)
    from autograder.proof.draws import checks, simulated

    return simulated(checks()[unit.number])


def _named(word: str) -> tuple:
    """The exercises that "2.1" or "2" stands for."""
    return registry.of_lesson(int(word)) if word.isdigit() else (registry.get(word),)


def _further(exercise_id: str, kinds: tuple[str, ...]) -> list[Unit]:
    """The units of an exercise that are not of the bank alone."""
    units = []
    if "jailed" in kinds:
        from autograder.proof.jailed import sample

        units += [Unit("jailed", exercise_id, n) for n in range(len(sample(exercise_id)))]
    if "mutant" in kinds:
        from autograder.proof.mutants import mutants

        units += [Unit("mutant", exercise_id, n) for n in range(len(mutants(exercise_id)))]
    if "shortcut" in kinds:
        units.append(Unit("shortcut", exercise_id))
    if "draws" in kinds:
        from autograder.proof.draws import checks

        places = [n for n, check in enumerate(checks()) if check.exercise_id == exercise_id]
        units += [Unit("draws", exercise_id, n) for n in places]
    return units


def _version(unit: Unit, amount: Amount) -> str:
    """What a result rests on: the files, and the number of seeds."""
    digest = version.digest(unit.kind, registry.get(unit.exercise_id).lesson)
    counts = (amount.right_quick, amount.right, amount.wrong, amount.rewrite, amount.pair)
    most_slow = (f"{kind} {most}" for kind, most in amount.most_slow.items())
    seeds = " ".join([*map(str, counts), *most_slow]) if unit.kind in IN_SHORT else ""
    return digest + seeds


def _kept(store: Path) -> dict[tuple[str, str], list[dict]]:
    """Finished units by key and version. A line that a kill cut off does not count."""
    found = {}
    try:
        lines = store.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    for line in lines:
        try:
            item = json.loads(line)
            found[item["key"], item["of"]] = item["result"]
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _tried(
    missing: list[Unit], amount: Amount, workers: int, store: Path, minutes: float
) -> dict[str, list[dict]]:
    store.parent.mkdir(parents=True, exist_ok=True)
    progress = Progress(len(missing), verb="tried")
    found = {}
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(missing)), context, initializer=_quiet)
    try:
        with open(store, "a", encoding="utf-8") as file:
            # Ends a line that an earlier run was killed in.
            file.write("\n")
            waiting = {pool.submit(result_of, unit, amount): unit for unit in missing}
            over = time.monotonic() + 60 * minutes
            for future in as_completed(waiting):
                unit = waiting[future]
                result = found[unit.key] = future.result()
                kept = {"key": unit.key, "of": _version(unit, amount), "result": result}
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")
                file.flush()
                progress.step()
                if time.monotonic() > over:
                    break
    finally:
        progress.close()
        pool.shutdown(wait=True, cancel_futures=True)
    return found


def _quiet() -> None:
    """One thread a worker: there are as many workers as processors. It ends with its parent."""
    end_with_parent()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
