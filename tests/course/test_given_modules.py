"""What a lesson's code may import where it is graded is enough for it, and holds no answer.

Each lesson gets a process forked from one that has imported TensorFlow and Keras alone. There
an import hook refuses every module of the course that the lesson is not given.
"""

from __future__ import annotations

import json
import sys

import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, run

from autograder.exercise import registry
from autograder.intake.handed_out import given_modules

pytestmark = pytest.mark.slow

SCRIPT = '''
import json, os, sys, types
import keras, matplotlib.pyplot, numpy, tensorflow
from tensorflow.python.eager import context

COURSE = ("bvae_ref", "autograder")
OPEN = ("bvae_ref", "autograder", "autograder.exercise", "autograder.exercise.course",
        "autograder.exercise.expect", "autograder.exercise.student", "autograder.exercise.values",
        "autograder.course", "autograder.course.address")


class Refusal(ImportError):
    pass


class Hook:
    def __init__(self, allowed):
        self.allowed = allowed

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in COURSE and name not in self.allowed:
            raise Refusal(f"{name} is not given")


def reachable():
    """Every attribute of the course's modules and of their classes, and what Keras registered."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in COURSE:
            for attribute, item in vars(module).items():
                yield f"{name}.{attribute}", attribute, item
                if isinstance(item, type):
                    for inner, part in vars(item).items():
                        yield f"{name}.{attribute}.{inner}", inner, part
    for name, item in keras.saving.get_custom_objects().items():
        if type(item).__name__ == "_StandIn":  # one imports its class only when Keras asks for it
            try:
                item = item.real()
            except ImportError:
                continue
        yield f"Keras's {name}", name.rpartition(">")[2], item


def tried(lesson, given, probes, setup):
    hook = Hook({*OPEN, *given, *probes})
    sys.meta_path.insert(0, hook)
    for name in (*given, *probes):
        __import__(name)
    import autograder
    for helper in ("attempt", "check", "hint", "predict", "progress", "reveal", "solution"):
        setattr(autograder, helper, lambda *a, **k: None)
    exec(setup, {"__name__": "__main__", "get_ipython": lambda: None})
    ran = context.context_safe()
    loaded = [name for name in sys.modules if name.partition(".")[0] in COURSE]
    found = list(reachable())
    sys.meta_path.remove(hook)
    from autograder.exercise import registry
    answers = {
        answer: item
        for exercise in registry.of_lesson(lesson)
        for answer, item in exercise.reference.items()
    }
    return {
        "tensorflow": ran is not None and ran._initialized,
        "loaded": sorted(loaded),
        "answers": [
            path
            for path, name, item in found
            if name in answers or any(item is answer for answer in answers.values()
                                      if not isinstance(answer, int))
        ],
    }


for question in json.loads(sys.argv[1]):
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            report = tried(**question)
        except BaseException as error:
            report = {"error": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(report).encode())
        os._exit(0)
    os.wait()
    print(os.read(reader, 1 << 16).decode(), flush=True)
'''


def probes_of(lesson: int) -> list[str]:
    """The modules of questions to one lesson's answers, and the packages that they lie in."""
    return [registry.lesson_package(lesson), *registry.probe_modules(lesson)]


def setup_of(lesson: int) -> str:
    """The released set-up cell."""
    cells = notebook("lessons", lesson)["cells"]
    return next("".join(cell["source"]) for cell in cells if grade_id(cell) == "setup")


@pytest.fixture(scope="module")
def reports() -> dict[int, dict]:
    """What each lesson's process found."""
    questions = [
        {
            "lesson": lesson,
            "given": given_modules(lesson),
            "probes": probes_of(lesson),
            "setup": setup_of(lesson),
        }
        for lesson in LESSONS
    ]
    done = run(sys.executable, "-c", SCRIPT, json.dumps(questions), cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return dict(zip(LESSONS, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_set_up_cell_and_the_probes_need_nothing_that_is_not_given(reports, lesson):
    assert "error" not in reports[lesson], (
        f"{reports[lesson]['error']}: import it in a cell with the tag demo, or in the set-up cell"
    )


@pytest.mark.parametrize("lesson", LESSONS)
def test_importing_what_is_given_runs_nothing_in_tensorflow(reports, lesson):
    assert reports[lesson]["tensorflow"] is False, "a process that ran an op must not be forked"


@pytest.mark.parametrize("lesson", LESSONS)
def test_nothing_that_is_given_is_an_answer_of_the_lesson(reports, lesson):
    assert reports[lesson]["answers"] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_exactly_what_is_listed_as_given_is_imported(reports, lesson):
    loaded = {name for name in reports[lesson]["loaded"] if name.startswith("bvae_ref.")}
    assert loaded == set(given_modules(lesson))
