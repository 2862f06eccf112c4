"""Right answers in many styles, and named wrong ones in a second style, as learners write them.

Each lesson has one file of cells (`lesson_N.cells.py`, the percent format that editors and
jupytext know). A cell defines every answer of its exercise and says in its first line what it is:

    # %% 2.1 variant: with keras.ops
    # %% 2.1 rewrite: sign flipped

A variant is right and must earn full marks. A rewrite has the misconception of that name, written
with other operations or another structure than the bank's own, and must be diagnosed as it.
"""

from __future__ import annotations

import importlib.resources
import re
import types
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from autograder import exercises
from autograder.diagnosis import references
from autograder.intake.released import release
from autograder.running import run_cell

HEAD = re.compile(r"^# %% (?P<id>\d+\.\d+) (?P<kind>variant|rewrite): (?P<name>.+)$", re.MULTILINE)
# What the set-up cell of every lesson hands out, and what some hand out besides.
IMPORTS = "import keras\nimport numpy as np\nimport tensorflow as tf\n"
MORE_IMPORTS = {
    3: "from bvae_ref.kl import kl_divergence\nfrom bvae_ref.networks import build_decoder, "
    "build_encoder\nfrom bvae_ref.sampling import Sampling\n",
    4: "from bvae_ref.model import DisentangledVAE\n",
}


@dataclass(frozen=True)
class Written:
    """One answer of the bank as text.

    Attributes:
        exercise_id: such as "2.1".
        kind: "variant" or "rewrite".
        name: what is different about a variant; the misconception's name of a rewrite.
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
    """The right answers of an exercise beside its reference."""
    return _of(exercise_id, "variant")


def rewrites(exercise_id: str) -> tuple[Written, ...]:
    """The wrong answers of an exercise in a second style."""
    return _of(exercise_id, "rewrite")


def set_up(lesson: int) -> str:
    """The imports that answers of a lesson can count on."""
    return IMPORTS + MORE_IMPORTS.get(lesson, "")


def stub(exercise_id: str) -> Written:
    """The cell that learners get."""
    cells = release(exercises.get(exercise_id).lesson).cells
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
    exercise = exercises.get(exercise_id)
    module = types.ModuleType("__main__")
    run_cell(set_up(exercise.lesson), f"<set-up of lesson {exercise.lesson}>", module)
    module.__dict__.update(references(exercise.needs))
    return module


@cache
def of_lesson(lesson: int) -> tuple[Written, ...]:
    """Everything written down for a lesson.

    Raises:
        ValueError: text before the first cell, or a cell whose first line is no head.
    """
    name = f"lesson_{lesson}.cells.py"
    text = (importlib.resources.files("autograder.bank") / name).read_text(encoding="utf-8")
    before, *cells = re.split(r"^(?=# %%)", text, flags=re.MULTILINE)
    if before.strip():
        raise ValueError(
            f"{name} begins with {before[:40]!r}; expected a line `# %% 2.1 variant: …`."
        )
    return tuple(_written(name, cell) for cell in cells)


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
    lesson = exercises.get(exercise_id).lesson
    items = of_lesson(lesson)
    return tuple(i for i in items if i.exercise_id == exercise_id and i.kind == kind)
