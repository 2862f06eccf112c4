"""Generic mutants of right answers: small edits that nobody thought of.

The solution and every variant of the bank are edited, by all operators of cosmic-ray that need no
arguments but those that put a bitwise operator in place of an arithmetic one: on floating-point
tensors those only raise, and would swell the count of the killed. An edit of our own cuts the
gradient of one argument. Editing all answers takes minutes, so edits are kept in a file.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.exercise import registry
from autograder.intake.course_texts import solutions
from autograder.judging import bank
from autograder.judging.judge import judge
from autograder.proof.jailed import answering
from autograder.proof.units import FIRST_SEED
from bvae_ref.writing import write_whole

KEPT = Path("out") / "mutants"
BITWISE = re.compile(r"Bit|Shift|Invert")
CUTS_GRADIENT = "CutGradient"
SEEDS = 3


class NoMutationTool(RuntimeError):
    """cosmic-ray is not installed."""


@dataclass(frozen=True)
class Mutant:
    """One edit of a right answer.

    Attributes:
        of: the variant's name, or "solution".
        operator: what made it.
        source: the edited answer.
        change: the lines that differ, as "old → new".
    """

    of: str
    operator: str
    source: str
    change: str


@cache
def mutants(exercise_id: str) -> tuple[Mutant, ...]:
    """Every mutant of an exercise's solution, then of its variants; no text twice.

    Raises:
        NoMutationTool: saying what to install.
    """
    origins = [("solution", solutions()[exercise_id])]
    origins += [(variant.name, variant.source) for variant in bank.variants(exercise_id)]
    right = {source for _, source in origins}
    found: dict[str, Mutant] = {}
    for of, source in origins:
        for operator, edited in _edits(source):
            if edited not in right and edited not in found:
                change = changed_line(source, edited)
                found[edited] = Mutant(of, operator, edited, change)
    return tuple(found.values())


def _edits(source: str) -> list[tuple[str, str]]:
    """(operator, edited source), of this run or one before."""
    try:
        rests_on = f"{version('cosmic-ray')} {Path(__file__).read_text(encoding='utf-8')} {source}"
    except PackageNotFoundError:
        raise NoMutationTool(
            "Mutants are made by cosmic-ray, which is not installed: pip install cosmic-ray, or "
            "leave them out with --kinds."
        ) from None
    path = KEPT / f"{hashlib.sha256(rests_on.encode()).hexdigest()[:20]}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = [*_by_cosmic_ray(source), *_without_a_gradient(source)]
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json.dumps(found).encode())
        return found


def _by_cosmic_ray(source: str) -> Iterator[tuple[str, str]]:
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    for name in sorted(operator_names()):
        if BITWISE.search(name) or name.endswith(("VariableReplacer", "VariableInserter")):
            continue
        occurrence = 0
        while mutant := mutate_code(source, get_operator(name)(), occurrence):
            yield name.partition("/")[2], mutant
            occurrence += 1


def _without_a_gradient(source: str) -> Iterator[tuple[str, str]]:
    """The answer with a first line `x = tf.stop_gradient(x)`, for each argument x."""
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef) or node.name == "__init__":
            continue
        first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
        if first.lineno == node.lineno:
            continue
        for name in (item.arg for item in node.args.args if item.arg != "self"):
            cut = f"{' ' * first.col_offset}{name} = tf.stop_gradient({name})\n"
            place = first.lineno - 1
            yield CUTS_GRADIENT, "".join([*lines[:place], cut, *lines[place:]])


def tried(exercise_id: str, number: int) -> dict:
    """Whether the tests reject a mutant, in the jail, on each of a few seeds.

    Where the exercise trains networks, one seed that rejects it is enough.
    """
    mutant = mutants(exercise_id)[number]
    passed = []
    with answering(exercise_id, mutant.source) as student:
        for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
            if judge(exercise_id, student, seed, explained=False).passed:
                passed.append(seed)
            elif registry.get(exercise_id).slow:
                break
    return {
        "name": mutant.change,
        "of": mutant.of,
        "operator": mutant.operator,
        "passed": passed,
        "reason": reason(exercise_id, mutant.change) if passed else "",
    }


def reason(exercise_id: str, change: str) -> str:
    """Why a mutant is a right answer too; "" where nobody knows."""
    if (exercise_id, change) in reasons():
        return reasons()[exercise_id, change]
    forms = registry.equivalent_forms(registry.get(exercise_id).lesson)
    return next(
        (
            why
            for exercises, pattern, why in forms
            if re.fullmatch(exercises, exercise_id) and re.fullmatch(pattern, change, re.DOTALL)
        ),
        "",
    )


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
