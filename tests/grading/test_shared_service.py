"""The service that stands for a whole command, and results begun before their turn."""

from __future__ import annotations

import stat
import threading
import time

import pytest

from autograder.grading import shared_service
from autograder.grading.shared_service import Ahead, Job, kept_seed


class Recorder:
    """A service that notes what it was asked and answers when `go` is set."""

    def __init__(self, free: bool = True):
        self.go = threading.Event()
        self.asked: list[str] = []
        self.closed = False
        if free:
            self.go.set()

    def grade(self, name, content, seed, lesson):
        self.asked.append(name)
        self.go.wait(10)
        if content == b"broken":
            raise OSError("no process")
        return {"name": name, "lesson": lesson, "seed": seed}

    def close(self):
        self.closed = True


def job(name: str, content: bytes | None = None) -> Job:
    return Job(name, content or name.encode(), 1, 7)


def test_every_submission_gets_its_own_result():
    ahead = Ahead(Recorder(), 2)
    jobs = [job(f"s{number}") for number in range(20)]
    for place, one in enumerate(jobs):
        assert ahead.result(one, jobs[place + 1 :])["name"] == one.name
    assert sorted(ahead.service.asked) == sorted(one.name for one in jobs)


def test_what_comes_next_begins_meanwhile_and_no_more_than_there_are_places():
    service = Recorder(free=False)
    ahead = Ahead(service, 2)
    asking = threading.Thread(target=ahead.result, args=(job("a"), [job(n) for n in "bcd"]))
    asking.start()
    while len(service.asked) < 2:
        pass
    # Both places are taken until the service is let go: whoever waits does not begin meanwhile.
    asking.join(0.3)
    assert sorted(service.asked) == ["a", "b"]
    service.go.set()
    asking.join(10)


def test_what_was_begun_is_not_graded_again_when_its_turn_comes():
    service = Recorder()
    ahead = Ahead(service, 2)
    ahead.result(job("a"), [job("b")])
    ahead.result(job("b"))
    assert service.asked == ["a", "b"]


def test_a_file_that_changed_since_it_was_begun_is_graded_anew():
    service = Recorder()
    ahead = Ahead(service, 2)
    ahead.result(job("a"), [job("b", b"early")])
    ahead.result(job("b", b"late"))
    assert service.asked == ["a", "b", "b"]


def test_an_error_reaches_the_one_who_asks_and_nobody_else():
    ahead = Ahead(Recorder(), 2)
    assert ahead.result(job("a"), [job("bad", b"broken")])["name"] == "a"
    with pytest.raises(OSError, match="no process"):
        ahead.result(job("bad", b"broken"))
    assert ahead.result(job("c"))["name"] == "c"


def test_one_service_stands_until_the_settings_change(monkeypatch):
    started = []

    def start(*settings):
        started.append((Recorder(), settings))
        return started[-1][0]

    monkeypatch.setattr(shared_service, "start_service", start)
    try:
        first = shared_service.ahead(2, False, call_seconds=3.0)
        assert shared_service.ahead(2, False, call_seconds=3.0) is first
        second = shared_service.ahead(2, True, call_seconds=3.0)
        assert second is not first and started[0][0].closed and not started[1][0].closed
        assert started[1][1] == (2, True, {"call_seconds": 3.0})
    finally:
        shared_service.restart()
    assert started[1][0].closed


def test_a_service_ends_once_it_is_idle_and_not_while_it_works(monkeypatch):
    monkeypatch.setattr(shared_service, "IDLE_SECONDS", 0.2)
    services = [Recorder(free=False), Recorder()]
    waiting = iter(services)
    monkeypatch.setattr(shared_service, "start_service", lambda *settings: next(waiting))
    try:
        first = shared_service.ahead(1, False)
        asking = threading.Thread(target=first.result, args=(job("a"),))
        asking.start()
        time.sleep(0.5)
        assert not services[0].closed
        services[0].go.set()
        asking.join(10)
        end = time.monotonic() + 10
        while not services[0].closed and time.monotonic() < end:
            time.sleep(0.01)
        assert services[0].closed
        assert shared_service.ahead(1, False).result(job("b"))["name"] == "b"
    finally:
        shared_service.restart()


def test_the_seed_is_drawn_once_and_for_its_owner_alone(tmp_path):
    seed = kept_seed(tmp_path)
    assert kept_seed(tmp_path) == seed >= 0
    assert stat.S_IMODE((tmp_path / ".hidden_seed").stat().st_mode) == 0o600
    (tmp_path / "other").mkdir()
    assert kept_seed(tmp_path / "other") != seed


def test_a_seed_file_that_holds_no_number_is_named(tmp_path):
    (tmp_path / ".hidden_seed").write_text("tomorrow", encoding="utf-8")
    with pytest.raises(ValueError, match=r"\.hidden_seed should hold the seed"):
        kept_seed(tmp_path)


def test_an_assignments_own_seed_goes_before_the_courses(tmp_path):
    course = kept_seed(tmp_path, "lesson_1")
    (tmp_path / ".hidden_seed.lesson_1").write_text("12\n", encoding="utf-8")
    assert kept_seed(tmp_path, "lesson_1") == 12
    assert kept_seed(tmp_path, "lesson_2") == course == kept_seed(tmp_path)
