"""A run grades what is missing, keeps what is finished, and loses nothing however it ends."""

from __future__ import annotations

import json
import os
import stat
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from batchwork import (
    FULL,
    FakeService,
    class_folder,
    notebook_bytes,
    points_of,
    put,
    run_fake,
)

from autograder.batch import run as run_module
from autograder.batch import store as store_module
from autograder.batch.collect import collect
from autograder.batch.files import open_source
from autograder.batch.grading import Task, grade_here
from autograder.batch.run import Batch, run_batch

PARTIAL = {"level": "partial", "layers": {"files": False}, "missing": ["files"]}


@pytest.fixture
def batch(tmp_path) -> Batch:
    """Six notebooks to be graded by two workers."""
    return Batch(class_folder(tmp_path / "in", 6), tmp_path / "out", workers=2)


def test_every_submission_has_one_result_and_every_report_is_there(batch):
    summary, service = run_fake(batch)
    out = Path(batch.out)
    assert (summary.submissions, summary.graded_now, summary.failed) == (6, 6, 0)
    assert len(service.calls) == len(set(service.calls)) == 6 and service.closed
    keys = [f"learner0{n}.lesson_1" for n in range(6)]
    assert list(points_of(batch)) == keys
    for folder, ending in (("results", "json"), ("pages", "html"), ("gradescope", "json")):
        names = sorted(path.name for path in (out / folder).iterdir())
        assert names == [f"{key}.{ending}" for key in keys]
    figures = [
        f"lesson_1_{what}.{kind}" for what in ("mistakes", "pass_rates") for kind in ("png", "svg")
    ]
    assert sorted(path.name for path in (out / "figures").iterdir()) == figures
    for name in (
        *("index.html", "grades.csv", "exercises.csv", "mistakes.csv", "junit.xml", "run.json"),
        *(f"figures/{name}" for name in figures),
    ):
        assert (out / name).stat().st_size > 0
    assert not list(out.rglob("*.partial"))
    if os.name == "posix":  # of the instructor alone
        modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (out, *out.rglob("*"))}
        assert modes == {0}


@pytest.mark.slow
def test_a_second_run_grades_nothing_and_does_not_start_the_grader(batch):
    run_fake(batch)
    before = points_of(batch)
    summary = run_batch(batch, lambda: pytest.fail("started"), lambda words: None)
    assert summary.graded_now == 0 and points_of(batch) == before


@pytest.mark.slow
def test_only_what_is_missing_changed_or_new_is_graded(batch):
    run_fake(batch)
    folder = Path(batch.submissions)
    put(folder / "learner00.ipynb", notebook_bytes(1, "changed"))
    put(folder / "learner99.ipynb", notebook_bytes(1, "new"))
    (Path(batch.out) / "results" / "learner01.lesson_1.json").write_text('{"half', encoding="utf-8")
    (Path(batch.out) / "results" / "learner02.lesson_1.json").unlink()
    (folder / "learner05.ipynb").unlink()
    summary, service = run_fake(batch)
    asked = {name.split("/")[0] for name in service.calls}
    assert asked == {"learner00", "learner99", "learner01", "learner02"}
    assert summary.submissions == 6 and "learner05.lesson_1" not in points_of(batch)
    assert not (Path(batch.out) / "pages" / "learner05.lesson_1.html").exists()


@pytest.mark.slow
def test_figures_of_a_lesson_that_is_gone_go_too(batch):
    put(Path(batch.submissions) / "late.ipynb", notebook_bytes(2, "another lesson"))
    run_fake(batch, FakeService(), lesson=None)
    figures = Path(batch.out) / "figures"
    before = {path.name: path.read_bytes() for path in figures.iterdir()}
    put(figures / "lesson_4_mistakes.png", "left over")
    put(figures / "lesson_4_mistakes.svg", "left over")
    run_fake(batch)
    assert {path.name: path.read_bytes() for path in figures.iterdir()} == before


@pytest.mark.slow
def test_another_version_of_the_course_grades_anew(batch, monkeypatch):
    run_fake(batch)
    monkeypatch.setattr(store_module, "course_version", lambda: "another")
    assert run_fake(batch)[0].graded_now == 6


