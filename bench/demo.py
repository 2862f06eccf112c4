"""Make the demonstration: a trained reference, three graded submissions, one page.

    python bench/demo.py out/demo

Needs the `local` and `instructor` extras; `make demo` installs them first.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")

REPOSITORY = Path(__file__).resolve().parent.parent
_STARTED = time.monotonic()


@contextmanager
def step(name: str):
    """Print a line before and after, with the seconds since the start and of the step itself."""
    before = time.monotonic()
    print(f"[{before - _STARTED:5.0f} s] {name} ...", flush=True)
    yield
    now = time.monotonic()
    print(f"[{now - _STARTED:5.0f} s] {name}: {now - before:.1f} s", flush=True)


def galleries(out: Path) -> list:
    """Train on strokes, and on KMNIST where its files are at hand."""
    with step("import TensorFlow"):
        import demo_models
    with step("train on brush strokes and draw the figures"):
        made = [demo_models.gallery("Brush strokes", demo_models.STROKES, out / "strokes")]
    config = demo_models.kmnist_at_hand()
    if config is None:
        print("          KMNIST is not on this machine; set BVAE_DATA_DIR to its files to see it.")
        return made
    with step(f"train on KMNIST ({config.split}) and draw the figures"):
        made.append(demo_models.gallery("Kuzushiji-MNIST", config, out / "kmnist"))
    return made


def graded(course: Path) -> tuple:
    """Take the example submissions through nbgrader's whole flow in a fresh course folder."""
    import demo_course

    lesson = demo_course.LESSON
    with step(f"nbgrader generate_assignment {lesson}"):
        demo_course.make_course(REPOSITORY, course)
        demo_course.nbgrader(course, "generate_assignment", lesson)
    for example in demo_course.examples():
        demo_course.submit(course, example)
    for command in ("autograde", "generate_feedback"):
        with step(f"nbgrader {command} {lesson}"):
            demo_course.nbgrader(course, command, lesson)
    with step("nbgrader export"):
        demo_course.nbgrader(course, "export")
    return demo_course.read_reports(course)


def main(arguments: list[str] | None = None) -> int:
    """Make everything below the given folder; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where index.html goes, such as out/demo")
    out = parser.parse_args(arguments).folder.resolve()
    out.mkdir(parents=True, exist_ok=True)
    reports = graded(out / "course")
    pictures = galleries(out)
    with step("write the page"):
        import demo_page

        from autograder.exercise import registry

        items = demo_page.items_of(registry.of_lesson(1))
        seconds = time.monotonic() - _STARTED
        text = demo_page.page(pictures, items, reports, out, seconds)
        demo_page.write_page(text, out / "index.html")
    for student, points in demo_page.by_student(reports).items():
        print(f"          {student}: {points} points")
    print(f"Open {out / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
