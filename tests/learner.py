"""A learner's code for tests: cells run as a notebook's are, with lines that tracebacks find."""

from __future__ import annotations

from pathlib import Path

from autograder.exercise import registry
from autograder.exercise.live_student import LiveStudent
from autograder.intake import CodeCell, Submission
from autograder.judging.judge import judge
from autograder.judging.running import run_submission
from autograder.judging.verdict import Diagnosis, Mistake, Relation, Verdict

IMPORTS = "import warnings\nimport keras\nimport numpy as np\nimport tensorflow as tf\n"

RIGHT_1_1 = """
def reparameterize(mean, log_var, eps):
    return mean + tf.exp(0.5 * log_var) * eps
"""
VARIANCE_AS_SPREAD = """
def reparameterize(mean, log_var, eps):
    return mean + tf.exp(log_var) * eps
"""
STUB_1_1 = """
def reparameterize(mean, log_var, eps):
    # YOUR CODE HERE
    raise NotImplementedError()
"""
GRADIENTS_OVER_1_1 = """
def pathwise_gradients(mean, log_var, eps):
    with tf.GradientTape() as tape:
        tape.watch([mean, log_var])
        loss = tf.reduce_sum(reparameterize(mean, log_var, eps) ** 2)
    return tape.gradient(loss, [mean, log_var])
"""


def run_cells(*sources: str) -> tuple[dict, list]:
    """The namespace that the cells leave, and the failures."""
    cells = tuple(CodeCell(number, source, False) for number, source in enumerate(sources, 1))
    return run_submission(Submission(Path("lesson.ipynb"), 1, cells))


def namespace(*sources: str) -> dict:
    """The namespace that the cells leave, after the lesson's imports; none of them may fail."""
    found, failures = run_cells(IMPORTS, *sources)
    assert not failures, failures
    return found


def student(*sources: str, lesson: int = 1) -> LiveStudent:
    """A student over `namespace(*sources)`."""
    return LiveStudent(namespace(*sources), registry.owners(lesson))


def named(name: str, sentence: str = "s", look: str = "l") -> Diagnosis:
    """A diagnosis of one mistake."""
    return Diagnosis(Relation.ONE, (Mistake(name, sentence, look),))


def judged_over(exercise_id: str, answers: dict, seed: int = 0) -> Verdict:
    """The verdict of one exercise over implementations by answer name."""
    owners = registry.owners(int(exercise_id[0]))
    return judge(exercise_id, LiveStudent(dict(answers), owners), seed)


def judged(exercise_id: str, *sources: str, seed: int = 0) -> Verdict:
    """The verdict of one exercise over the cells."""
    return judge(exercise_id, student(*sources, lesson=int(exercise_id[0])), seed)
