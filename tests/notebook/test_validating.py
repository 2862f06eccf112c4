"""A check in nbgrader's Validate: one line of its own, and an end before nbgrader's."""

import time

import pytest
from learner import RIGHT_1_1, STUB_1_1, namespace

from autograder.exercise import registry
from autograder.notebook import face, validating
from autograder.notebook.validating import NotPassed, in_time


@pytest.fixture(autouse=True)
def by_nbgrader(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")


def said(source: str) -> str:
    """What the check of 1.1 ends with, as IPython shows it."""
    space = namespace(source) | {"check": face.check}
    with pytest.raises(NotPassed) as error:
        exec("check('1.1')", space)
    [line] = error.value._render_traceback_()
    assert "\n" not in line and len(line) < 600
    return line


def test_a_right_answer_has_all_points():
    space = namespace(RIGHT_1_1) | {"check": face.check}
    exec("verdict = check('1.1')", space)
    assert float(space["verdict"]) == registry.get("1.1").points


def test_an_answer_that_is_not_written_is_told_as_that():
    assert said(STUB_1_1) == f"1.1 {registry.get('1.1').title}: not attempted."


def test_a_mistake_is_told_with_the_first_test_and_the_cause():
    line = said(
        "def reparameterize(mean, log_var, eps):\n    return mean + tf.exp(log_var) * eps\n"
    )
    assert line.startswith("1.1 ") and " of 2 points. Not so yet: " in line
    assert "variance" in line or "σ" in line


def test_a_check_that_takes_too_long_is_told_as_not_checked(monkeypatch):
    monkeypatch.setattr(validating, "LONGEST_S", 0.5)
    line = said(
        "import time\n\n\ndef reparameterize(mean, log_var, eps):\n"
        "    try:\n        time.sleep(600)\n    except Exception:\n        pass\n    return mean\n"
    )
    assert "not checked here: it takes longer than 0.5 s" in line


def test_elsewhere_nothing_ends_early(monkeypatch):
    monkeypatch.setattr(validating, "LONGEST_S", 0.01)
    monkeypatch.delenv("NBGRADER_EXECUTION")
    with in_time(registry.get("1.1")):
        time.sleep(0.05)
    space = namespace(STUB_1_1) | {"check": face.check}
    exec("verdict = check('1.1')", space)
    assert float(space["verdict"]) == 0.0
