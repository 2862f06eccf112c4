"""A code carries progress to another machine, and nothing else is taken for one."""

from __future__ import annotations

import random

import pytest

from autograder.exercise import registry
from autograder.notebook import face, record
from autograder.notebook.face import progress
from autograder.notebook.progress_code import BadCode, entries_of, progress_code
from autograder.notebook.progress_file import FRESH
from autograder.notebook.record import Progress

IDS = [exercise.id for exercise in registry.every()]


def entry(exercise_id: str, passed: bool, seconds: float = 600.0, hints: int = 2) -> dict:
    points = registry.get(exercise_id).points
    return {
        "outcome": "passed" if passed else "failed",
        "points": points if passed else points / 2,
        "hints": hints,
        "passed": passed,
        "seconds": seconds,
        "passed_on": "2026-03-04" if passed else "",
    }


@pytest.mark.parametrize("seed", range(5))
def test_what_goes_in_comes_out(seed):
    drawn = random.Random(seed)
    begun = drawn.sample(IDS, drawn.randint(0, len(IDS)))
    given = {
        item: entry(item, drawn.random() < 0.5, 60.0 * drawn.randint(0, 200), drawn.randint(0, 3))
        for item in begun
    }
    for item in given.values():
        item["points"] = round(4 * item["points"]) / 4
    code = progress_code({**dict.fromkeys(IDS, FRESH), **given})
    assert entries_of(code) == given
    assert entries_of(f"  {code.lower().replace('-', ' ')} ") == given


def test_a_code_is_short_and_holds_no_name():
    one_lesson = {item.id: entry(item.id, True) for item in registry.of_lesson(1)}
    assert len(progress_code(one_lesson)) <= 40
    assert len(progress_code({key: entry(key, True) for key in IDS})) <= 130
    assert set(progress_code(one_lesson)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


def test_every_wrong_sign_is_noticed():
    code = progress_code({"1.1": entry("1.1", True)})
    for place, sign in enumerate(code):
        if sign != "-":
            other = "7" if sign != "7" else "8"
            with pytest.raises(BadCode, match=r"typing error|another course"):
                entries_of(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "Ada", "1.1", "é" * 40, "U" * 40, "1A2B3"])
def test_what_is_no_code_is_said_so(text):
    with pytest.raises(BadCode, match="is no progress code"):
        entries_of(text)


def test_a_code_of_another_course_is_refused(monkeypatch):
    code = progress_code({"1.1": entry("1.1", True)})
    monkeypatch.setattr("autograder.notebook.progress_code._fingerprint", lambda: 7)
    with pytest.raises(BadCode, match="another course"):
        entries_of(code)


def test_progress_takes_a_code_and_keeps_what_is_further(monkeypatch, tmp_path):
    here = Progress(tmp_path / "progress.json")
    here.entry("1.1").update(entry("1.1", True))
    here.entry("1.2").update(entry("1.2", False))
    monkeypatch.setattr(face, "_progress", here)
    code = progress_code({"1.1": entry("1.1", False), "1.2": entry("1.2", True)})
    lines = {line.split()[0]: line for line in str(progress(code)).splitlines()}
    assert "✔ Passed" in lines["1.1"] and "✔ Passed" in lines["1.2"]
    assert Progress(tmp_path / "progress.json").entry("1.2")["passed"]
    assert 'progress(name="…")' in str(progress("Ada"))


def test_a_whole_course_by_codes_ends_in_a_certificate(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(face, "_progress", Progress(None))
    for lesson in registry.course().lessons:
        shown = progress(
            progress_code({item.id: entry(item.id, True) for item in registry.of_lesson(lesson)})
        )
    assert "4 March 2026" in str(shown) and "certificate" in str(shown)


def test_a_mounted_drive_keeps_progress(monkeypatch, tmp_path):
    monkeypatch.delenv("BVAE_STATE", raising=False)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(record, "DRIVE", tmp_path / "drive")
    assert Progress.local().path.parts[0] == ".bvae"
    (tmp_path / "drive").mkdir()
    assert Progress.local().path == tmp_path / "drive" / registry.course().id / "progress.json"
