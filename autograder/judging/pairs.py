"""Which two mistakes are worth trying together when every trial is slow.

What a learner answered is taken apart: an entry of a record of facts is one part, an array is one.
Two mistakes that sit in different places leave their marks on different parts, so the more parts
show what one of the two leaves there, and nothing where neither does, the likelier both were made.
Only a trial tells; this says which to try.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from autograder.exercise.values import same

Parts = Mapping[tuple, object]
Name = TypeVar("Name", bound=Hashable)
# Of hundreds; a trial takes seconds.
MOST_TRIED = 10
# What a part is worth that a mistake alone would have changed, and that is right; and that it
# would have changed in another way.
HIDDEN, CHANGED = 0.5, 0.25
_NOTHING = object()


def parts_of(answers: Iterable) -> dict[tuple, object]:
    """Answers in a row, taken apart: (place, key, …) → number, word or array."""
    return dict(_parts((), list(answers)))


def promising(
    told: Parts, right: Parts, single: Mapping[Name, Parts], pairs: Iterable[tuple[Name, Name]]
) -> list[tuple[Name, Name]]:
    """The pairs that explain no less than either of the two does, the best first.

    Args:
        told: what the learner answered.
        right: what a right answer says.
        single: what each mistake by itself says.
        pairs: those that could be made together.
    """
    odd = _marks(told, right).keys()
    marks = {name: _marks(parts, right) for name, parts in single.items()}
    touched = {name: len(odd & mark.keys()) for name, mark in marks.items()}
    alone = {name: _explained(told, right, [mark]) for name, mark in marks.items()}
    found = [
        (_explained(told, right, [marks[one], marks[other]]), one, other)
        for one, other in pairs
        if touched[one] and touched[other]
    ]
    good = [item for item in found if item[0] >= max(alone[item[1]], alone[item[2]])]
    # Of two that explain as much, the one of which both mistakes show.
    good.sort(key=lambda item: (-item[0], -min(touched[item[1]], touched[item[2]])))
    return [(one, other) for _, one, other in good[:MOST_TRIED]]


def _parts(at: tuple, answer) -> Iterable[tuple[tuple, object]]:
    items: Iterable[tuple[object, object]]
    if isinstance(answer, Mapping):
        items = answer.items()
    elif isinstance(answer, Sequence) and not isinstance(answer, (str, bytes)):
        items = enumerate(answer)
    else:
        yield at, answer
        return
    for key, item in items:
        yield from _parts((*at, key), item)


def _marks(parts: Parts, right: Parts) -> dict[tuple, object]:
    """Where a mistake says something else than a right answer."""
    return {
        at: parts.get(at, _NOTHING)
        for at in parts.keys() | right.keys()
        if not _alike(parts.get(at, _NOTHING), right.get(at, _NOTHING))
    }


def _explained(told: Parts, right: Parts, marks: Sequence[Parts]) -> float:
    """How many parts of the answers are explained by the marks of the mistakes."""
    return sum(
        _credit(answer, right.get(at, _NOTHING), [mark[at] for mark in marks if at in mark])
        for at, answer in told.items()
    )


def _credit(answer, right, marks: Sequence) -> float:
    if not marks:
        return _alike(answer, right)
    if any(_alike(answer, mark) for mark in marks):
        return 1.0
    # The other mistake may hide a mark; two marks at one place may make a third thing.
    return HIDDEN if _alike(answer, right) else CHANGED


def _alike(one, other) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    if isinstance(one, Exception) or isinstance(other, Exception):
        return type(one) is type(other) and str(one) == str(other)
    return same(one, other)
