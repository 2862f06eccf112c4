"""What a learner reads about the spots that a change would mend."""

from __future__ import annotations

from autograder.judging.mutations import BRACKETS, Edit, Spot
from autograder.judging.verdict import Mistake

TOO_MANY = ("step too many", "definition too many")
LOOK = {
    "number of steps, by one": "Count it for three by hand: is it one too many, or too few?",
    "axis": "Over which axis should be summed or averaged there, and which shape should be left?",
    "index": "Which element is meant there, and is it the same one in every round of the loop?",
    "operator": "Is that the operation in the formula?",
    "sign": "Which sign does the formula have there?",
    "order": "Are the two in the right order?",
    BRACKETS: "Which parts of the formula stand inside the brackets there, and which outside?",
    "part too many": "Does the formula have both of these parts?",
    "call too many": "Is that function needed there?",
    "argument too many": "Does that call need all of its arguments?",
    "list of parameters": "Compare its parameters with those of the stub.",
    "place of the `return`": "How far is the `return` indented?",
    "something still to be done with the result": "What still has to be done with it?",
}


def told(edit: Edit, slow: bool = False) -> Mistake:
    """What to say about a version that makes every test pass.

    Args:
        slow: only the tests that did not pass were tried.
    """
    holds = "what fails now would pass" if slow else "every check would pass"
    if len(edit.spots) == 1:
        return _of_one(edit.spots[0], holds)
    one, other = edit.spots[:2]
    if one.text == other.text and one.kind == other.kind:
        lines = sorted({spot.line for spot in edit.spots})
        numbered = f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"
        places = numbered if lines[1:] else f"line {one.line}"
        return Mistake(
            f"the same spot more than once, in {places}",
            f"Everything is right except for one thing: `{one.text}` in {places}. With one change "
            f"to it wherever it stands there, {holds}.",
            LOOK.get(one.kind, "What should it do, and what does it do?"),
        )
    if other.kind == "sign or factor of":
        return Mistake(
            f"line {one.line}, and the sign or a factor",
            f"Two things keep this from being right: {_where(one)} and, in what `{other.text}` "
            "returns, the sign or a factor of two.",
            "Take them one at a time, with the formula beside them.",
        )
    name = f"two spots: line {one.line} and line {other.line}"
    return Mistake(
        f"two spots in line {one.line}" if one.line == other.line else name,
        f"Two spots keep this from being right: {_where(one)} and {_where(other)}. With both put "
        f"right, {holds}.",
        "Take them one at a time, with the docstring beside them.",
    )


def told_either(one: Edit, other: Edit) -> Mistake:
    """What to say where a change in either of two lines makes every test pass."""
    first, second = sorted((one.spots[0], other.spots[0]), key=lambda spot: spot.line)
    return Mistake(
        f"line {first.line} or line {second.line}",
        f"Everything is right except for one thing: with one change to {_where(first)}, or to "
        f"{_where(second)}, every check would pass.",
        "Print what stands there, and compare it with what you work out by hand.",
    )


def told_of_a_part(edit: Edit) -> Mistake:
    """What to say about a version that makes some of the failed tests pass and breaks none."""
    places = " and ".join(map(_where, edit.spots))
    first = edit.spots[0]
    return Mistake(
        f"line {first.line}, and something else",
        f"One of the mistakes is here: {places}. Correcting it makes some of the failed checks "
        "pass; the others have another cause.",
        "Start with this one, and run the check again.",
    )


def _of_one(spot: Spot, holds: str) -> Mistake:
    if spot.kind == "method missing":
        return Mistake(
            f"{spot.text} is missing",
            f"`{spot.text}` is missing; with it, {holds}.",
            f"What should `{spot.text}` do? See the stub and its docstring.",
        )
    if spot.kind.startswith("step missing"):
        return Mistake(
            f"a missing step near line {spot.line}",
            f"What is there is right, but one step is missing {_after(spot)} of the cell.",
            "What has to happen there? Go through the docstring step by step.",
        )
    if spot.kind == "part missing beside":
        return Mistake(
            f"a missing part in line {spot.line}",
            f"What is there is right, but one part is missing: look next to `{spot.text}` in line "
            f"{spot.line} of the cell.",
            "Count the parts of the formula, and those of your line.",
        )
    if spot.kind in TOO_MANY:
        return Mistake(
            f"line {spot.line} is one too many",
            f"Without `{spot.text}` in line {spot.line} of the cell, {holds}.",
            "What does that line do, and is it asked for?",
        )
    return Mistake(
        f"{spot.kind} in line {spot.line}",
        f"Everything is right except for one spot: with one change to `{spot.text}` in line "
        f"{spot.line} of the cell, {holds}.",
        LOOK.get(spot.kind, f"Compare that {spot.kind} with the formula."),
    )


def _where(spot: Spot) -> str:
    line = f" in line {spot.line}" if spot.line else ""
    if spot.kind == "method missing":
        return f"`{spot.text}`, which is missing"
    if spot.kind.startswith("step missing"):
        return f"a step that is missing {_after(spot)}"
    if spot.kind == "part missing beside":
        return f"a part that is missing beside `{spot.text}`{line}"
    if spot.kind in TOO_MANY:
        return f"`{spot.text}`{line}, which is one too many"
    return f"`{spot.text}`{line}"


def _after(spot: Spot) -> str:
    place = "after" if spot.kind.endswith("after") else "at the start of"
    return f"{place} `{spot.text}` in line {spot.line}"
