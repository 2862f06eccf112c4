"""Results as a table for spreadsheets: one row for each learner and exercise."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from autograder.views.data import diagnosis_of

COLUMNS = (
    *("learner", "learner_id", "file", "lesson", "exercise", "title"),
    *("points", "max_points", "outcome", "diagnosis"),
)
# A spreadsheet takes cells that begin so for formulas, the wide forms included.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def grades_csv(records: Iterable[dict]) -> str:
    """All exercises of all learners; every field quoted, lines ended by a line feed.

    A submission without exercises (no notebook, say) has one row, with its status as the
    outcome and the reason in the place of the diagnosis.
    """
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(COLUMNS)
    for record in records:
        writer.writerows([harmless(cell) for cell in row] for row in _rows(record))
    return out.getvalue()


def harmless(cell: object) -> str:
    """A cell's text; one that a spreadsheet would take for a formula gets a leading '."""
    text = "" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell)
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def _rows(record: dict) -> Iterable[Sequence]:
    who = (record["learner"], record["learner_id"], record["file"], record["lesson"])
    if not record["exercises"]:
        points = float(record["points"]), float(record["max_points"])
        yield (*who, "", "", *points, record["status"], record["reason"])
    for exercise in record["exercises"]:
        diagnosis = exercise["diagnosis"]
        yield (
            *who,
            exercise["id"],
            exercise["title"],
            float(exercise["points"]),
            float(exercise["max_points"]),
            exercise["outcome"],
            diagnosis_of(diagnosis).name if diagnosis else "",
        )
