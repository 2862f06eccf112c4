"""A term: learners by lessons, joined over the folders of `bvae grade`, nothing added up twice."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path

import pytest
from batchwork import notebook_bytes, put, run_fake
from class_records import HOSTILE, Page, record, unreadable

from autograder.batch import reports
from autograder.batch.run import Batch
from autograder.commands.term import add_term
from autograder.judging.term_summary import TermLearner, entry_of, term_of
from autograder.views.term_page import term_page


def week(folder: Path, number: int, *records: dict) -> Path:
    """A folder of results for one lesson, as `bvae grade` leaves it."""
    out = folder / f"week{number}"
    lines = [json.dumps({**item, "lesson": number}) for item in records]
    put(out / "results.jsonl", "\n".join(lines) + "\n")
    put(out / "run.json", "{}")
    return out


def of(learner: str, learner_id: str = "", passed: int = 4, **changes) -> dict:
    return record(learner, passed, learner_id=learner_id, **changes)


def bvae_term(*arguments) -> int:
    """The exit code of `bvae term` with these arguments, entry points aside."""
    parser = argparse.ArgumentParser(prog="bvae")
    add_term(parser.add_subparsers())
    parsed = parser.parse_args(["term", *map(str, arguments)])
    return parsed.run(parsed)


def term(folder: Path, *arguments) -> tuple[dict[str, dict], str]:
    """Learner → row of totals.csv, and the page."""
    out = folder / "term"
    assert bvae_term(*arguments, "-o", out) == 0
    rows = list(csv.DictReader((out / "totals.csv").open(encoding="utf-8", newline="")))
    return {row["learner"]: row for row in rows}, (out / "index.html").read_text(encoding="utf-8")


def test_every_lesson_has_its_parts_and_the_sum_is_of_what_counts(tmp_path):
    written = {"written_points": 3.0, "written_max": 4.0, "written_pending": 0.0}
    late = {"late": True, "late_words": "2 days late: 1.5 points off", "penalty": 1.5}
    folders = [
        week(tmp_path, 1, of("ann", "7"), of("bo", "8", 1)),
        week(tmp_path, 2, of("ann", "7", 3, **written, **late), of("bo", "8")),
    ]
    rows, page = term(tmp_path, *folders)
    ann = rows["ann"]
    assert [ann[f"lesson_2{part}"] for part in ("", "_automatic", "_written", "_penalty")] == [
        *("7.5", "6", "3", "1.5"),
    ]
    assert ann["lesson_2_late"].startswith("2 days late")
    assert (ann["lesson_1"], ann["sum"], ann["max"], ann["handed_in"]) == ("8", "15.5", "20", "2")
    assert (rows["bo"]["sum"], rows["bo"]["nothing_since"]) == ("10", "")
    assert '<a href="../week2/pages/ann.lesson_1.html">7.5</a>' in page
    assert "6 + 3 written" in page and "2 days late" in page


def test_who_stopped_stands_with_since_when_longest_first(tmp_path):
    folders = [
        week(tmp_path, 1, of("ann"), of("bo"), of("cy")),
        week(tmp_path, 2, of("ann"), of("bo")),
        week(tmp_path, 3, of("ann")),
    ]
    rows, page = term(tmp_path, *folders)
    since = {name: row["nothing_since"] for name, row in rows.items()}
    assert since == {"ann": "", "bo": "lesson_2", "cy": "lesson_1"}
    stopped = page.partition(">Who stopped</h2>")[2].partition(">Points</h2>")[0]
    assert stopped.index(">cy<") < stopped.index(">bo<") and ">ann<" not in stopped
    assert "nothing handed in" in page.partition(">Points</h2>")[2]


def test_the_roster_brings_sections_and_those_who_never_handed_in(tmp_path):
    roster = put(tmp_path / "class.csv", "id,name,section\n7,Ann Ek,A\n8,Bo Ek,B\n9,Cy Ek,B\n")
    folders = [
        week(tmp_path, 1, of("annek", "7"), of("Bo Ek", "4711", 2)),
        week(tmp_path, 2, of("Ek, Ann"), of("eve", "66")),
    ]
    rows, page = term(tmp_path, *folders, "--roster", roster)
    assert {name: (row["section"], row["handed_in"]) for name, row in rows.items()} == {
        "Ann Ek": ("A", "2"),
        "Bo Ek": ("B", "1"),
        "Cy Ek": ("B", "0"),
        "eve": ("", "1"),
    }
    assert rows["Cy Ek"]["nothing_since"] == "ever" and ">never<" in page
    assert "Not on the roster (1): eve." in page
    progress = page.partition(">Who stopped</h2>")[0]
    assert '<th scope="col">A</th><th scope="col">B</th>' in progress
    assert "<td>50%<small>1 of 2</small></td>" in progress, "section B in lesson 1"


def test_names_join_weeks_since_moodles_numbers_are_of_one_assignment(tmp_path):
    """`get_uniqueid_for_user` of Moodle's `mod/assign/locallib.php`: a number per assignment."""
    folders = [
        week(tmp_path, 1, of("Jane Doe", "101"), of("Tim Ek", "102")),
        week(tmp_path, 2, of("Tim Ek", "101"), of("Doe, Jane", "250")),
    ]
    rows, _ = term(tmp_path, *folders)
    assert {name: row["handed_in"] for name, row in rows.items()} == {
        "Jane Doe": "2",
        "Tim Ek": "2",
    }


