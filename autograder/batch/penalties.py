"""What lateness costs each submission, and which attempt is the best after that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autograder.batch.collect import Collection, Submission
from autograder.batch.matching import listed
from autograder.grading.lateness import LateRules
from autograder.views import number, total

# These mark what is late, and so say by their silence what is not.
MARKING = ("canvas",)


def with_penalty(record: dict, submission: Submission, rules: LateRules | None) -> dict:
    """The record with `late`, `late_words` and `penalty`, in points.

    Without rules, a platform's mark is shown and costs nothing, and nbgrader's own penalty counts.

    Args:
        record: with written answers' points.
        submission: what it is about.
        rules: what lateness costs.
    """
    if rules is None:
        penalty = float(record.get("gradebook_penalty", 0.0))
        late = submission.late or penalty > 0
        return {**record, "late": late, "late_words": "late" * late, "penalty": penalty}
    lateness = rules.lateness(
        submission.names(), record["lesson"], submission.handed_in, submission.late
    )
    cost = rules.cost(lateness, record["points"] + record.get("written_points", 0.0))
    words = lateness.words
    if cost:
        words += f": {number(cost)} point{'' if cost == 1 else 's'} off"
    notes = [*record["notes"], *([f"This submission is {lateness.note}."] if lateness.note else [])]
    return {**record, "late": lateness.late, "late_words": words, "penalty": cost, "notes": notes}


def refuse_one_for_all(rules: LateRules | None, collection: Collection) -> None:
    """One deadline is of one lesson.

    Raises:
        ValueError: it was given for a folder with several.
    """
    lessons = {item.lesson for item in collection.submissions if item.lesson is not None}
    if rules and None in rules.deadlines and len(lessons) > 1:
        raise ValueError(
            f"--deadline is one point in time, and the submissions are of {len(lessons)} lessons. "
            "Add --lesson, or write the deadlines into a file and give it with --late."
        )


def best_attempts(
    collection: Collection, results: dict[str, dict], rules: LateRules | None
) -> tuple[Collection, dict[str, dict]]:
    """Of several attempts that were all graded, the one with the most points after penalties.

    It takes the key under which all later runs, and marks of written answers, know the submission.
    Attempts with equal points: the newest. Results of other submissions stay as they are.
    """
    groups: dict[str, list[Submission]] = defaultdict(list)
    for item in collection.submissions:
        groups[item.attempt_of or item.key].append(item)
    kept, found = [], {}
    for key, attempts in groups.items():
        points = {item.key: _points(item, results.get(item.key), rules) for item in attempts}
        best = max(reversed(attempts), key=lambda item: points[item.key])
        others = [item.file for item in attempts if item is not best]
        note = f"Of {len(attempts)} attempts, {best.file} earned the most."
        kept.append(replace(best, key=key, notes=(*best.notes, *([note] if others else []))))
        if best.key in results:
            found[key] = results[best.key]
    return replace(collection, submissions=tuple(kept)), found


def _points(item: Submission, result: Mapping | None, rules: LateRules | None) -> float:
    if result is None:
        return -1.0
    record = {"notes": [], "lesson": item.lesson, **result}
    return total(with_penalty(record, item, rules))[0]


def about_lateness(
    records: Sequence[dict], submissions: Sequence[Submission], rules: LateRules
) -> list[str]:
    """Sentences for the instructor: who is late, and where a date is missing or fits nobody."""
    said = []
    late = [f"{r['learner']} ({r['late_words']})" for r in records if r["late"]]
    if late:
        said.append(f"Late ({len(late)}): {listed(late)}.")
    extended = [r["learner"] for r in records for note in r["notes"] if "taken as in time" in note]
    if extended:
        said.append(
            f"Marked late by the platform, but with an extension ({len(extended)}): "
            f"{listed(extended)}. The zip does not say when they handed in; look there."
        )
    unknown = [
        s.learner
        for s in submissions
        if rules.deadlines and s.handed_in is None and not s.late and s.platform not in MARKING
    ]
    if unknown:
        said.append(
            f"Nothing says when they handed in, so they count as in time ({len(unknown)}): "
            f"{listed(unknown)}."
        )
    nobody = rules.unused([s.names() for s in submissions])
    if nobody:
        said.append(f"Extensions that fit nobody here ({len(nobody)}): {listed(nobody)}.")
    return said
