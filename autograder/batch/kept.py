"""Which earlier results count: those of the same work, or all but one learner's."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from autograder.batch.collect import Collection, Submission
from autograder.batch.store import Run, Store
from autograder.intake.people import name_forms


def kept_results(
    collection: Collection, store: Store, run: Run, require_isolation: bool
) -> dict[str, dict]:
    """Key → result of the same bytes, seed and version of the course.

    Args:
        require_isolation: results under lesser isolation do not count.
    """
    kept = {item.key: store.kept(item, run) for item in collection.submissions}
    return {
        key: result
        for key, result in kept.items()
        if result and not (require_isolation and _weak(result))
    }


def _weak(result: dict) -> bool:
    """Whether learner's code ran under less than full isolation."""
    return (result.get("isolation") or {}).get("level", "full") != "full"


def chosen(submissions: Sequence[Submission], wanted: str) -> list[Submission]:
    """The submissions of the one learner who is meant.

    Args:
        submissions: of everybody.
        wanted: the platform's id, or the name, in whatever order.

    Raises:
        ValueError: nobody, or more than one; the message names whom it may have meant.
    """
    by_id = [s for s in submissions if s.learner_id and s.learner_id.lower() == wanted.lower()]
    forms = name_forms(wanted)
    found = by_id or [s for s in submissions if forms & name_forms(_name(s))]
    people = sorted({f"{_name(s)} ({s.learner_id})" if s.learner_id else s.learner for s in found})
    if len(people) == 1:
        return found
    if people:
        raise ValueError(f"--only {wanted!r} fits more than one: {', '.join(people)}. Give the id.")
    near = get_close_matches(wanted, {s.learner for s in submissions}, 3, 0.5)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise ValueError(f"Nobody here is called {wanted!r}, as --only says.{hint}")


def _name(submission: Submission) -> str:
    """The learner's name without what tells two of one name apart."""
    return submission.learner.removesuffix(f" ({submission.learner_id})")


def standing(
    submissions: Sequence[Submission], without: Sequence[Submission], store: Store
) -> dict[str, dict]:
    """Key → the result that stands, of everybody else."""
    again = {submission.key for submission in without}
    found = {s.key: store.standing(s) for s in submissions if s.key not in again}
    return {key: result for key, result in found.items() if result}
