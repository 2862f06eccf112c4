"""Which notebooks are closer to each other than to what the whole class wrote.

What is handed out or known to the course is common ground, and counts for nothing; of the rest, a
fingerprint counts the more the fewer have it, and nothing where most of the class do. So two who
share what nobody else wrote stand at the top, and what everybody found stands nowhere. Two
notebooks are never compared line by line before they are known to share something rare.

MOSS compares in this way (Schleimer, Wilkerson, Aiken 2003). Programs that do are services that
learners' work would have to be sent to, need Java or Node, or compare every pair of files and know
nothing of what a class has in common; `ast` and a table of fingerprints are all it takes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

from autograder.judging.fingerprints import Lines, Source

# So many learners who wrote the same have found it each by themselves, however large the class.
MOST_HOLDERS = 50
# What a pair has to share to be listed, in fingerprints that nobody else has: a line or two that
# two found independently is less.
LEAST_SHARED = 20.0
LEAST_SCORE = 15.0
MOST_PAIRS = 40
MOST_PASSAGES = 6
MOST_LINES = 30


@dataclass(frozen=True)
class Notebook:
    """One notebook to be compared.

    Attributes:
        learner: name to show; differs from every other's.
        cells: those that are not as they were released.
        own: fingerprint → where it stands, without the common ground.
    """

    learner: str
    cells: tuple[Source, ...]
    own: dict[int, Lines]


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a cell."""

    cell: int
    first: int
    text: str


@dataclass(frozen=True)
class Pair:
    """Two notebooks that share what few have.

    Attributes:
        learners: the two.
        shared: how many fingerprints they share, one that more than two have counting less.
        shares: what part of each one's own work that is, from 0 to 1.
        same: in which way all of it is the same, or "".
        passages: where, the longest first; the lines of the one beside those of the other.
    """

    learners: tuple[str, str]
    shared: float
    shares: tuple[float, float]
    same: str
    passages: tuple[tuple[Excerpt, Excerpt], ...]


@dataclass(frozen=True)
class Similar:
    """What was found in one lesson.

    Attributes:
        lesson: its number.
        notebooks: how many were compared.
        pairs: the closest first.
        more: how many further pairs are not listed.
    """

    lesson: int
    notebooks: int
    pairs: tuple[Pair, ...]
    more: int

    def groups(self) -> list[list[str]]:
        """Three or more learners who hang together by pairs, the largest group first."""
        group_of: dict[str, list[str]] = {}
        for one, other in (pair.learners for pair in self.pairs):
            mine = group_of.setdefault(one, [one])
            theirs = group_of.setdefault(other, [other])
            if mine is not theirs:
                mine += theirs
                group_of |= dict.fromkeys(theirs, mine)
        found = {id(group): sorted(group) for group in group_of.values() if len(group) > 2}
        return sorted(found.values(), key=lambda group: (-len(group), group))


def compare(lesson: int, notebooks: Sequence[Notebook]) -> Similar:
    """The pairs of a class that share what few others have."""
    holders = defaultdict(list)
    for number, notebook in enumerate(notebooks):
        for fingerprint in notebook.own:
            holders[fingerprint].append(number)
    weight = {key: _weight(len(who), len(notebooks)) for key, who in holders.items()}
    own = [sum(weight[key] for key in notebook.own) for notebook in notebooks]
    # Whole passages have the same holders, so pairs are counted once for each set of holders.
    together: Counter[tuple[int, ...]] = Counter()
    for key, who in holders.items():
        if len(who) > 1 and weight[key]:
            together[tuple(who)] += weight[key]  # type: ignore[assignment]  # not a whole number
    shared: dict[tuple[int, int], float] = defaultdict(float)
    for group, total in together.items():
        for pair in combinations(group, 2):
            shared[pair] += total
    scores = {
        pair: total * total / min(own[number] for number in pair)
        for pair, total in shared.items()
        if total >= LEAST_SHARED
    }
    found = [pair for pair, score in scores.items() if score >= LEAST_SCORE]
    found.sort(key=lambda pair: (-scores[pair], *(notebooks[n].learner for n in pair)))
    pairs = [
        _pair(notebooks[a], notebooks[b], shared[a, b], (own[a], own[b]), weight)
        for a, b in found[:MOST_PAIRS]
    ]
    return Similar(lesson, len(notebooks), tuple(pairs), len(found) - len(pairs))


def _weight(holders: int, everybody: int) -> float:
    """1 for what at most two have; less for each one more; 0 for what most of the class have."""
    if holders <= 2:
        return 1.0
    if holders > everybody / 2 or holders > MOST_HOLDERS:
        return 0.0
    return log(everybody / holders) / log(everybody / 2)


def _pair(
    one: Notebook,
    other: Notebook,
    shared: float,
    own: tuple[float, float],
    weight: dict[int, float],
) -> Pair:
    same = ""
    if _texts(one) == _texts(other):
        same = "the same text"
    elif one.own.keys() == other.own.keys():
        same = "the same but for names, comments and layout"
    rare = [key for key in one.own.keys() & other.own.keys() if weight[key]]
    return Pair(
        (one.learner, other.learner),
        shared,
        (shared / own[0], shared / own[1]),
        same,
        tuple(_passages(one, other, rare)),
    )


def _texts(notebook: Notebook) -> list[tuple[str, str]]:
    return [(cell.kind, cell.text.strip()) for cell in notebook.cells if cell.text.strip()]


def _passages(
    one: Notebook, other: Notebook, shared: Sequence[int]
) -> list[tuple[Excerpt, Excerpt]]:
    """The passages in which these fingerprints stand, those with most of them first."""
    passages: list[list[int]] = []
    end = Lines(-1, -1, -1)
    for key in sorted(shared, key=lambda key: (one.own[key], key)):
        place = one.own[key]
        if place.cell == end.cell and place.first <= end.last + 1:
            passages[-1].append(key)
            end = end._replace(last=max(end.last, place.last))
        else:
            passages.append([key])
            end = place
    passages.sort(key=len, reverse=True)
    return [
        (_excerpt(one, [one.own[k] for k in keys]), _excerpt(other, [other.own[k] for k in keys]))
        for keys in passages[:MOST_PASSAGES]
    ]


def _excerpt(notebook: Notebook, places: Sequence[Lines]) -> Excerpt:
    """The lines of these places in the cell that holds most of them."""
    held = Counter(place.cell for place in places)
    number = max(held, key=lambda cell: (held[cell], -cell))
    inside = [place for place in places if place.cell == number]
    first = min(place.first for place in inside)
    last = min(max(place.last for place in inside), first + MOST_LINES - 1)
    text = next(cell.text for cell in notebook.cells if cell.number == number)
    return Excerpt(number, first, "\n".join(text.split("\n")[first - 1 : last]))
