"""nbgrader's grades in place of grading: who handed in what, with what the gradebook says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.batch.collect import Submission
from autograder.batch.matching import listed
from autograder.batch.nbgrader_tree import person_of, student_names

# Student's id in nbgrader, and the lesson.
Place = tuple[str, int]


@dataclass
class GradebookGrades:
    """What nbgrader knows.

    Attributes:
        results: of each student and lesson, as `grading.result` describes them, with the marks of
            written answers.
        feedback: nbgrader's folder of feedback pages; there need not be one.
    """

    results: Mapping[Place, dict]
    feedback: Path
    _places: dict[str, Place] = field(default_factory=dict)

    def of(self, submissions: tuple[Submission, ...]) -> tuple[dict[str, dict], list[str]]:
        """The results by submission's key, and sentences about what does not fit.

        A student is known to nbgrader by the name that `bvae collect` gives their folder.
        """
        names = student_names(submissions)
        self._places = {
            item.key: (names[person_of(item)], item.lesson)
            for item in submissions
            if item.lesson is not None
        }
        found = {
            key: self.results[place] for key, place in self._places.items() if place in self.results
        }
        without = [item.learner for item in submissions if item.key not in found]
        lessons = {item.lesson for item in submissions}
        used = set(self._places.values())
        others = [name for name, lesson in self._others(used) if lesson in lessons]
        said = []
        if without:
            said.append(
                f"Not in the gradebook ({len(without)}): {listed(without)}. Fill nbgrader's "
                "submitted/ with `bvae collect`, and run `nbgrader autograde`."
            )
        if others:
            said.append(f"In the gradebook without a file here ({len(others)}): {listed(others)}.")
        return found, said

    def _others(self, used: set[Place]) -> Iterable[Place]:
        return sorted(place for place in self.results if place not in used)

    def page(self, key: str) -> str | None:
        """The page that `nbgrader generate_feedback` wrote for a submission, or None."""
        if key not in self._places:
            return None
        student, lesson = self._places[key]
        name = f"lesson_{lesson}"
        path = self.feedback / student / name / f"{name}.html"
        return path.read_text(encoding="utf-8") if path.is_file() else None
