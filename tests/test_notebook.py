"""What a notebook calls: check, hint, solution, progress, predict, reveal, attempt."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from learner import GRADIENTS_OVER_1_1, RIGHT_1_1, STUB_1_1, namespace

from autograder import exercises, notebook
from autograder.exercises import UnknownExercise
from autograder.notebook import attempt, hint, predict, progress, reveal, solution
from autograder.record import Progress

IDS = [exercise.id for exercise in exercises.every()]
HOSTILE = "def reparameterize(mean, log_var, eps):\n    raise ValueError('<script>x</script>')\n"


@pytest.fixture(autouse=True)
def fresh_progress(monkeypatch):
    """No test sees what another one passed, and none writes a file."""
    record = Progress(None)
    monkeypatch.setattr(notebook, "_progress", record)
    monkeypatch.setattr(notebook, "_predictions", {})
    return record


def checked(exercise_id: str, *sources: str):
    """What `check` gives when called from a notebook with these cells."""
    found = namespace("from autograder import check", *sources)
    exec(f"result = check({exercise_id!r})", found)
    return found["result"]


def test_the_result_of_check_is_its_points_as_a_plain_float():
    result = checked("1.1", RIGHT_1_1)
    assert repr(result) == "2.0" == result._repr_mimebundle_()["text/plain"]
    assert float(result) == 2.0
    assert repr(checked("1.1", STUB_1_1)) == "0.0"


@pytest.mark.parametrize("sources", [(), (STUB_1_1,), (HOSTILE,), (RIGHT_1_1,)])
def test_every_outcome_reads_as_a_plain_number_and_as_a_sentence(sources):
    result = checked("1.1", *sources)
    assert re.fullmatch(r"\d+\.\d+", repr(result))
    assert "1.1 z = μ + σ·ε" in str(result)
    assert "1.1" in result._repr_mimebundle_()["text/html"]


def test_html_escapes_the_learners_text():
    page = checked("1.1", HOSTILE)._repr_mimebundle_()["text/html"]
    assert "<script" not in page and "&lt;script&gt;" in page


def test_nothing_goes_to_stderr_when_an_answer_warns(capfd, recwarn):
    warning = RIGHT_1_1.replace(
        "    return",
        "    warnings.warn('careful')\n    np.log(np.zeros(2)), np.sqrt(-1.0)\n    return",
    )
    assert checked("1.1", warning).verdict.passed
    out, err = capfd.readouterr()
    assert err == "" and not recwarn.list and "Passed: 1.1" in out


def test_check_judges_the_notebook_that_calls_it():
    assert checked("1.4", GRADIENTS_OVER_1_1).verdict.notes
    assert not checked("1.4", RIGHT_1_1, GRADIENTS_OVER_1_1).verdict.notes


def test_the_instructors_seed_reaches_the_checks(monkeypatch):
    monkeypatch.setenv("BVAE_CHECK_SEED", "12")
    assert notebook.check_seed() == 12
    monkeypatch.setenv("BVAE_CHECK_SEED", "-1")
    with pytest.raises(ValueError, match="BVAE_CHECK_SEED is '-1'; expected a whole number"):
        notebook.check_seed()


@pytest.mark.parametrize("ask", [checked, hint, solution])
def test_an_unknown_id_lists_the_ids_there_are(ask):
    with pytest.raises(UnknownExercise, match=r"no exercise '1\.9'. Lesson 1 has 1\.1, 1\.2"):
        ask("1.9")
    with pytest.raises(UnknownExercise, match=r"no exercise '7\.1'.*0\.1.*5\.1"):
        ask("7.1")


def test_hints_go_one_step_further_each_time_and_stay_at_the_last():
    words = [str(hint("1.1")) for _ in range(4)]
    assert [text.split(" for")[0] for text in words] == [
        "Hint 1 of 3",
        "Hint 2 of 3",
        "Hint 3 of 3",
        "Hint 3 of 3",
    ]
    assert "again gives the next one" in words[0] and "That is the last." in words[3]
    assert exercises.get("1.1").hints[1] in words[1]


def test_a_hint_can_be_asked_for_by_number_without_being_counted(fresh_progress):
    assert "Hint 2 of 3" in str(hint("1.1", 2))
    assert fresh_progress.entry("1.1")["hints"] == 0
    for step in (0, 4, "2"):
        with pytest.raises(ValueError, match=r"exercise 1\.1 has hints 1 to 3"):
            hint("1.1", step)


def test_the_solution_opens_after_a_pass_or_by_giving_up():
    assert "tf.exp" not in str(solution("1.1"))
    checked("1.1", STUB_1_1)
    assert "opens once" in str(solution("1.1"))
    assert "tf.exp(0.5 * log_var)" in str(solution("1.1", give_up=True))
    assert "opens once" in str(solution("1.1")), "giving up opens it for this time only"
    checked("1.1", RIGHT_1_1)
    assert "tf.exp(0.5 * log_var)" in str(solution("1.1"))


@pytest.mark.parametrize("exercise_id", IDS)
def test_every_exercise_has_a_solution_without_marks(exercise_id):
    text = str(solution(exercise_id, give_up=True))
    assert "SOLUTION" not in text and "NotImplementedError" not in text
    assert all(name in text for name in exercises.get(exercise_id).answers)
    assert ("A common alternative" in text) == bool(exercises.get(exercise_id).alternative)


def test_progress_counts_passes_points_and_hints():
    checked("1.1", RIGHT_1_1)
    hint("1.2")
    shown = str(progress())
    most = sum(exercise.points for exercise in exercises.every())
    assert shown.startswith(f"1 of {len(IDS)} exercises passed, 2 of {most:g} points")
    lines = {line.split()[0]: line for line in shown.splitlines()[1:]}
    assert list(lines) == IDS
    assert "✔ Passed" in lines["1.1"] and "2 / 2" in lines["1.1"]
    assert "1 of 3 hints" in lines["1.2"] and "Not attempted" in lines["1.2"]
    assert progress()._repr_mimebundle_()["text/html"].count("<tr>") == len(IDS)


def test_reveal_shows_the_guess_beside_the_outcome():
    assert "Noted, before the run: how wide? → 3" in str(predict("how wide?", 3))
    assert str(reveal("how wide?", 9)) == "how wide?\nYou said: 3\nIt came out: 9"


def test_a_guess_not_made_is_said_so():
    for nothing in (..., None):
        assert "No guess" in str(predict("how wide?", nothing))
        assert "You said: no guess" in str(reveal("how wide?", 9))
    assert "You said: no guess" in str(reveal("never asked", 9))


def test_a_guess_may_be_an_array_and_is_escaped():
    predict("which?", np.array([1, 2]))
    assert "You said: [1 2]" in str(reveal("which?", 1))
    assert "<b>" not in predict("q", "<b>me</b>")._repr_mimebundle_()["text/html"]


def test_attempt_gives_the_value_or_says_that_the_answer_is_not_written():
    assert attempt(lambda: 3) == 3

    def stub():
        raise NotImplementedError

    assert "not written yet. Go on below." in str(attempt(stub))
    assert "'undefined_answer' is not defined" in str(attempt(lambda: undefined_answer))  # noqa: F821
    with pytest.raises(ZeroDivisionError):
        attempt(lambda: 1 / 0)


def test_every_helper_of_the_set_up_cell_can_be_called():
    code = (
        "from autograder import attempt, check, hint, predict, progress, reveal, solution\n"
        "assert all(map(callable, (attempt, check, hint, predict, progress, reveal, solution)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
