"""Time what a learner waits for: the checks, the import and whole lessons.

    python bench/notebooks.py                  all of it, some minutes
    python bench/notebooks.py --only checks    or: diagnosis, import, lessons, run-all

Progress goes to stderr; the last line on stdout is one JSON object.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", MPLBACKEND="agg", BVAE_DATA="strokes", BVAE_STATE="off")

from run_all import run_all
from submissions import REPOSITORY, filled, released, with_an_error

from autograder.authoring.deriving import solution_texts
from autograder.exercise import registry

PARTS = ("checks", "diagnosis", "import", "lessons", "run-all")
REPEATS = 5

# Their tests call `fit`, so their time is that of training and is listed apart.
TRAINING = frozenset({"3.3", "4.3"})

_WITHOUT = "import tensorflow, keras"
_WITH = _WITHOUT + ", autograder; from autograder import check, hint, progress, solution"


def say(text: str) -> None:
    """A progress line."""
    print(text, file=sys.stderr, flush=True)


def solution_notebooks() -> list[Path]:
    """The instructor's notebooks, in the order of the lessons."""
    return sorted((REPOSITORY / "solutions").glob("lesson_*/lesson_*.ipynb"))


def checks() -> dict:
    """Milliseconds of `check` on right answers in a live process, after each one's first call."""
    from autograder import check
    from autograder.exercise import registry
    from autograder.intake import read_submission
    from autograder.judging.running import run_submission

    milliseconds, function, training = {}, [], {}
    for path in solution_notebooks():
        submission = read_submission(path)
        say(f"checks: run lesson {submission.lesson}")
        namespace, _ = run_submission(submission)
        namespace["timed_check"] = check
        for exercise in registry.of_lesson(submission.lesson):
            times = _check_times(exercise.id, namespace)
            if exercise.id in TRAINING:
                training[exercise.id] = round(statistics.median(times))
            else:
                milliseconds[exercise.id] = round(statistics.median(times), 1)
                function += times
            say(f"checks: {exercise.id} {statistics.median(times):.0f} ms")
    return {
        "check_p95_ms": round(percentile(function, 95), 1),
        "check_ms": milliseconds,
        "training_check_ms": training,
    }


def _check_times(exercise_id: str, namespace: dict) -> list[float]:
    """Times of repeated calls from inside the notebook's namespace, the first call left out."""
    call = compile(f"timed_check({exercise_id!r})", "<timed>", "eval")
    times = []
    for _ in range(1 + (1 if exercise_id in TRAINING else REPEATS)):
        before = time.perf_counter()
        with _silence():
            result = eval(call, namespace)
        times.append(1000 * (time.perf_counter() - before))
        if not result.verdict.passed:
            raise RuntimeError(f"The solution of {exercise_id} does not pass its check:\n{result}")
    return times[1:]


def diagnosis() -> dict:
    """Milliseconds that looking for the mistake adds to a failing function exercise.

    Every misconception and a tenth of the pairs of independent ones are judged with and without
    it, and so is an answer that nothing in the bank explains, for which all is tried in vain.
    Exercises that build or train networks, which are marked slow, are left out.
    """
    from autograder.exercise import registry
    from autograder.judging.diagnosis import combined

    added: dict[str, list[float]] = {}
    for exercise in registry.every():
        if exercise.slow:
            continue
        wrong = [item.answers for item in exercise.misconceptions]
        wrong += [answers for _, _, answers in combined(exercise.id)[::10]]
        wrong.append({exercise.answers[0]: _unheard_of})
        added[exercise.id] = [_diagnosis_time(exercise, answers) for answers in wrong]
        slowest = max(added[exercise.id])
        say(
            f"diagnosis: {exercise.id} {statistics.median(added[exercise.id]):.0f} ms, at most "
            f"{slowest:.0f} ms over {len(wrong)} wrong answers"
        )
    quick = [ms for times in added.values() for ms in times]
    return {
        "diagnosis_p95_ms": round(percentile(quick, 95), 1),
        "diagnosis_max_ms": round(max(quick), 1),
        "diagnosis_ms": {e: round(percentile(times, 95), 1) for e, times in added.items()},
    }


def _unheard_of(*args, **kwargs):
    return 0.123456


