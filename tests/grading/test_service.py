"""The grading service: right, repeatable, and closed at both ends."""

import json
import os
import signal
import socket
import sys
import threading
from contextlib import suppress

import pytest
from attacks.attack import code_cell
from coursework import grade_id, notebook, outcomes, with_answers
from learner import VARIANCE_AS_SPREAD

from autograder.commands.check import judge_submission
from autograder.grading import submission
from autograder.grading.service import Service, _Judge, isolation_report
from autograder.intake import read_content
from autograder.jail.limits import Limits
from autograder.jail.parents import FreshStarts, JailError
from autograder.jail.seal import LAYERS
from autograder.judging.verdict_data import verdict_data

SEED = 314159265
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="the warm parent is Linux's"),
]


def content(data: dict) -> bytes:
    return json.dumps(data).encode()


def test_a_solution_earns_everything_and_a_release_nothing(service):
    solved = service.grade("solved", content(notebook("solutions", 1)), SEED)
    assert solved["status"] == "graded" and solved["points"] == solved["max_points"] == 8.0
    assert solved["repairs"] == [] and solved["cell_errors"] == []
    untouched = service.grade("untouched", content(notebook("lessons", 1)), SEED)
    assert untouched["points"] == 0 and untouched["max_points"] == 8.0
    assert {item["outcome"] for item in untouched["exercises"]} == {"not attempted"}


def test_partial_work_keeps_its_points_its_words_and_no_seed(service):
    data = with_answers(1, "1.3", replace={"1.1": VARIANCE_AS_SPREAD})
    result = service.grade("partial", content(data), SEED)
    first = result["exercises"][0]
    assert result["points"] == 2.5 and first["points"] == 1.0
    assert first["diagnosis"]["mistakes"][0]["name"] == "variance used as standard deviation"
    assert any(test["expected"] for test in first["tests"])
    assert str(SEED) not in json.dumps(result) and result["isolation"] == service.isolation
    live, _ = judge_submission(read_content(content(data), "partial"), seed=0)
    shown = [test["actual"] for test in first["tests"]]
    assert shown == [test["actual"] for test in verdict_data(live[0])["tests"]]


def test_one_seed_gives_one_grade(service):
    data = content(with_answers(1, "1.3", "1.2", replace={"1.1": VARIANCE_AS_SPREAD}))
    first, again = (service.grade("x", data, SEED) for _ in range(2))
    assert outcomes(first["exercises"]) == outcomes(again["exercises"])


@pytest.mark.parametrize(
    ("raw", "words"),
    [(b"", "empty"), (b"\x89PNG....", "notebook"), (b"[1, 2", "JSON"), (b"{}", "cells")],
)
def test_what_is_no_notebook_gets_zero_and_a_reason(service, raw, words):
    result = service.grade("broken.ipynb", raw, SEED, lesson=1)
    assert result["status"] == "unreadable" and result["points"] == 0
    assert words in result["reason"] and result["max_points"] == 8.0


def test_a_file_too_large_for_any_notebook_is_refused_and_never_graded_again(service):
    result = service.grade("large.ipynb", b" " * 150_000_000, SEED, lesson=1)
    assert result["status"] == "unreadable" and "150,000,000" in result["reason"]


def test_a_notebook_that_takes_for_ever_to_read_is_refused_and_never_graded_again(monkeypatch):
    def endless(*arguments):
        with suppress(Exception):
            while True:
                pass

    monkeypatch.setattr(submission, "read_content", endless)
    monkeypatch.setattr(submission, "READING_SECONDS", 0.2)
    result = submission.grade(None, "x", b"", SEED, 1, Limits())
    assert result["status"] == "unreadable" and result["reason"] == submission.TOO_MUCH


def test_a_result_holds_no_more_of_a_learners_words_than_anyone_would_read(service):
    data = notebook("lessons", 2)
    for cell in data["cells"]:
        if grade_id(cell) == "written-2":
            cell["source"] = "é" * 3_000_000
    data["cells"] += [code_cell("exec('x' * 3000)", f"more{i}") for i in range(300)]
    result = service.grade("long", content(data), SEED)
    assert result["status"] == "graded" and len(json.dumps(result)) < 400_000
    assert result["written"]["written-2"].startswith("ééé") and result["cell_errors"]


def test_a_judge_that_dies_is_replaced_and_the_work_is_not_lost(service):
    data = content(notebook("solutions", 2))
    judge = service._judges.queue[0]
    judge.grade(
        {"name": "x", "content": b"", "seed": 1, "lesson": 1, "limits": service.limits.as_data()}
    )
    pid = judge.process_id
    # Stopped first, so that it dies with the work in its hands, however fast it is.
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    result = service.grade("x", data, SEED)
    assert (result["status"], result["points"]) == ("graded", result["max_points"])
    assert judge.process_id != pid


def test_a_judge_that_hangs_is_given_up(monkeypatch):
    class Silent:
        def worker(self, target):
            ours, self.theirs = socket.socketpair()
            return ours, 1

    monkeypatch.setattr("autograder.grading.service.WarmProcess", Silent)
    monkeypatch.setattr("autograder.grading.service.JUDGING_SECONDS", 0.1)
    limits = {**Limits().as_data(), "submission_seconds": 0.1}
    job = {"name": "x", "content": b"{}", "seed": 1, "lesson": 4, "limits": limits}
    result = _Judge(Silent()).grade(job)
    assert result["status"] == "failed" and "too long" in result["reason"]
    assert result["points"] == 0 and result["max_points"] > 0


def test_a_jail_is_whole_without_the_layer_that_its_grader_does_not_need():
    every = dict.fromkeys(LAYERS, True)
    for over_users, needed, spare in (
        (True, "user", "user namespace"),
        (False, "user namespace", "user"),
    ):
        assert isolation_report(every, over_users)["level"] == "full"
        assert isolation_report({**every, spare: False}, over_users)["level"] == "full"
        assert isolation_report({**every, needed: False}, over_users)["level"] == "partial"
        assert isolation_report({**every, "files": False}, over_users)["missing"] == ["files"]
        assert isolation_report({**every, "files": False}, over_users)["level"] == "partial"
        assert isolation_report({}, over_users)["level"] == "none"


def test_where_nothing_can_be_forked_there_is_no_warm_parent_to_name(monkeypatch):
    monkeypatch.setattr("autograder.grading.service.any_parent", lambda *_: FreshStarts())
    with Service() as service:
        assert service.process_ids() == set()


def test_required_isolation_refuses_where_a_layer_is_missing(monkeypatch):
    class Bare:
        layers: dict = {}  # noqa: RUF012
        missing: dict = {}  # noqa: RUF012
        control_groups = False
        closed = False

        def close(self):
            Bare.closed = True

    monkeypatch.setattr("autograder.grading.service.any_parent", lambda *_: Bare())
    with pytest.raises(JailError, match=r"network.*bvae doctor"):
        Service(require_isolation=True)
    assert Bare.closed
