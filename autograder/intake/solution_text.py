"""Take the commented solutions out of the instructor's notebooks, for `solution("1.1")`.

python -m autograder.solution_text solutions autograder/solutions.json
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from bvae_ref.writing import write_whole

REGION_EDGE = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def solution_texts(folder: Path) -> dict[str, str]:
    """Exercise id → code of its solution cell, without the region marks.

    Args:
        folder: the `solutions/` folder, with `lesson_N/lesson_N.ipynb` in it.

    Raises:
        FileNotFoundError: there is no notebook below `folder`.
    """
    notebooks = sorted(folder.glob("lesson_*/lesson_*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(
            f"No lesson_N/lesson_N.ipynb below {folder}; give the solutions folder."
        )
    texts = {}
    for path in notebooks:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
            if grade_id.startswith("solution-"):
                exercise_id = grade_id.removeprefix("solution-").replace("-", ".")
                texts[exercise_id] = REGION_EDGE.sub("", "".join(cell["source"])).strip()
    return texts


def main(arguments: list[str]) -> None:
    """Write the solutions of folder `arguments[0]` to JSON file `arguments[1]`, atomically."""
    folder, target = Path(arguments[0]), Path(arguments[1])
    text = json.dumps(solution_texts(folder), indent=1, ensure_ascii=False, sort_keys=True)
    write_whole(target, (text + "\n").encode())


if __name__ == "__main__":
    main(sys.argv[1:])
