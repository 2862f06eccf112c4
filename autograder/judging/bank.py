"""Right answers in many styles, and named wrong ones in a second style, as learners write them.

A lesson's folder holds them in files of cells (`….cells.py`, the percent format that editors and
jupytext know). A cell defines every answer of its exercise and says in its first line what it is:

    # %% 2.1 variant: with keras.ops
    # %% 2.1 rewrite: sign flipped
    # %% 2.1 shortcut: a table of the questions in the feedback

A variant is right and must earn full marks. A rewrite has the misconception of that name, written
with operations or a structure other than the bank's, and must be diagnosed as such. A
shortcut avoids what the exercise teaches and must earn next to nothing; it may leave answers
out.
"""

from __future__ import annotations

import importlib.resources
import re
import types
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from autograder.exercise import registry
from autograder.intake.handed_out import set_up_imports
from autograder.intake.released import release
from autograder.judging.diagnosis import references
from autograder.judging.running import run_cell

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

ENDING = ".cells.py"
HEAD = re.compile(
    r"^# %% (?P<id>\d+\.\d+) (?P<kind>variant|rewrite|shortcut): (?P<name>.+)$", re.MULTILINE
)


@dataclass(frozen=True)
class Written:
    """One answer of the bank as text.

    Attributes:
        exercise_id: such as "2.1".
        kind: "variant", "rewrite" or "shortcut".
        name: what is different about a variant; the name of a rewrite's misconception; how a
            shortcut avoids the skill.
        source: code that defines every answer of the exercise.
    """

    exercise_id: str
    kind: str
    name: str
    source: str

    @property
    def title(self) -> str:
        """A name that no other has."""
        return f"{self.exercise_id} {self.kind}: {self.name}"


def variants(exercise_id: str) -> tuple[Written, ...]:
    """The right answers to an exercise besides its reference."""
    return _of(exercise_id, "variant")


def rewrites(exercise_id: str) -> tuple[Written, ...]:
    """The wrong answers to an exercise in a second style."""
    return _of(exercise_id, "rewrite")


def shortcuts(exercise_id: str) -> tuple[Written, ...]:
    """Answers that were written without the skill and must earn next to nothing."""
    return _of(exercise_id, "shortcut")


def stub(exercise_id: str) -> Written:
    """The cell that learners get."""
    cells = release(registry.get(exercise_id).lesson).cells
    (source,) = (i.source for i in cells if (i.role, i.exercise) == ("solution", exercise_id))
    return Written(exercise_id, "stub", "as released", source)


def namespace(written: Written) -> dict[str, object]:
    """What a notebook holds after its set-up, right answers to what the exercise needs, and this.

    Raises:
        Exception: whatever the source raises.
    """
    module = _begun(written.exercise_id)
    run_cell(written.source, f"<{written.title}>", module)
    return module.__dict__


def stub_namespace(exercise_id: str) -> dict[str, object]:
    """The same with the released cell, which may stop at its own NotImplementedError."""
    module, written = _begun(exercise_id), stub(exercise_id)
    with suppress(NotImplementedError):
        run_cell(written.source, f"<{written.title}>", module)
    return module.__dict__


def _begun(exercise_id: str) -> types.ModuleType:
    """A notebook before the cell of an exercise is run."""
    exercise = registry.get(exercise_id)
    module = types.ModuleType("__main__")
    run_cell(set_up_imports(exercise.lesson), f"<set-up of lesson {exercise.lesson}>", module)
    module.__dict__.update(references(exercise.needs))
    return module


@cache
def of_lesson(lesson: int) -> tuple[Written, ...]:
    """Everything written down for a lesson.

    Raises:
        ValueError: text before the first cell, or a cell whose first line is no head.
    """
    files = [path for path in lesson_folder(lesson).iterdir() if path.name.endswith(ENDING)]
    return tuple(
        written for path in sorted(files, key=lambda path: path.name) for written in read(path)
    )


def lesson_folder(lesson: int) -> Traversable:
    """The folder of a lesson's exercises, as a resource that can be read."""
    return importlib.resources.files(registry.lesson_package(lesson))


def read(path: Traversable) -> list[Written]:
    """The answers in one file of cells.

    Raises:
        ValueError: text before the first cell, or a cell whose first line is no head.
    """
    before, *cells = re.split(r"^(?=# %%)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    if before.strip():
        raise ValueError(
            f"{path.name} begins with {before[:40]!r}; expected a line `# %% 2.1 variant: …`."
        )
    return [_written(path.name, cell) for cell in cells]


def _written(name: str, cell: str) -> Written:
    head = HEAD.match(cell)
    if not head:
        line = cell.splitlines()[0]
        raise ValueError(
            f"{name} has a cell that begins with {line!r}; expected `# %% ID variant: in a few "
            "words` or `# %% ID rewrite: the misconception's name`."
        )
    return Written(
        head["id"], head["kind"], head["name"].strip(), cell[head.end() :].strip() + "\n"
    )


def _of(exercise_id: str, kind: str) -> tuple[Written, ...]:
    lesson = registry.get(exercise_id).lesson
    items = of_lesson(lesson)
    return tuple(i for i in items if i.exercise_id == exercise_id and i.kind == kind)
