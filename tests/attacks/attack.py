"""What an attack is: a hostile lesson 1, and the points that its honest answers earn."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from coursework import grade_id, notebook

# The honest part of most attacks: 1.3 is solved, 1.2 and 1.4 are left as they came.
HONEST = ("1.3",)
EARNS = {"1.1": 0.0, "1.2": 0.0, "1.3": 1.5, "1.4": 0.0}

# What most answers to 1.1 are made of: an attempt whose outcome leaves as an error message.
TELL = """
def reparameterize(mean, log_var, eps):
    raise RuntimeError("LOOT " + str(loot())[:1500])
"""


@dataclass(frozen=True)
class Attack:
    """One hostile submission of lesson 1.

    Attributes:
        name: what it tries, in words.
        cell: code of a cell of its own, before the answers.
        answer: code in place of the answer to 1.1.
        honest: exercises answered as in the solution.
        earns: points by exercise.
        others: code in place of the answers to other exercises, by id.
        more: cells of its own at the notebook's end.
    """

    name: str
    cell: str = ""
    answer: str = TELL
    honest: tuple[str, ...] = HONEST
    earns: dict = field(default_factory=lambda: dict(EARNS))
    others: Mapping[str, str] = field(default_factory=dict)
    more: Callable[[], list[dict]] | None = None

    def notebook(self, places: dict[str, str]) -> dict:
        """The submission, with names such as @SECRET_FILE@ replaced by what they stand for."""
        data = copy.deepcopy(notebook("lessons", 1))
        solved = {grade_id(cell): cell["source"] for cell in notebook("solutions", 1)["cells"]}
        cells = []
        for cell in data["cells"]:
            name = grade_id(cell)
            exercise = name.removeprefix("solution-").replace("-", ".")
            if name == "solution-1-1":
                if self.cell:
                    # Intake runs what answers need; what is hidden in exec it has to run.
                    cells.append(code_cell(f"exec({_filled(self.cell, places)!r})"))
                cell["source"] = _filled(self.answer, places)
            elif exercise in self.others:
                cell["source"] = _filled(self.others[exercise], places)
            elif exercise in self.honest:
                cell["source"] = solved[name]
            cells.append(cell)
        data["cells"] = cells + (self.more() if self.more else [])
        return data


def code_cell(source: str, cell_id: str = "hostile0") -> dict:
    """A code cell of format 4.5."""
    return {
        "cell_type": "code",
        "id": cell_id,
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def _filled(source: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        source = source.replace(f"@{name}@", value)
    return source
