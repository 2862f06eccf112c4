"""A class of sixty, nobody of whom has a name that a program would have thought of, through all."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from batchwork import FakeService, notebook_bytes, run_fake
from bs4 import BeautifulSoup
from coursework import ROOT

from autograder.batch import reports
from autograder.batch.files import shown
from autograder.batch.marking import MarkingTable
from autograder.batch.run import Batch
from autograder.batch.way_back import WayBack
from autograder.intake.course_texts import rubrics
from bvae_ref.cli import main

NAMES = (
    *("=1+1", "@SUM(A1)", "-5", "+x", "'=x", "\uff1d1", "|calc", "%s", "%d%n", "{}", "{0}"),
    *("[x]", "[!a]", "(abc)", "{y}", "a*", "q?", "a.b", "..", "...", ".hidden", "~", "$HOME"),
    *("`id`", "; ls", "a&b", "&amp;", "<script>alert(1)", "'\"><img src=x>", "{{7*7}}"),
    *("O'Neil", 'Doe "JD"', "Doe, Jane", "Doe; Jane", "Jose\u0301", "José María", "Ünal", "ﬀ"),
    *("山田 太郎", "ひらがな", "Мария", "عمر", "\u202eevil", "👩\u200d🎓", "ß", "İi", "a\tb"),
    *("CON", "nul", "com1", "Ann", "ann", "ANN", "student-1", "student-2", "lesson_1"),
    *("copy of lesson_2", "LATE", "0", "n" * 150),
)  # fmt: skip
assert len(NAMES) == len(set(NAMES)) == 60
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d")


class Writers(FakeService):
    """Every learner answers the written question too."""

    def grade(self, name: str, content: bytes, seed: int, lesson: int | None = None) -> dict:
        return {**super().grade(name, content, seed, lesson), "written": {"written-2": name}}


@pytest.fixture(autouse=True)
def _without_figures(monkeypatch):
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})


@pytest.fixture
def class_zip(tmp_path) -> Path:
    """The zip that Moodle gives: number 1000 is the first learner's."""
    path = tmp_path / "moodle.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(NAMES, start=1000):
            place = f"{name}_{number}_assignsubmission_file_/lesson_1.ipynb"
            archive.writestr(place, notebook_bytes(1, f"number {number}"))
    return path


def table(path: Path, rows: Iterable[Iterable]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_nobody_is_dropped_and_no_name_does_anything(class_zip, tmp_path, capsys):
    numbers = [str(number) for number in range(1000, 1060)]
    people = list(zip(numbers, NAMES, strict=True))
    roster = table(
        tmp_path / "class.csv", [("id", "name", "section"), *((*p, "A") for p in people)]
    )
    head = ("Identifier", "Full name", "Grade")
    sheet = [head, *((f"Participant {number}", name, "") for number, name in people)]
    worksheet = table(tmp_path / "worksheet.csv", sheet)
    out = tmp_path / "out"
    back = WayBack(moodle=worksheet)
    summary, _ = run_fake(Batch(class_zip, out, roster=roster, back=back), Writers())
    assert (summary.submissions, summary.failed, summary.set_aside, summary.unexplained) == (
        *(60, 0, (), 0),
    )
    assert [s for s in summary.warnings if "roster" in s or "Nothing handed in" in s] == []

    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = {record["learner_id"]: record for record in map(json.loads, lines)}
    assert {number: record["learner"] for number, record in records.items()} == {
        number: shown(name) for number, name in people
    }
    pages = {path.stem: path.read_text(encoding="utf-8") for path in (out / "pages").iterdir()}
    for number, name in people:
        soup = BeautifulSoup(pages[records[number]["key"]], "html.parser")
        assert soup.h1.text == f"{shown(name)} · Lesson 1"
        assert soup.find_all(["script", "img"]) == []
    index = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert index.find_all("img") == []
    [script] = index.find_all("script")
    own = ROOT / "autograder" / "views" / "tables.js"
    assert script.text == own.read_text(encoding="utf-8"), "the page's own, and no name's"

    assert {row["learner_id"] for row in rows(out / "grades.csv")} == set(numbers)
    assert len(rows(out / "totals.csv")) == 60
    for name in ("grades.csv", "totals.csv", "written.csv", "mistakes.csv", "exercises.csv"):
        cells = [cell for row in rows(out / name) for cell in row.values()]
        assert [c for c in cells if c.startswith(FORMULA) and not c[1:2].isdigit()] == [], name
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        handed_back = sorted(n.split("_assignsubmission_")[0][-4:] for n in archive.namelist())
    assert handed_back == numbers
    assert all(row["Grade"] for row in rows(out / "moodle.csv"))
    assert len(MarkingTable(out, rubrics()).overview()["answers"]) == 60

    assert main(["collect", str(class_zip), "-o", str(tmp_path / "tree")]) == 0
    folders = sorted(path for path in (tmp_path / "tree").iterdir())
    assert len({path.name.casefold() for path in folders}) == 60
    assert all((path / "lesson_1" / "lesson_1.ipynb").is_file() for path in folders)
    arguments = [str(out), "-o", str(tmp_path / "term"), "--roster", str(roster)]
    assert main(["term", *arguments]) == 0
    assert len(rows(tmp_path / "term" / "totals.csv")) == 60
    assert main(["similar", str(class_zip), "-o", str(tmp_path / "similar.html")]) == 0
    assert "60 notebooks" in (tmp_path / "similar.html").read_text(encoding="utf-8")
    assert "set aside" not in capsys.readouterr().err
