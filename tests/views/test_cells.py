"""Results as outputs of cells: one plain number, and words that hold nothing active."""

from __future__ import annotations

import math

import pytest
from nbformat.v4 import new_output

from autograder.judging.verdict import Outcome, TestResult, Verdict
from autograder.judging.verdict_data import verdict_data
from autograder.views.cells import check_output, isolation_words, sealed, summary_output

HOSTILE = "<img src=x onerror=alert(1)>"


def graded(points: float = 1.5, **more) -> dict:
    """A result with one failed exercise whose words are hostile."""
    test = TestResult("a property", Outcome.FAILED, 0.0, 1.0, actual=HOSTILE)
    passed = TestResult("another", Outcome.PASSED, 1.5, 1.5)
    verdict = Verdict("1.1", "z = μ + σ·ε", Outcome.FAILED, 2.5, (passed, test))
    data = {**verdict_data(verdict), "points": points}
    return {"status": "graded", "reason": "", "exercises": [data], **more}


def result(text: str):
    return new_output("execute_result", data={"text/plain": text}, execution_count=1)


def test_a_check_cell_holds_its_points_as_a_plain_number_and_its_verdict():
    output = check_output(graded(), "1.1", 2.5)
    assert output.output_type == "execute_result" and output.data["text/plain"] == "1.5"
    html = output.data["text/html"]
    assert "Not yet" in html and "a property" in html
    assert "<img" not in html and "&lt;img" in html


@pytest.mark.parametrize(
    ("points", "shown"),
    [(math.nan, "0.0"), (math.inf, "0.0"), (-1.0, "0.0"), (99, "2.5"), (2.5000000001, "2.5")],
)
def test_points_beyond_their_bounds_are_clamped(points, shown):
    assert check_output(graded(points), "1.1", 2.5).data["text/plain"] == shown


def test_an_exercise_without_a_verdict_is_zero_with_a_reason():
    output = check_output(graded(), "1.2", 3.0)
    assert output.data["text/plain"] == "0.0" and "no verdict on" in output.data["text/html"]


@pytest.mark.parametrize("status", ["unreadable", "failed", None])
def test_what_was_not_graded_is_zero_with_the_reason(status):
    output = check_output(graded(status=status, reason=f"It is {HOSTILE}"), "1.1", 2.5)
    assert output.data["text/plain"] == "0.0"
    assert "It is &lt;img" in output.data["text/html"]


def test_a_submission_without_anything_to_say_gets_no_summary():
    assert summary_output(graded(isolation={"level": "full", "missing": []})) is None


def test_the_summary_lists_repairs_errors_and_what_isolation_lacked():
    found = summary_output(
        graded(
            repairs=["The cell of 1.1 was there twice."],
            cell_errors=[{"cell": 3, "error": f"NameError: {HOSTILE}"}] * 20,
            isolation={"level": "partial", "missing": ["landlock"]},
        ),
        ["The file a.ipynb was used as lesson_1.ipynb."],
    )
    html = found.data["text/html"]
    assert html.index("a.ipynb") < html.index("there twice") < html.index("cell 3: NameError")
    assert "landlock" in html and "and 12 more" in html and "<img" not in html
    assert found.output_type == "display_data", "a result here would be read as points"


def test_isolation_is_mentioned_only_where_it_lacks_something():
    assert isolation_words({"level": "full"}) == []
    (words,) = isolation_words({"level": "none", "missing": ["fork"]})
    assert "without isolation" in words and "fork" in words


@pytest.mark.parametrize(
    "text", ["nan", "-1", "True", "inf", "np.float64(0.5)", "full marks", "", "1_000", "[2.0]"]
)
def test_anything_but_a_plain_number_is_zero_with_a_reason(text):
    (output,) = sealed([result(text)], 2.0)
    assert output.data["text/plain"] == "0.0" and "No points" in output.data["text/html"]


def test_a_silent_or_repeated_check_is_zero():
    for outputs in ([], [result("2.0"), result("2.0")]):
        *_, output = sealed(outputs, 2.0)
        assert output.data["text/plain"] == "0.0"


def test_an_error_in_a_check_is_zero_even_beside_a_number():
    error = new_output("error", ename="KeyError", evalue="x", traceback=[])
    *_, output = sealed([result("2.0"), error], 2.0)
    assert output.data["text/plain"] == "0.0" and "KeyError" in output.data["text/html"]


def test_rounding_above_the_maximum_is_clamped_and_more_is_refused():
    (output,) = sealed([result("2.0000000001")], 2.0)
    assert output.data["text/plain"] == "2.0"
    (output,) = sealed([result("3.0")], 2.0)
    assert output.data["text/plain"] == "0.0"


def test_stderr_beside_a_number_costs_nothing():
    noise = new_output("stream", name="stderr", text="a warning")
    first, output = sealed([noise, result("1.5")], 2.0)
    assert first.name == "stdout" and output.data["text/plain"] == "1.5"