def _diagnosis_time(exercise, answers: dict) -> float:
    """Milliseconds that a diagnosis adds to a judgement; the median of three of each."""
    from autograder.exercise import registry
    from autograder.exercise.live_student import LiveStudent
    from autograder.judging.diagnosis import references
    from autograder.judging.judge import judge

    names = {**references(exercise.needs), **exercise.reference, **answers}
    owners = registry.owners(exercise.lesson)
    times: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(3):
        for explained, found in times.items():
            before = time.perf_counter()
            judge(exercise.id, LiveStudent(dict(names), owners), explained=explained)
            found.append(1000 * (time.perf_counter() - before))
    return statistics.median(times[True]) - statistics.median(times[False])


class _silence:
    """Outside of a notebook `check` also prints; the text is no part of what is timed."""

    def __enter__(self):
        self._stdout, sys.stdout = sys.stdout, open(os.devnull, "w", encoding="utf-8")

    def __exit__(self, *_):
        sys.stdout.close()
        sys.stdout = self._stdout


def percentile(values: list[float], share: float) -> float:
    """The smallest value that `share` percent of the values do not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share / 100 * len(ranked)) - 1)]


def import_extra() -> dict:
    """Seconds that importing autograder adds to TensorFlow and Keras; medians, fresh processes."""
    plain, extra = [], []
    for turn in range(REPEATS):
        plain.append(_import_seconds(_WITHOUT))
        extra.append(_import_seconds(_WITH))
        say(f"import: {turn + 1} of {REPEATS}: {plain[-1]:.2f} s, {extra[-1]:.2f} s")
    return {
        "import_extra_s": round(statistics.median(extra) - statistics.median(plain), 3),
        "import_tensorflow_s": round(statistics.median(plain), 2),
    }


def _import_seconds(statement: str) -> float:
    code = f"import time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    return float(ended.stdout.split()[-1])


def lessons() -> dict:
    """Seconds that nbconvert takes to run each solution notebook from top to bottom."""
    seconds = {}
    for path in solution_notebooks():
        with tempfile.TemporaryDirectory() as folder:
            before = time.perf_counter()
            command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output-dir", folder]
            subprocess.run(
                [sys.executable, *command, str(path)], check=True, stderr=subprocess.DEVNULL
            )
            seconds[path.stem] = round(time.perf_counter() - before, 1)
        say(f"lessons: {path.stem} {seconds[path.stem]} s")
    return {"slowest_lesson_s": max(seconds.values()), "lesson_s": seconds}


def every_run_all() -> dict:
    """What "Run All" shows in untouched, half-done and finished lessons.

    Stops; lines on stderr; the longest time without anything new, and the
    longest check, in seconds.
    """
    stops, noise, silences, checks = [], 0, {}, {}
    texts = solution_texts(REPOSITORY / "solutions")
    for path in solution_notebooks():
        lesson = int(path.stem.rpartition("_")[2])
        ids = [item.id for item in registry.of_lesson(lesson)]
        states = {
            "untouched": {},
            "half done": {ids[0]: texts[ids[0]], ids[1]: with_an_error(texts[ids[1]])},
            "finished": {name: texts[name] for name in ids},
        }
        for state, sources in states.items():
            seen = run_all(filled(released(lesson), sources))
            name = f"lesson {lesson} {state}"
            stops += [f"{name}: {stop}" for stop in seen.stops]
            noise += sum(seen.noise.values())
            silences |= {f"{name} {cell}": s for cell, s in seen.silences.items()}
            checks |= {
                f"{name} {cell.id}": seen.seconds[cell.id]
                for cell in seen.notebook.cells
                if cell.cell_type == "code" and cell.source.startswith("check(")
            }
            say(f"run-all: {name}, {len(seen.stops)} stops, {sum(seen.seconds.values()):.0f} s")
    silent, slow = (max(found, key=found.get) for found in (silences, checks))
    return {
        "run_all_stops": len(stops),
        "stops": stops,
        "first_output_noise_lines": noise,
        "longest_silent_s": silences[silent],
        "longest_silent_cell": silent,
        "slowest_check_s": checks[slow],
        "slowest_check": slow,
    }


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for and print the results as one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be repeated")
    chosen = parser.parse_args(arguments).only or PARTS
    measure = {"checks": checks, "diagnosis": diagnosis, "import": import_extra, "lessons": lessons}
    measure["run-all"] = every_run_all
    results = {}
    for part in PARTS:
        if part in chosen:
            results |= measure[part]()
    print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