@pytest.mark.slow
def test_the_same_seed_gives_the_same_grades_and_another_others(batch, tmp_path):
    run_fake(batch, seed=7)
    run_fake(batch, seed=7, out=tmp_path / "again", workers=1)
    run_fake(batch, seed=8, out=tmp_path / "other")
    assert points_of(batch) == points_of(replace(batch, out=tmp_path / "again"))
    assert points_of(batch) != points_of(replace(batch, out=tmp_path / "other"))


@pytest.mark.slow
def test_a_drawn_seed_is_kept_private_and_used_again(batch):
    run_fake(batch)
    path = Path(batch.out) / "run.json"
    seed = json.loads(path.read_text(encoding="utf-8"))["seed"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    put(Path(batch.submissions) / "learner00.ipynb", notebook_bytes(1, "changed"))
    run_fake(batch)
    assert json.loads(path.read_text(encoding="utf-8"))["seed"] == seed
    run_fake(batch, out=Path(batch.out).with_name("twin"))
    assert (
        json.loads((Path(batch.out).with_name("twin") / "run.json").read_text(encoding="utf-8"))[
            "seed"
        ]
        != seed
    )


@pytest.mark.slow
def test_the_seed_and_its_plain_digest_are_in_no_file_but_run_json(batch):
    seed = 918273645918273
    run_fake(batch, seed=seed)
    salt = json.loads((Path(batch.out) / "run.json").read_text(encoding="utf-8"))["salt"]
    for path in Path(batch.out).rglob("*"):
        if path.is_file() and path.name != "run.json":
            content = path.read_bytes()
            assert str(seed).encode() not in content and salt.encode() not in content, path


@pytest.mark.slow
def test_equal_seeds_of_two_runs_cannot_be_told_from_their_results(batch, tmp_path):
    run_fake(batch, seed=7)
    run_fake(batch, seed=7, out=tmp_path / "again")
    digests = [
        json.loads((out / "results" / "learner00.lesson_1.json").read_text(encoding="utf-8"))[
            "graded"
        ]["seed"]
        for out in (Path(batch.out), tmp_path / "again")
    ]
    assert digests[0] != digests[1]


@pytest.mark.slow
def test_another_seed_is_refused_unless_everything_is_to_be_graded_anew(batch):
    run_fake(batch, seed=7)
    before = points_of(batch)
    with pytest.raises(ValueError, match=r"another seed.*--regrade"):
        run_fake(batch, seed=8)
    assert points_of(batch) == before and run_fake(batch, seed=7)[0].graded_now == 0
    assert run_fake(batch, seed=8, regrade=True)[0].graded_now == 6
    assert points_of(batch) != before and run_fake(batch)[0].graded_now == 0


@pytest.mark.slow
def test_regrade_keeps_the_seed_and_asks_again_for_every_result(batch):
    run_fake(batch)
    before = points_of(batch)
    assert run_fake(batch, regrade=True)[0].graded_now == 6 and points_of(batch) == before


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_a_seed_out_of_range_is_refused(seed, batch):
    with pytest.raises(ValueError, match="give a whole number"):
        run_fake(batch, seed=seed)


@pytest.mark.slow
def test_a_grader_that_fails_costs_one_result_and_is_asked_again_next_time(batch):
    put(Path(batch.submissions) / "boom.ipynb", notebook_bytes(1, "RAISE"))
    put(Path(batch.submissions) / "bust.ipynb", notebook_bytes(1, "FAIL"))
    summary, _ = run_fake(batch)
    assert (summary.graded_now, summary.failed) == (8, 2)
    summary, service = run_fake(batch)
    assert {name.split("/")[0] for name in service.calls} == {"boom", "bust"}


@pytest.mark.slow
def test_what_is_no_notebook_gets_a_result_of_0_with_the_reason(batch):
    put(Path(batch.submissions) / "eve.pdf", "%PDF")
    os.symlink("/etc/passwd", Path(batch.submissions) / "mallory.ipynb")
    summary, _ = run_fake(batch)
    assert summary.unreadable == 2 and summary.failed == 0
    lines = (Path(batch.out) / "results.jsonl").read_text(encoding="utf-8").splitlines()
    reasons = {r["learner"]: r["reason"] for r in map(json.loads, lines) if r["status"] != "graded"}
    assert "is a PDF" in reasons["eve"] and "links are not followed" in reasons["mallory"]
    assert "root:" not in "".join(lines)
    assert run_fake(batch)[0].graded_now == 0


def test_a_file_that_goes_away_while_others_are_graded_is_unreadable(batch, monkeypatch):
    def vanishing(tasks, service, workers):
        (Path(batch.submissions) / "learner03.ipynb").unlink()
        return original(tasks, service, workers)

    original = run_module.grade_here
    monkeypatch.setattr(run_module, "grade_here", vanishing)
    assert run_fake(batch)[0].unreadable == 1


def test_nothing_that_goes_wrong_in_a_worker_is_waited_for_without_end(batch):
    def torn() -> bytes:
        raise MemoryError

    collection = collect(open_source(batch.submissions))
    tasks = [Task(item, torn, 7) for item in collection.submissions]
    found = list(grade_here(tasks, FakeService(), 2))
    assert [item.result["status"] for item in found] == ["failed"] * 6
    assert all("MemoryError" in item.result["reason"] for item in found)


@pytest.mark.slow
def test_results_under_lesser_isolation_do_not_count_where_it_is_required(batch):
    run_fake(batch, FakeService(isolation=PARTIAL))
    assert "ran only partly isolated" in (Path(batch.out) / "index.html").read_text(
        encoding="utf-8"
    )
    assert run_fake(batch)[0].graded_now == 0
    assert run_fake(batch, FakeService(isolation=FULL), require_isolation=True)[0].graded_now == 6
    assert "in full isolation" in (Path(batch.out) / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda b: replace(b, submissions=b.submissions / "none"), "There is nothing at"),
        (lambda b: replace(b, out=b.submissions / "out"), "is inside the submissions"),
        (lambda b: replace(b, out=b.submissions), "is inside the submissions"),
        (lambda b: replace(b, out=put(b.out / "file", "x")), "is a file"),
        (lambda b: replace(b, out=put(b.out / "file", "x") / "out"), "cannot be created"),
        (lambda b: replace(b, out=put(b.out / "thesis.tex", "x").parent), "contains other things"),
        (lambda b: replace(b, out=put(b.out / "run.json", "{}").parent), "is damaged"),
        (lambda b: replace(b, out=put(b.out / "run.json", "[").parent), "is damaged"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_graded(prepare, words, batch):
    bad = prepare(batch)
    with pytest.raises(ValueError, match=words):
        run_batch(bad, lambda: pytest.fail("started"), lambda said: None)


def test_names_with_one_letter_written_in_two_ways_are_one_learner(tmp_path):
    for name in ("José", "Jose\u0301"):
        put(tmp_path / "class" / name / "lesson_1.ipynb", notebook_bytes(1, name))
    summary, _ = run_fake(Batch(tmp_path / "class", tmp_path / "out"))
    assert summary.submissions == 1


def test_for_excel_tables_begin_with_its_mark_of_utf_8(tmp_path):
    submissions = class_folder(tmp_path / "class", 1)
    for excel, mark in ((False, b'"'), (True, b"\xef\xbb\xbf")):
        batch = Batch(submissions, tmp_path / f"out {excel}", excel=excel)
        run_fake(batch)
        for name in ("grades.csv", "exercises.csv", "mistakes.csv"):
            assert (batch.out / name).read_bytes().startswith(mark)


def test_a_guess_about_a_zips_names_is_told(tmp_path):
    name = "山田.ipynb".encode("cp932")
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a" * len(name), notebook_bytes(1, "mine"))
    path.write_bytes(path.read_bytes().replace(b"a" * len(name), name))
    said: list[str] = []
    run_batch(Batch(path, tmp_path / "out"), FakeService, said.append)
    assert "山田.ipynb" in said[0] and "code page 932" in said[0]
