"""Late work in a class: whose it is, what it costs, and which attempt counts."""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import replace
from datetime import datetime, timezone
from itertools import count
from pathlib import Path

import pytest
from batchwork import FakeService, notebook_bytes, put, result, run_fake

from autograder.batch import reports
from autograder.batch.from_gradebook import GradebookGrades
from autograder.batch.run import Batch
from autograder.grading.lateness import Extension, LateRules, Penalty

UTC = timezone.utc
DUE = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
RULES = LateRules({1: DUE}, zone=UTC, penalty=Penalty(0.5, True, 86400.0))
# Blackboard's names hold the time of each attempt; see `batch/platforms.py` for the sources.
SEED = 3
IN_TIME, NEWER, LATE = "2026-11-03-11-00-00", "2026-11-03-11-30-00", "2026-11-03-13-00-00"


@pytest.fixture(autouse=True)
def _without_figures(monkeypatch):
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})


def handed_in(folder: Path, files: dict[str, bytes], rules: LateRules = RULES) -> Batch:
    path = folder / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return Batch(path, folder / "out", rules=rules)


def blackboard(user: str, time: str) -> str:
    return f"Week 1_{user}_attempt_{time}_lesson_1.ipynb"


def graded(batch: Batch, **changes):
    """Learner → record, and what the instructor is told."""
    summary, _ = run_fake(replace(batch, seed=SEED, **changes))
    lines = (Path(batch.out) / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {item["learner"]: item for item in map(json.loads, lines)}, summary


def earning(exercises: int, tag: str) -> bytes:
    """A notebook that passes so many of four exercises, of two points each, with this seed."""
    made = (notebook_bytes(1, f"{tag}{number}") for number in count())
    return next(c for c in made if FakeService().grade("", c, SEED)["points"] == 2 * exercises)


def two_attempts(folder, older: bytes, newer: bytes, rules: LateRules = RULES) -> Batch:
    files = {blackboard("ann", IN_TIME): older, blackboard("ann", LATE): newer}
    return handed_in(folder, files | {blackboard("bo", NEWER): notebook_bytes(1, "b")}, rules)


def test_the_newest_attempt_in_time_counts_and_the_late_one_is_named(tmp_path):
    batch = two_attempts(tmp_path, notebook_bytes(1, "a"), notebook_bytes(1, "changed"))
    records, summary = graded(batch)
    assert not records["ann"]["late"] and records["ann"]["penalty"] == 0
    (aside,) = summary.set_aside
    assert (
        LATE in aside and aside.endswith("an attempt in time counts.") and not summary.unexplained
    )
    assert "came after the deadline" in records["ann"]["notes"][0]


def test_by_another_rule_the_newest_counts_and_costs_what_lateness_costs(tmp_path):
    rules = replace(RULES, attempt="newest")
    batch = two_attempts(tmp_path, earning(3, "a"), earning(4, "b"), rules)
    ann = graded(batch)[0]["ann"]
    assert ann["late"] and ann["late_words"] == "60 minutes late: 4 points off"
    assert (ann["points"], ann["penalty"]) == (8, 4)
    page = (Path(batch.out) / "pages" / f"{ann['key']}.html").read_text(encoding="utf-8")
    assert "handed in 60 minutes late" in page and "4 of 8 points: 8 earned, 4 off" in page
    assert "60 minutes late" in (Path(batch.out) / "index.html").read_text(encoding="utf-8")
    rows = list(csv.DictReader((Path(batch.out) / "grades.csv").open(encoding="utf-8")))
    assert sum(float(row["points"]) for row in rows if row["learner"] == "ann") == 4


def test_the_same_work_handed_in_again_is_not_late(tmp_path):
    again = json.loads(notebook_bytes(1, "a"))
    again["metadata"]["saved"] = "elsewhere"
    rules = replace(RULES, attempt="newest")
    batch = two_attempts(tmp_path, notebook_bytes(1, "a"), json.dumps(again).encode(), rules)
    records, summary = graded(batch)
    assert not records["ann"]["late"]
    assert "the same work as an attempt in time" in summary.set_aside[0]


@pytest.mark.parametrize(("older", "newer", "late"), [(1, 4, True), (3, 4, False), (2, 4, True)])
def test_the_best_attempt_counts_after_its_penalty_and_keeps_its_key(older, newer, late, tmp_path):
    rules = replace(RULES, attempt="best")
    batch = two_attempts(tmp_path, earning(older, "a"), earning(newer, "z"), rules)
    records, summary = graded(batch)
    ann = records["ann"]
    assert (ann["late"], ann["points"] - ann["penalty"]) == (late, max(2 * older, newer))
    assert ann["key"] == "ann.lesson_1" and summary.set_aside == ()
    assert any("Of 2 attempts" in note for note in ann["notes"])
    assert run_fake(replace(batch, seed=SEED))[1].calls == [], "both results were kept"


@pytest.mark.parametrize(
    ("on_time", "late"),
    [
        ("doejane_12345_678901_lesson_1.ipynb", "roejoe_LATE_12346_678902_lesson_1.ipynb"),
        ("anon_x7k2p_678901_lesson_1.ipynb", "anon_LATE_a1b2c_678902_lesson_1.ipynb"),
    ],
)
def test_canvass_mark_counts_with_names_and_without(on_time, late, tmp_path):
    """`LATE` stands where Canvas's `ContentZipper` puts it, in anonymous zips too."""
    batch = handed_in(tmp_path, {on_time: earning(4, "a"), late: earning(4, "b")})
    _, summary = graded(batch)
    assert sorted(record["late"] for record in json_lines(batch)) == [False, True]
    (record,) = [r for r in json_lines(batch) if r["late"]]
    assert record["penalty"] == 4
    assert any(line.startswith("Late (1)") for line in summary.warnings)


def json_lines(batch: Batch) -> list[dict]:
    text = (Path(batch.out) / "results.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_nbgraders_timestamp_is_utc_unless_it_says_another_zone(tmp_path):
    """As nbgrader's exchange writes `timestamp.txt`: `%Y-%m-%d %H:%M:%S.%f %Z`."""
    times = {
        "ann": "2026-11-03 11:59:00.1 UTC",
        "bo": "2026-11-03 12:01:00",
        "cy": "2026-11-03T12:30+01:00",
    }
    for name, text in times.items():
        folder = tmp_path / "submitted" / name / "lesson_1"
        put(folder / "lesson_1.ipynb", notebook_bytes(1, name))
        put(folder / "timestamp.txt", text)
    records, _ = graded(Batch(tmp_path / "submitted", tmp_path / "out", rules=RULES))
    assert {name: record["late"] for name, record in records.items()} == {
        "ann": False,
        "bo": True,
        "cy": False,
    }


def test_extensions_and_what_nothing_says_are_told(tmp_path):
    extension = Extension("ann", 1, datetime(2026, 12, 1, tzinfo=UTC))
    nobody = Extension("eve", None, DUE)
    rules = replace(RULES, attempt="newest", extensions=(extension, nobody))
    batch = two_attempts(tmp_path, notebook_bytes(1, "a"), notebook_bytes(1, "changed"), rules)
    records, summary = graded(batch)
    assert not records["ann"]["late"]
    assert "Extensions that fit nobody here (1): eve." in summary.warnings
    plain = put(tmp_path / "in" / "ann.ipynb", notebook_bytes(1)).parent
    _, summary = graded(Batch(plain, tmp_path / "other", rules=RULES))
    assert any(line.startswith("Nothing says when they handed in") for line in summary.warnings)


def test_one_deadline_for_several_lessons_is_refused(tmp_path):
    folder = put(tmp_path / "in" / "ann" / "lesson_1.ipynb", notebook_bytes(1)).parent
    put(folder / "lesson_2.ipynb", notebook_bytes(2))
    rules = LateRules({None: DUE})
    with pytest.raises(ValueError, match="the submissions are of 2 lessons"):
        run_fake(Batch(tmp_path / "in", tmp_path / "out", rules=rules))


def test_nbgraders_points_lose_the_same_by_the_same_rules(tmp_path):
    files = {"doejane_LATE_101_9001_lesson_1.ipynb": notebook_bytes(1)}
    grades = {("101", 1): result("101", 1, 4) | {"gradebook_penalty": 1.5}}
    batch = handed_in(tmp_path, files)
    found, _ = graded(batch, grades=GradebookGrades(grades, tmp_path / "none"))
    assert found["doejane"]["penalty"] == 4
    found, _ = graded(batch, grades=GradebookGrades(grades, tmp_path / "none"), rules=None)
    assert found["doejane"]["penalty"] == 1.5
