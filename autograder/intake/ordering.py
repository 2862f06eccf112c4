"""The order in which statements run: as in the notebook, but nothing before what it needs."""

from __future__ import annotations

import builtins
import heapq
from collections import defaultdict
from dataclasses import dataclass

from autograder.intake.statements import Statement

BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True, eq=False)
class Step:
    """A statement at its place: (position of the cell, index in it)."""

    place: tuple[int, int]
    statement: Statement


def in_running_order(steps: list[Step], given: set[str]) -> list[Step]:
    """Sort statements so that names are there when they are read.

    Args:
        steps: in the order of the notebook.
        given: names that are there before.

    A statement waits until each name that it reads at once is given by some statement, and
    until earlier definitions of its own names are done. Where that cannot be, as in a circle,
    the first one goes ahead.
    """
    blockers = _blockers(steps, given)
    waiting: dict[object, list[int]] = defaultdict(list)
    for number, wanted in enumerate(blockers):
        for blocker in wanted:
            waiting[blocker].append(number)
    ready = [number for number, wanted in enumerate(blockers) if not wanted]
    ordered: list[Step] = []
    done: set[int] = set()
    stuck = iter(range(len(steps)))
    while len(ordered) < len(steps):
        number = heapq.heappop(ready) if ready else next(n for n in stuck if n not in done)
        if number in done:
            continue
        done.add(number)
        ordered.append(steps[number])
        for event in (number, *steps[number].statement.binds):
            for other in waiting.pop(event, ()):
                blockers[other].discard(event)
                if not blockers[other]:
                    heapq.heappush(ready, other)
    return ordered


def _blockers(steps: list[Step], given: set[str]) -> list[set]:
    """For each step what must come before: names as text, steps as numbers."""
    binders: dict[str, list[int]] = defaultdict(list)
    blockers: list[set] = []
    for number, step in enumerate(steps):
        blockers.append({binders[name][-1] for name in step.statement.binds if binders[name]})
        for name in step.statement.binds:
            binders[name].append(number)
    for number, step in enumerate(steps):
        for name in step.statement.now - given - BUILTINS:
            if any(other != number for other in binders.get(name, ())[:2]):
                blockers[number].add(name)
    return blockers
