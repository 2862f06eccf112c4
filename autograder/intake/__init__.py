"""Notebooks as they really arrive: read, repaired, and the code to run taken out. Never runs code.

`read_content` does all of it; `parse` and `repair` are its two halves.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.reading import UnreadableNotebook, parse
from autograder.intake.repairing import Repaired, repair
from autograder.intake.shadows import shadowing
from autograder.intake.slicing import RUN, CodeCell

__all__ = [
    "RUN",
    "CodeCell",
    "Repaired",
    "Submission",
    "UnreadableNotebook",
    "parse",
    "read_content",
    "read_submission",
    "repair",
    "shadowing",
]


@dataclass(frozen=True)
class Submission:
    """A notebook as it is judged.

    Attributes:
        path: where it came from, for messages.
        lesson: the lesson's number.
        cells: the code of a graded run in running order, and what it leaves out.
        repairs: a sentence for the learner for each thing that was repaired.
        written: grade id of each hand-graded answer → the learner's text.
        notebook: the repaired notebook, format 4.5.
    """

    path: Path
    lesson: int
    cells: tuple[CodeCell, ...]
    repairs: tuple[str, ...] = ()
    written: dict[str, str] = field(default_factory=dict)
    notebook: dict = field(default_factory=dict)


def read_submission(path: str | Path) -> Submission:
    """Read and repair a notebook file.

    Raises:
        UnreadableNotebook: missing, no notebook, or of no lesson; the message says which, and
            what to do.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableNotebook(f"There is no file {path}; give the path of a notebook.") from None
    except OSError as error:
        raise UnreadableNotebook(
            f"{path} cannot be read ({error.strerror}); give the path of a notebook."
        ) from None
    try:
        return read_content(content, str(path))
    except UnreadableNotebook as error:
        raise UnreadableNotebook(f"{path}: {error}") from None


def read_content(content: bytes, name: str, lesson: int | None = None) -> Submission:
    """Read and repair a notebook that arrived as bytes.

    Args:
        content: the file.
        name: its name, for messages and as the last hint of its lesson.
        lesson: the lesson to judge it as, or None to find out.

    Raises:
        UnreadableNotebook: no notebook, or of no lesson, or of one that does not exist.
    """
    repaired = repair(parse(content), lesson, Path(name).name)
    return Submission(
        Path(name),
        repaired.lesson,
        repaired.cells,
        repaired.repairs,
        repaired.written,
        repaired.notebook,
    )
