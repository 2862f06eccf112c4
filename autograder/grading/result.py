"""The result of one submission as plain data: the one place that knows its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.judging.verdict import Verdict
from autograder.judging.verdict_data import verdict_data


def result_data(
    name: str,
    lesson: int | None,
    status: str,
    reason: str = "",
    verdicts: Sequence[Verdict] = (),
    repairs: Sequence[str] = (),
    cell_errors: Sequence[Mapping] = (),
    written: Mapping[str, str] | None = None,
) -> dict:
    """A result (see `docs/instructors.md`); without verdicts it has 0 of 0 points.

    Whoever graded adds `isolation` and `seconds`.
    """
    return {
        "name": name,
        "lesson": lesson,
        "status": status,
        "reason": reason,
        "points": float(sum(verdict.points for verdict in verdicts)),
        "max_points": float(sum(verdict.max_points for verdict in verdicts)),
        "exercises": [verdict_data(verdict) for verdict in verdicts],
        "repairs": list(repairs),
        "cell_errors": list(cell_errors),
        "written": dict(written or {}),
        "isolation": None,
        "seconds": 0.0,
    }
