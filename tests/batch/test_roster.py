"""The class list: nobody who is on it, or not on it, goes unmentioned."""

from __future__ import annotations

import csv

import pytest
from batchwork import FakeService, notebook_bytes, run_fake
from bs4 import BeautifulSoup

from autograder.batch.roster import Roster
from autograder.batch.run import Batch

ROWS = [
    ("jdoe", "Jane", "Doe", "jane.doe@uni.example"),
    ("4711", "Ana María", "López", "ana@uni.example"),
    ("k3", "é", "Ünal", ""),
    ("x9", "Li", "Wei", "liwei@uni.example"),
]


def roster(folder, rows=ROWS, mark=",", start="", encoding="utf-8"):
    path = folder / "class.csv"
    lines = ["id,first,last,mail".replace(",", mark), *(mark.join(row) for row in rows)]
    path.write_bytes((start + "\n".join(lines)).encode(encoding))
    return Roster(path)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_who_handed_in_nothing_and_who_is_not_listed(mark, start, tmp_path):
    learners = [("Jane Doe", ""), ("lopezanamaria", "4711"), ("mallory", "m1"), ("mallory", "m1")]
    assert roster(tmp_path, mark=mark, start=start).compare(learners) == [
        "Handed in nothing (2): k3 (é), x9 (Li).",
        "Not on the roster (1): mallory (m1).",
    ]


@pytest.mark.parametrize(
    "learner",
    [("doejane", "98765"), ("Doe, Jane", ""), ("someone", "JDOE"), ("jane.doe", ""), ("jdoe", "")],
)
def test_a_learner_is_found_by_id_by_name_or_by_the_name_in_an_address(learner, tmp_path):
    listed = roster(tmp_path, rows=ROWS[:1])
    assert listed.compare([learner]) == []
    assert listed.compare([]) == ["Handed in nothing (1): jdoe (Jane)."]


def test_a_name_is_the_same_composed_and_decomposed(tmp_path):
    assert roster(tmp_path, rows=ROWS[2:3]).compare([("e\u0301 U\u0308nal", "")]) == []


def test_a_platforms_id_beats_a_name(tmp_path):
    both = roster(tmp_path, rows=[("1", "Sam", "Ek", ""), ("2", "Sam", "Ek", "")])
    assert both.compare([("Sam Ek", "1")]) == ["Handed in nothing (1): 2 (Sam)."]


def test_a_list_of_nobody_or_in_another_encoding_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"class\.csv lists nobody; a row of column names"):
        roster(tmp_path, rows=[])
    with pytest.raises(ValueError, match="is not in UTF-8"):
        roster(tmp_path, encoding="latin-1")
    with pytest.raises(ValueError, match="cannot be read"):
        Roster(tmp_path / "none.csv")


def test_who_handed_in_nothing_stands_in_the_class_pages_table(tmp_path):
    source = tmp_path / "handed_in"
    source.mkdir()
    (source / "Jane Doe.ipynb").write_bytes(notebook_bytes(1, "text"))
    rows = [ROWS[0], ("u7", "<b>Uma", "Lu", "")]
    roster(tmp_path, rows=rows)
    out = tmp_path / "out"
    run_fake(Batch(source, out, roster=tmp_path / "class.csv"), FakeService())
    index = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    absent, jane = index.select("#learners tbody tr")
    assert absent.th.text == "<b>Uma Luu7 · handed in nothing" and not absent.a
    assert "missing" in absent["data-marks"] and absent.select_one(".sum").text == "0"
    assert jane.a["href"] == f"learners/{next((out / 'learners').iterdir()).name}"
    assert len([*(out / "learners").iterdir()]) == 1
    with (out / "points.csv").open(encoding="utf-8", newline="") as file:
        assert [row["learner"] for row in csv.DictReader(file)] == ["<b>Uma Lu", "Jane Doe"]
