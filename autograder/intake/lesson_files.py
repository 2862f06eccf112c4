"""The released notebooks as files: in a checkout, or with an installed course."""

from __future__ import annotations

from pathlib import Path

from autograder.exercise import registry


def lesson_files() -> dict[int, Path]:
    """Lesson number → its released notebook.

    Raises:
        FileNotFoundError: they were not installed with the course.
    """
    package = registry.package_folder(registry.course_package())
    # An install carries them in the package; in a checkout they lie at its top.
    for folder in (package, *package.parents[:2]):
        found = {
            lesson: folder / "lessons" / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
            for lesson in registry.course().lessons
        }
        if all(path.is_file() for path in found.values()):
            return found
    raise FileNotFoundError(
        f"There are no lessons next to {package}. Install the course from its wheel or repository."
    )


def further_notebooks() -> list[Path]:
    """The notebooks that are handed out beside the lessons' own folders, such as a showcase.

    Raises:
        FileNotFoundError: the lessons were not installed with the course.
    """
    own = {path.parent for path in lesson_files().values()}
    top = next(iter(own)).parent
    return sorted(path for path in top.glob("*/*.ipynb") if path.parent not in own)
