"""Course folders for tests of nbgrader: many steps in one process, and what the gradebook says."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from coursework import ROOT, run, save
from nbgrader.api import Gradebook

# What formgrader's own buttons call. Starting nbgrader takes longer than most of its steps.
BY_API = """
import sys
from nbgrader.apps import NbGraderAPI, NbGraderApp
app = NbGraderApp()
app.initialize([])
api = NbGraderAPI(config=app.config)
for call in sys.argv[1:]:
    step, lesson, *student = call.split(":")
    done = getattr(api, step)(lesson, *student)
    if not done["success"]:
        raise SystemExit(f"{call}: {done.get('error')} {done.get('log')}")
"""


def new_course(folder: Path, *lessons: int, settings: str = "") -> Path:
    """A course folder with the repository's configuration and some instructor's notebooks.

    Args:
        folder: where.
        lessons: numbers of the lessons to copy from solutions/.
        settings: lines that the instructor adds to nbgrader_config.py.
    """
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(f"{config}\n{settings}\n", encoding="utf-8")
    for lesson in lessons:
        name = f"lesson_{lesson}"
        shutil.copytree(ROOT / "solutions" / name, folder / "solutions" / name)
    return folder


def by_api(course: Path, *calls: str) -> None:
    """Run steps such as "autograde:lesson_1:alice" in one process."""
    done = run(sys.executable, "-c", BY_API, *calls, cwd=course)
    assert done.returncode == 0, done.stderr[-3000:]


def submit(course: Path, student: str, lesson: int, data: dict) -> Path:
    """Put a learner's notebook where nbgrader looks for it."""
    name = f"lesson_{lesson}"
    return save(data, course / "submitted" / student / name / f"{name}.ipynb")


def gradebook(course: Path) -> Gradebook:
    """The course's gradebook, a context manager."""
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}")