def test_two_of_one_name_stay_two(tmp_path):
    same = [of("Sam", "1", key="sam_1.lesson_1"), of("sam", "2", 1, key="sam_2.lesson_1")]
    rows, _ = term(tmp_path, week(tmp_path, 1, *same), week(tmp_path, 2, *same))
    assert {name: row["sum"] for name, row in rows.items()} == {"Sam": "16", "sam": "4"}


def test_a_lesson_in_two_folders_counts_once_and_is_named(tmp_path, capsys):
    again = put(tmp_path / "again" / "results.jsonl", json.dumps(of("ann", "", 1)) + "\n").parent
    rows, _ = term(tmp_path, week(tmp_path, 1, of("ann")), again)
    assert rows["ann"]["sum"] == "2"
    assert "In more than one folder, the last of which counts (1): ann, lesson 1." in (
        capsys.readouterr().err
    )


def test_no_notebook_is_handed_in_with_0_and_what_waits_is_not(tmp_path):
    records = [of("ann"), unreadable("eve"), of("may", status="waiting", points=0.0)]
    rows, page = term(tmp_path, week(tmp_path, 1, *records))
    assert rows.keys() == {"ann", "eve"} and rows["eve"]["sum"] == "0"
    assert "—</a><small>could not be read</small>" in page
    assert "<td>50%<small>2 of 2</small></td>" in page


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder, "give folders that `bvae grade"),
        (lambda folder: put(folder / "results.jsonl", "").parent, "holds nothing graded"),
        (lambda folder: put(folder / "results.jsonl", "{").parent, "give folders that"),
    ],
)
def test_what_is_no_graded_folder_is_refused(make, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        bvae_term(make(tmp_path / "x"), "-o", tmp_path / "term")
    assert not (tmp_path / "term").exists()


def test_a_lessons_folder_is_not_overwritten(tmp_path):
    one = week(tmp_path, 1, of("ann"))
    with pytest.raises(ValueError, match="give another folder with -o"):
        bvae_term(one, "-o", one)


def test_nothing_that_a_learner_wrote_becomes_markup_or_a_formula(tmp_path):
    bad = TermLearner(HOSTILE, HOSTILE, HOSTILE, {1: entry_of(of("x") | {"late_words": HOSTILE})})
    page = term_page(term_of([bad, TermLearner("b", "", "B")]), [HOSTILE])
    tags = [tag for tag, _ in Page(page).tags]
    assert tags.count("script") == 1 and "img" not in tags, "the page's own script alone"
    rows, _ = term(tmp_path, week(tmp_path, 1, of("=1+1", "@x")))
    assert rows["'=1+1"]["learner_id"] == "'@x"


def test_a_folder_of_several_lessons_is_not_added_up(tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})
    for lesson in (1, 2):
        name = f"lesson_{lesson}"
        path = tmp_path / "submitted" / "ann" / name / f"{name}.ipynb"
        put(path, notebook_bytes(lesson, "a"))
    roster = put(tmp_path / "class.csv", "id,section\nann,A\n")
    run_fake(Batch(tmp_path / "submitted", tmp_path / "out", roster=roster))
    totals = (tmp_path / "out" / "totals.csv").open(encoding="utf-8", newline="")
    rows = list(csv.DictReader(totals))
    assert [(row["learner"], row["section"], row["lesson"]) for row in rows] == [
        ("ann", "A", "1"),
        ("ann", "A", "2"),
    ]
    assert {row["max"] for row in rows} == {"8"} and "sum" in rows[0]
    assert all(row["sum"] == row["automatic"] for row in rows)
