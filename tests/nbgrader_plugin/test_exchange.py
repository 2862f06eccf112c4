"""The real `nbgrader collect` over an exchange that learners filled with what they liked."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path

import pytest
from coursework import ROOT, notebook, run
from nbgrader_course import new_course

from autograder.exercise import registry

ME = getpass.getuser()
EARLY, LATE = "2026-01-01 10:00:00 UTC", "2026-02-01 10:00:00 UTC"
NOTEBOOK = "lesson_1.ipynb"
ANYBODY = "--ExchangeCollect.check_owner=False"


class Exchange:
    """A course beside an exchange on this machine."""

    def __init__(self, folder: Path):
        (folder / "course").mkdir()
        self.course = new_course(folder / "course")
        self.inbound = folder / "exchange" / registry.course().id / "inbound"
        self.inbound.mkdir(parents=True)

    def hand_in(self, learner: str, time: str = EARLY, mark: str = "") -> Path:
        """What `nbgrader submit` leaves: a notebook, when it came, and a name nobody guesses."""
        folder = self.inbound / f"{learner}+lesson_1+{time}+a1b2"
        folder.mkdir()
        data = notebook("lessons", 1)
        data["metadata"]["mark"] = mark
        (folder / NOTEBOOK).write_text(json.dumps(data), encoding="utf-8")
        (folder / "timestamp.txt").write_text(time, encoding="utf-8")
        return folder

    def collect(self, *options: str) -> str:
        """Run the command, which has to succeed; its messages."""
        done = run(
            "nbgrader",
            "collect",
            "lesson_1",
            f"--Exchange.root={self.inbound.parents[1]}",
            *options,
            cwd=self.course,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stderr

    def collected(self) -> dict[str, str]:
        """Learner → the mark in the notebook that was collected."""
        paths = self.course.glob(f"submitted/*/lesson_1/{NOTEBOOK}")
        return {
            path.parts[-3]: json.loads(path.read_text(encoding="utf-8"))["metadata"]["mark"]
            for path in paths
        }


@pytest.fixture
def exchange(tmp_path) -> Exchange:
    return Exchange(tmp_path)


@pytest.mark.slow
def test_links_are_not_followed_and_cost_their_folder_alone(exchange):
    exchange.hand_in("ann", mark="ann's own")
    to_solutions = exchange.hand_in("eve") / NOTEBOOK
    to_solutions.unlink()
    to_solutions.symlink_to(ROOT / "solutions" / "lesson_1" / NOTEBOOK)
    (exchange.hand_in("fay") / "data").symlink_to(ROOT / "solutions")
    away = exchange.hand_in("someone", mark="another's")
    (exchange.inbound / f"gil+lesson_1+{EARLY}").symlink_to(away)
    said = exchange.collect(ANYBODY)
    assert exchange.collected() == {"ann": "ann's own", "someone": "another's"}
    for learner, reason in (
        ("eve", f"{NOTEBOOK} is a link"),
        ("fay", "data is a link"),
        ("gil", "it is a link"),
    ):
        (line,) = (line for line in said.splitlines() if f"{learner}+lesson_1+" in line)
        assert "is not collected" in line and reason in line


@pytest.mark.slow
def test_strange_names_files_and_times_cost_their_folder_alone(exchange):
    exchange.hand_in("ann+lee", mark="a plus in a name")
    exchange.hand_in("bob", time="no time at all")
    (exchange.hand_in("cyd") / "timestamp.txt").write_text("yesterday, I think", encoding="utf-8")
    (exchange.hand_in("dee") / "timestamp.txt").write_bytes(b"\xff\xfe")
    os.mkfifo(exchange.hand_in("eve") / "pipe")
    (exchange.inbound / "fay+lesson_1+2026").write_text("a file", encoding="utf-8")
    for number in range(1100):
        (exchange.inbound / f"gil+lesson_1+{EARLY}" / ("d/" * (number % 40))).mkdir(
            parents=True, exist_ok=True
        )
    said = exchange.collect(ANYBODY)
    assert exchange.collected() == {"ann+lee": "a plus in a name"}
    for learner in ("bob", "cyd", "dee", "eve", "fay", "gil"):
        assert sum(f"{learner}+lesson_1+" in line for line in said.splitlines()) == 1, learner


@pytest.mark.slow
def test_what_was_collected_before_stays_when_the_newer_attempt_is_refused(exchange):
    exchange.hand_in("ann", mark="first")
    exchange.collect(ANYBODY)
    (exchange.hand_in("ann", time=LATE, mark="second") / "link").symlink_to("/etc/hostname")
    said = exchange.collect("--update", ANYBODY)
    assert exchange.collected() == {"ann": "first"}
    assert "link is a link" in said
    exchange.hand_in("ann", time="2026-03-01 10:00:00 UTC", mark="third")
    exchange.collect("--update", ANYBODY)
    assert exchange.collected() == {"ann": "third"}


@pytest.mark.slow
def test_nobody_hands_in_under_anothers_name(exchange):
    exchange.hand_in(ME, mark="my own")
    exchange.hand_in("ann", mark="made by somebody else")
    said = exchange.collect()
    assert exchange.collected() == {ME: "my own"}
    assert f"it is named after ann but belongs to {ME}" in said
    assert ANYBODY in said
    exchange.collect(ANYBODY)
    assert exchange.collected() == {ME: "my own", "ann": "made by somebody else"}
