"""Which two mistakes are worth trying together, where every trial is slow.

What a learner answered is taken apart: an entry of a record of facts is one part, an array is one.
Two mistakes that sit in different places leave their marks on different parts, so the more parts
show what one of the two leaves there, and nothing where neither does, the likelier both were made.
Only a trial tells; this says which to try.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from autograder.values import same

Parts = Mapping[tuple, object]
Name = TypeVar("Name", bound=Hashable)
# Of hundreds; a trial takes seconds.
MOST_TRIED = 6
_NOTHING = object()


def parts_of(answers: Iterable) -> dict[tuple, object]:
    """Answers in a row, taken apart: (place, key, …) → number, word or array."""
    return dict(_parts((), list(answers)))


def promising(
    told: Parts, right: Parts, single: Mapping[Name, Parts], pairs: Iterable[tuple[Name, Name]]
) -> list[tuple[Name, Name]]:
    """The pairs that explain more parts than either of the two does, the best first.

    Args:
        told: what the learner answered.
        right: what a right answer says.
        single: what each mistake by itself says.
        pairs: those that could be made together.
    """
    marks = {name: _marks(parts, right) for name, parts in single.items()}
    alone = {name: _explained(told, right, [mark]) for name, mark in marks.items()}
    found = [
        (_explained(told, right, [marks[one], marks[other]]), one, other) for one, other in pairs
    ]
    better = [item for item in found if item[0] > max(alone[item[1]], alone[item[2]])]
    better.sort(key=lambda item: -item[0])
    return [(one, other) for _, one, other in better[:MOST_TRIED]]


def _parts(at: tuple, answer) -> Iterable[tuple[tuple, object]]:
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


def _explained(told: Parts, right: Parts, marks: Sequence[Parts]) -> int:
    """How many parts say what one of the mistakes leaves there, or what is right without any."""
    count = 0
    for at, answer in told.items():
        expected = [mark[at] for mark in marks if at in mark] or [right.get(at, _NOTHING)]
        count += any(_alike(answer, one) for one in expected)
    return count


def _alike(one, other) -> bool:
    if one is _NOTHING or other is _NOTHING:
        return one is other
    if isinstance(one, Exception) or isinstance(other, Exception):
        return type(one) is type(other) and str(one) == str(other)
    return same(one, other)
