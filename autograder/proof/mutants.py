"""Generic mutants of the solutions, made by cosmic-ray: small edits that nobody thought of.

Every operator of cosmic-ray that needs no arguments is used but those that put a bitwise
operator in place of an arithmetic one: on floating-point tensors those only raise, and would
swell the count of the killed.
"""

from __future__ import annotations

import difflib
import re
from functools import cache

from autograder.exercise import registry
from autograder.intake.course_texts import solutions
from autograder.proof.jailed import jailed_verdict
from autograder.proof.units import FIRST_SEED

BITWISE = re.compile(r"Bit|Shift|Invert")
SEEDS = 3


class NoMutationTool(RuntimeError):
    """cosmic-ray is not installed."""


@cache
def mutants(exercise_id: str) -> tuple[tuple[str, str], ...]:
    """Every mutant of an exercise's solution, as (operator, source), none twice.

    Raises:
        NoMutationTool: saying what to install.
    """
    try:
        from cosmic_ray.mutating import mutate_code
        from cosmic_ray.plugins import get_operator, operator_names
    except ImportError:
        raise NoMutationTool(
            "Mutants are made by cosmic-ray, which is not installed: pip install cosmic-ray, or "
            "leave them out with --kinds."
        ) from None
    source = solutions()[exercise_id]
    found: dict[str, str] = {}
    for name in sorted(operator_names()):
        if BITWISE.search(name) or name.endswith(("VariableReplacer", "VariableInserter")):
            continue
        occurrence = 0
        while mutant := mutate_code(source, get_operator(name)(), occurrence):
            found.setdefault(mutant, name)
            occurrence += 1
    return tuple((name, mutant) for mutant, name in found.items() if mutant != source)


def tried(exercise_id: str, number: int) -> dict:
    """Whether the tests reject a mutant, in the jail, on each of a few seeds."""
    operator, source = mutants(exercise_id)[number]
    change = changed_line(solutions()[exercise_id], source)
    seeds = range(FIRST_SEED, FIRST_SEED + SEEDS)
    passed = [seed for seed in seeds if jailed_verdict(exercise_id, source, seed).passed]
    return {
        "name": change,
        "operator": operator.partition("/")[2],
        "passed": passed,
        "reason": reasons().get((exercise_id, change), "") if passed else "",
    }


@cache
def reasons() -> dict[tuple[str, str], str]:
    """(exercise id, "old → new") → why this mutant is a right answer too."""
    lessons = registry.course().lessons
    return {k: v for lesson in lessons for k, v in registry.equivalent_mutants(lesson).items()}


def changed_line(before: str, after: str) -> str:
    """The lines that a mutation changed, as "old → new"."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    old, new = ([line[2:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
    return f"{'; '.join(old)} → {'; '.join(new)}"
