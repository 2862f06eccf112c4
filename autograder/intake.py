"""Read a notebook file: its code cells, and which lesson it is. Never runs code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

CHECK_CALL = re.compile(r"""\bcheck\(\s*["'](\d+)\.\d+["']\s*\)""")


class UnreadableNotebook(ValueError):
    """The file is not a notebook; `str()` says what it is and what to do."""


@dataclass(frozen=True)
class CodeCell:
    """One code cell: its position in the notebook, its source, and whether it only demonstrates."""

    number: int
    source: str
    demo: bool


@dataclass(frozen=True)
class Submission:
    """A notebook as it arrived: its path, its lesson number and its code cells in order."""

    path: Path
    lesson: int
    cells: tuple[CodeCell, ...]


def read_submission(path: str | Path) -> Submission:
    """Read a notebook file.

    Args:
        path: an `.ipynb` file.

    Raises:
        UnreadableNotebook: missing, not JSON, without cells, or without any check of a lesson;
            the message says which, and what to do.
    """
    path = Path(path)
    notebook = _parse(path)
    cells = tuple(
        CodeCell(number, _source(cell), "demo" in _tags(cell))
        for number, cell in enumerate(notebook["cells"], start=1)
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    )
    return Submission(path, _lesson(path, cells), cells)


def _parse(path: Path) -> dict:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UnreadableNotebook(f"There is no file {path}; give the path of a notebook.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableNotebook(
            f"{path} cannot be read ({error}); expected a notebook file in UTF-8."
        ) from None
    try:
        notebook = json.loads(text)
    except ValueError as error:
        raise UnreadableNotebook(
            f"{path} is not a notebook: it is not JSON ({error}). Download it again as .ipynb."
        ) from None
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise UnreadableNotebook(
            f"{path} is JSON, but not a notebook of format 4: it has no list of cells. "
            "Open it in Jupyter or Colab and save it as .ipynb."
        )
    return notebook


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def _tags(cell: dict) -> list:
    """The cell's tags; whatever else stands in their place counts as none."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tags if isinstance(tags, list) else []


def _lesson(path: Path, cells: tuple[CodeCell, ...]) -> int:
    """The lesson whose checks the notebook calls most, else the number in the file's name."""
    called = [int(number) for cell in cells for number in CHECK_CALL.findall(cell.source)]
    if called:
        return max(set(called), key=called.count)
    named = re.search(r"lesson_?(\d+)", path.stem)
    if named:
        return int(named.group(1))
    raise UnreadableNotebook(
        f'{path} is a notebook, but of no lesson: it has no call such as check("1.1"). '
        "Give a lesson's notebook."
    )
