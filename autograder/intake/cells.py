"""A learner's cells in one form, whatever stood in the file, and which released cell each is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

from autograder.intake.released import Release, ReleasedCell, essence, known_code
from autograder.intake.statements import Code, Statement

# Where formats 1 to 4 keep the source of a cell.
SOURCE_KEYS = ("source", "input", "code", "text")
KINDS = {"code": "code", "markdown": "markdown", "raw": "raw", "heading": "markdown"}
_PURE_CHECK = re.compile(r"""check\(\s*["'](\d{1,3}\.\d{1,3})["']\s*\)(?:\s*;)?""")
# Characters of code in one notebook that are looked at.
MOST_CODE = 2_000_000


@dataclass
class Cell:
    """One cell of the learner's notebook.

    Attributes:
        number: its position in the notebook that arrived, from 1.
        marks: what stood under `nbgrader` in its metadata; {} when nothing usable did.
        ids: ids it carries: nbformat's, then Colab's.
        released: the released cell that it is or was, by nbgrader's id, other ids or source.
        by_source: whether only the source says so.
    """

    number: int
    kind: str
    source: str
    metadata: dict = field(default_factory=dict)
    marks: dict = field(default_factory=dict)
    ids: tuple[str, ...] = ()
    attachments: dict = field(default_factory=dict)
    released: ReleasedCell | None = None
    by_source: bool = False

    @cached_property
    def code(self) -> Code:
        """The source as Python."""
        return known_code(self.source)

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The top-level statements of a code cell."""
        return self.code.statements if self.kind == "code" else ()

    @property
    def role(self) -> str:
        """The role of the released cell that it is, else "other"."""
        return self.released.role if self.released else "other"

    @property
    def exercise(self) -> str:
        """The exercise of the released solution or check cell that it is, else ""."""
        return self.released.exercise if self.released else ""

    @property
    def is_broken(self) -> bool:
        """Whether it is code that Python cannot read."""
        return self.kind == "code" and not self.code.is_python

    @property
    def is_demo(self) -> bool:
        """Whether it is tagged as a demonstration, or is one of the lesson's."""
        tags = self.metadata.get("tags")
        return self.role == "demo" or (isinstance(tags, list) and "demo" in tags)

    @cached_property
    def is_untouched(self) -> bool:
        """Whether its source is the released one."""
        return self.released is not None and essence(self.source) == essence(self.released.source)

    def rewritten(self, source: str) -> Cell:
        """The same place in the notebook with another source, and no longer a released cell."""
        return Cell(self.number, self.kind, source, dict(self.metadata))

    def restored(self, released: ReleasedCell) -> Cell:
        """The cell as it was released, with the marks and ids that it came with."""
        return replace(self, kind=released.kind, source=released.source)


def cells_of(notebook: dict, repairs: list[str]) -> list[Cell]:
    """All cells that are cells at all, in order."""
    cells, odd, long = [], [], []
    total = 0
    found = notebook.get("cells")
    for number, data in enumerate(found if isinstance(found, list) else [], start=1):
        if not isinstance(data, dict):
            odd.append(number)
            continue
        cell = _cell(number, data)
        total += len(cell.source) if cell.kind == "code" else 0
        if total > MOST_CODE and cell.kind == "code":
            long.append(number)
            continue
        cells.append(cell)
    if odd:
        repairs.append(f"{_cells(odd)} left out: not in the form of a notebook cell.")
    if long:
        repairs.append(f"{_cells(long)} left out: the notebook contains too much code.")
    return cells


def _cells(numbers: list[int]) -> str:
    listed = ", ".join(map(str, numbers[:8])) + (", …" if len(numbers) > 8 else "")
    return f"Cell {listed} was" if len(numbers) == 1 else f"Cells {listed} were"


def _cell(number: int, data: dict) -> Cell:
    metadata = data.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    marks = metadata.pop("nbgrader", None)
    cell_type = data.get("cell_type")
    kind = KINDS.get(cell_type, "raw") if isinstance(cell_type, str) else "raw"
    source = _source(data)
    if cell_type == "heading" and source:
        level = data.get("level")
        depth = level if isinstance(level, int) and 1 <= level <= 6 else 1
        source = "#" * depth + " " + source
    ids = (data.get("id"), metadata.get("id"), metadata.get("outputId"))
    return Cell(
        number,
        kind,
        source,
        metadata,
        marks if isinstance(marks, dict) else {},
        tuple(item for item in ids if isinstance(item, str)),
        _attachments(data.get("attachments")),
    )


def _source(data: dict) -> str:
    """The cell's source as text with plain line ends that every later step can encode."""
    source = next((data[key] for key in SOURCE_KEYS if key in data), "")
    if isinstance(source, list):
        source = "".join(item for item in source if _is_text(item))
    if not _is_text(source):
        return ""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return source.encode("utf-8", errors="replace").decode("utf-8")


def _attachments(found: object) -> dict:
    """Pictures in a text cell: name → type → data."""
    items = found.items() if isinstance(found, dict) else ()
    return {
        name: bundle
        for name, bundle in items
        if isinstance(bundle, dict) and all(map(_is_text, bundle.values()))
    }


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def identify(cells: list[Cell], release: Release) -> None:
    """Say of each cell which released cell it is: by nbgrader's id, other ids, then source."""
    for cell in cells:
        cell.released = _by_ids(cell, release)
        if cell.released is None:
            cell.released = _by_source(cell, release)
            cell.by_source = cell.released is not None


def pure_check(source: str) -> re.Match | None:
    """The match of a cell that calls one check and does nothing else; its group is the id."""
    return _PURE_CHECK.fullmatch(source.strip())


def _by_ids(cell: Cell, release: Release) -> ReleasedCell | None:
    grade_id = cell.marks.get("grade_id")
    if isinstance(grade_id, str) and grade_id in release.by_grade_id:
        return release.by_grade_id[grade_id]
    return next((release.by_id[item] for item in cell.ids if item in release.by_id), None)


def _by_source(cell: Cell, release: Release) -> ReleasedCell | None:
    call = pure_check(cell.source)
    if call and cell.kind == "code":
        return release.by_grade_id.get("check-" + call.group(1).replace(".", "-"))
    found = release.by_source.get(essence(cell.source))
    return found if found and found.kind == cell.kind else None
