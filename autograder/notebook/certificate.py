"""The certificate for passing every exercise: what it says, and where it is saved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from autograder.exercise.course import Course
from autograder.notebook.progress_file import write_alone
from autograder.views.certificate import Certificate, certificate_page
from autograder.views.progress import Row


def certificate_of(name: str, rows: Sequence[Row], course: Course) -> Certificate:
    """The certificate over exercises that have all passed."""
    counts = Counter(row.exercise.lesson for row in rows)
    days = [row.entry["passed_on"] for row in rows if row.entry["passed_on"]]
    return Certificate(
        course=course.title,
        subtitle=course.subtitle,
        seal=course.seal,
        name=name,
        lessons=tuple((lesson, title, counts[lesson]) for lesson, title in course.lessons.items()),
        points=sum(row.exercise.points for row in rows),
        hints=sum(row.entry["hints"] for row in rows),
        seconds=sum(row.entry["seconds"] for row in rows),
        day=date.fromisoformat(max(days)) if days else date.today(),
    )


def written(certificate: Certificate) -> str:
    """Save the certificate next to the notebook, and say where it is."""
    page = Path("certificate.html")
    try:
        write_alone(page, certificate_page(certificate))
    except OSError as error:
        return (
            f"The certificate could not be saved next to the notebook ({error.strerror}), so it "
            "is only shown here."
        )
    return f"You have passed the whole course. `{page}`, next to this notebook, is yours to print."
