"""A question has the same text in every process, and answers come back as they were."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import pytest

from autograder.exercise import kept_answers
from autograder.exercise.caching_student import Remembering
from autograder.exercise.expect import Mismatch
from autograder.exercise.kept_answers import as_data, from_data, question_in_words
from autograder.exercise.student import BadValue, TimedOut

ARRAY = np.arange(6, dtype="float32").reshape(2, 3)


def scaled(factor):
    return lambda value: factor * value


def words(*args, summary=None, **kwargs):
    return question_in_words("probe", args, kwargs, summary)


def test_questions_that_differ_have_other_words():
    questions = [
        words("draws", ARRAY),
        words("draws", ARRAY + 1),
        words("draws", ARRAY.T),
        words("draws", ARRAY.astype("float64")),
        words("other", ARRAY),
        words("draws", ARRAY, seed=1),
        words("draws", ARRAY, summary=scaled(2)),
        words("draws", ARRAY, summary=scaled(3)),
        words("draws", ARRAY, summary=len),
        words("draws", ARRAY, summary=partial(scaled, 2)),
        question_in_words("call", ("draws", ARRAY), {}),
    ]
    assert None not in questions
    assert len(set(questions)) == len(questions)


def test_the_last_digits_of_another_processor_do_not_matter():
    assert words("draws", ARRAY) == words("draws", ARRAY.copy())
    assert words("draws", ARRAY) == words("draws", np.nextafter(ARRAY, np.float32(np.inf)))


def test_what_has_no_lasting_words_has_none():
    assert words("draws", object()) is None
    assert words("draws", summary=scaled(object())) is None


@pytest.mark.parametrize(
    "answer",
    [True, 1, 0.1, "σ", None, [1, [2.5, None]], {"codes": [[3, 3]], "range": "from 0 to 1"}],
)
def test_a_plain_answer_comes_back_with_its_types(answer):
    found = from_data(as_data(answer))
    assert (found, type(found)) == (answer, type(answer))


@pytest.mark.parametrize("answer", [(1, (2, "σ")), np.float32(1.5), [np.bool_(True)]])
def test_types_that_json_lacks_come_back_too(answer):
    found = from_data(json.loads(json.dumps(as_data(answer))))
    assert (repr(found), type(found)) == (repr(answer), type(answer))


def test_a_small_array_comes_back_with_type_and_shape():
    found = from_data(json.loads(json.dumps(as_data({"codes": ARRAY}))))["codes"]
    assert found.dtype == ARRAY.dtype
    np.testing.assert_array_equal(found, ARRAY)


@pytest.mark.parametrize("answer", [np.zeros(2000), {1: 2}, {1, 2}, len, {"an array": 1}])
def test_what_data_would_change_is_not_kept(answer):
    assert as_data(answer) is None


@pytest.mark.parametrize("error", [BadValue("not an array"), TimedOut("no end")])
def test_an_exception_comes_back_in_its_words(error):
    found = from_data(as_data(error))
    assert (type(found), str(found)) == (type(error), str(error))


def test_a_mismatch_comes_back_with_its_cause():
    found = from_data(as_data(Mismatch("the mean", "0", "1", "a sign")))
    assert (found.checked, found.expected, found.actual, found.cause) == (
        *("the mean", "0", "1"),
        "a sign",
    )


class Asked:
    """Counts what it is asked."""

    count = 0

    def probe(self, probe, *args, summary=None):
        self.count += 1
        return "asked"


@pytest.mark.parametrize(("called", "says", "count"), [("half", "kept", 0), (None, "asked", 1)])
def test_a_kept_answer_is_not_asked_for(monkeypatch, called, says, count):
    kept = {(words("draws", 3), "half"): {"says": "kept", "names": ["sample"]}}
    monkeypatch.setattr(kept_answers, "_of_exercise", lambda exercise_id: kept)
    student, names = Asked(), set()
    remembering = Remembering(student, "9.8", {"sample": len, "who": called}, names, called)
    assert remembering.probe("draws", 3) == says
    assert student.count == count
    assert names == ({"sample"} if called else set())
