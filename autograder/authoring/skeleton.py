"""The skeleton of a new exercise: its file, its cells for the bank, and its cells in the notebook.

Every place for the author to fill in begins with the word in `TO_WRITE`; tests look for it
and say what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

TO_WRITE = "WRITE:"


@dataclass(frozen=True)
class NewExercise:
    """What is known of an exercise before it is written.

    Attributes:
        id: such as "2.6".
        answer: the name that the learner defines.
        title: a few words, or "" for one to be written.
    """

    id: str
    answer: str
    title: str = ""

    @property
    def heading(self) -> str:
        """The title, or that it has to be written."""
        return self.title or f"{TO_WRITE} a title of a few words for {self.id}"

    @property
    def dashed(self) -> str:
        """The id as nbgrader's ids hold it, such as "2-6"."""
        return self.id.replace(".", "-")


def module_text(new: NewExercise) -> str:
    """The Python file of the exercise: one test, three hints, one misconception."""
    return MODULE.format(
        id=new.id,
        name=new.answer.upper(),
        answer=new.answer,
        title=new.heading,
        function=new.id.replace(".", "_"),
        to_write=TO_WRITE,
    )


def cells_text(new: NewExercise) -> str:
    """The file of right and wrong answers as learners write them: one variant."""
    return CELLS.format(id=new.id, answer=new.answer, to_write=TO_WRITE)


def notebook_cells(new: NewExercise, points: float = 1) -> list[dict]:
    """The notebook's cells: the task, the answer with its solution, and the locked check."""
    return [
        {
            "cell_type": "markdown",
            "id": f"task-{new.dashed}",
            "metadata": {},
            "source": TASK.format(title=new.heading, to_write=TO_WRITE),
        },
        _code(
            "solution",
            new,
            SOLUTION.format(answer=new.answer, to_write=TO_WRITE),
            grade=False,
            locked=False,
            solution=True,
        ),
        _code(
            "check",
            new,
            f'check("{new.id}")',
            grade=True,
            locked=True,
            solution=False,
            points=points,
        ),
    ]


def _code(role: str, new: NewExercise, source: str, **marks) -> dict:
    grade_id = f"{role}-{new.dashed}"
    marks |= {"grade_id": grade_id, "schema_version": 3, "task": False}
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": grade_id,
        "metadata": {
            "nbgrader": {**marks, "grade_id": grade_id, "schema_version": 3, "task": False}
        },
        "outputs": [],
        "source": source,
    }


MODULE = '''\
"""Exercise {id}: {to_write} in one line what it asks."""

from __future__ import annotations

import numpy as np

from autograder.exercise import expect
from autograder.exercise.declaration import Exercise, mistakes


def {answer}(x):
    """Reference: {to_write} what it returns, with shapes and units."""
    raise NotImplementedError("{to_write} a right answer")


def _mistaken(x):
    raise NotImplementedError("{to_write} the wrong answer that learners are likely to give")


{name} = Exercise(
    id="{id}",
    title="{title}",
    answers=("{answer}",),
    minutes=10,
    hints=(
        "{to_write} a nudge in the learner's own voice (“I'm not sure where to start.”)",
        "{to_write} the formula, or the shapes.",
        "{to_write} near-code: the answer with its decisive part left to the learner.",
    ),
    reference={{"{answer}": {answer}}},
    alternative="""# {to_write} another common way to write it, as code.""",
    misconceptions=mistakes(
        "{answer}",
        (
            "{to_write} its name in a few words",
            "{to_write} what happened, in a sentence.",
            "{to_write} what to look at next; never the answer.",
            _mistaken,
        ),
    ),
)


@{name}.test("{to_write} the property as a sentence, such as: ones give zero", points=1.0)
def test_{function}_property(student, rng):
    x = rng.normal(0.0, 1.0, (4, 3)).astype("float32")
    found = student.call("{answer}", x)
    expect.close(found, np.asarray({answer}(x)), "{to_write} what was tried, on what input")
'''

CELLS = """\
# %% {id} variant: {to_write} how this right answer differs from the solution
def {answer}(x):
    raise NotImplementedError("{to_write} a right answer in another style")
"""

TASK = """\
## {title}

{to_write} what the learner should do and why, with shapes and units, and one worked neighbour."""

SOLUTION = '''\
def {answer}(x):
    """{to_write} what it returns.

    Args:
        x: {to_write} shape, dtype, unit.

    Returns:
        {to_write} shape, dtype, unit.
    """
    ### BEGIN SOLUTION
    raise NotImplementedError("{to_write} the solution that learners see after a pass")
    ### END SOLUTION'''
