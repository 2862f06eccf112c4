"""What a course says about itself: its name, its lessons, its address and its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Course:
    """A course, as its package declares it under the name `COURSE`.

    Everything else is found beside it: the folder `lesson_N/` holds the exercises of lesson N
    (see `registry.of_lesson`), and `releases.json`, `solutions.json` and `rubrics.json` are
    derived from its notebooks by `python -m autograder.authoring.deriving`.

    Attributes:
        id: nbgrader's course id, and the course's mark in the metadata of graded notebooks.
        title: its name for people.
        lessons: number → title, in course order.
        repository: address of its repository; notebooks install the package from there.
        placeholder: OWNER/REPO of an address that stands for none.
        branch: the branch that learners' notebooks are opened from.
        subtitle: a line for the certificate; `{}` stands for the number of lessons.
        seal: a letter or two for the certificate's seal.
        closed: top-level packages that graded code may import only as far as its lesson's
            set-up cell hands them out; the course's own package and the engine always are.
    """

    id: str
    title: str
    lessons: Mapping[int, str]
    repository: str
    placeholder: str = ""
    branch: str = "main"
    subtitle: str = ""
    seal: str = "✓"
    closed: tuple[str, ...] = ()

    @property
    def has_address(self) -> bool:
        """Whether its links lead to a repository of its own."""
        return not self.placeholder or not self.repository.endswith(f"/{self.placeholder}")

    @property
    def mark(self) -> str:
        """The key of the course's entry in a notebook's metadata."""
        return self.id.replace("-", "_")
