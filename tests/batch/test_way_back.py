"""What goes back to the platform: pages under its own names, points in its own tables.

Which names a platform takes back: Canvas's `infer_comment_context_from_filename` in
`app/models/assignment.rb`, Moodle's `mod/assign/feedback/file/importziplib.php` and ILIAS's
`getMultiFeedbackFiles` in `class.ilExAssignment.php`; these rules are written out here.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from batchwork import notebook_bytes, put, result, run_fake
from class_records import record

from autograder.batch import reports
from autograder.batch.from_gradebook import GradebookGrades
from autograder.batch.run import Batch
from autograder.batch.store import Store
from autograder.batch.way_back import WayBack

CANVAS = ("doejane_LATE_101_9001_lesson_1-2.ipynb", "ek_102_9002_my_3_lesson_1.ipynb")
MOODLE = (
    "Jane Doe_4711_assignsubmission_file_/lesson_1.ipynb",
    "Tim Ek_4712_assignsubmission_file/lesson_1.ipynb",
    "Participant 4713_4713_assignsubmission_file_lesson_1.ipynb",
)


BRIGHTSPACE = (
    "1234-567 - Jane Doe - Nov 3, 2026 1014 AM/lesson_1.ipynb",
    "1235-567 - Tim Ek - Nov 3, 2026 1015 AM/my work.ipynb",
)
ILIAS = (
    "Week 1/Submissions/Doe_Jane_jdoe_123/20261103101409_lesson_1.ipynb",
    "Week 1/Submissions/Van Ek_Tim_tek_124/20261103101410_my_work.ipynb",
)


@pytest.fixture(autouse=True)
def _without_figures(monkeypatch):
    monkeypatch.setattr(reports, "_write_figures", lambda store, lessons: {})


def handed_in(folder: Path, names, lesson: int = 1) -> Batch:
    path = folder / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, notebook_bytes(lesson, name))
    return Batch(path, folder / "out")


def returned(batch: Batch) -> dict[str, str]:
    with zipfile.ZipFile(Path(batch.out) / "feedback.zip") as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def canvas_takes(name: str) -> tuple[str, str]:
    """The user and the upload by which Canvas finds the submission."""
    user, upload = [part for part in Path(name).name.split("_") if re.fullmatch(r"\d+", part)][:2]
    return user, upload


def moodle_takes(name: str) -> tuple[int, str]:
    """The participant's number and the file's name that Moodle reads from a path."""
    parts = name.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) >= 4 and info[1].isdigit() and info[2].startswith("assign"):
            parts.insert(0, info[4] if len(info) > 4 else "")
            return int(info[1]), "/".join(parts)
    raise AssertionError(f"Moodle would not take {name}")


def heading(page: str) -> str:
    """What a page is headed by, without its markup."""
    return re.sub("<[^>]+>", "", page[page.index("<h1>") : page.index("</h1>")])


def test_canvas_finds_the_upload_that_each_page_is_about(tmp_path):
    batch = handed_in(tmp_path, CANVAS)
    run_fake(batch)
    pages = returned(batch)
    assert {canvas_takes(name) for name in pages} == {("101", "9001"), ("102", "9002")}
    assert all(name.endswith("-feedback.html") for name in pages)
    own = next(text for name, text in pages.items() if name.startswith("doejane"))
    assert heading(own).startswith("doejane")


def test_moodle_finds_the_participant_in_folders_and_in_names(tmp_path):
    batch = handed_in(tmp_path, MOODLE)
    run_fake(batch)
    found = [moodle_takes(name) for name in returned(batch)]
    assert sorted(number for number, _ in found) == [4711, 4712, 4713]
    assert {name.rsplit("/", 1)[-1] for _, name in found} == {"lesson_1-feedback.html"}


def test_brightspace_gets_pages_in_the_folders_of_its_own_download(tmp_path):
    batch = handed_in(tmp_path, ["index.html", *BRIGHTSPACE])
    run_fake(batch)
    pages = returned(batch)
    assert [name.rpartition("/")[0] for name in pages] == [
        n.rpartition("/")[0] for n in BRIGHTSPACE
    ]
    assert {Path(name).name for name in pages} == {
        "lesson_1-feedback.html",
        "my work-feedback.html",
    }
    janes = next(text for name, text in pages.items() if "Jane" in name)
    assert heading(janes).startswith("Jane Doe")


def ilias_takes(names) -> dict[int, str]:
    """The user's number and the file that ILIAS reads from a zip's names."""
    found = {}
    for name in names:
        top, owner, file = name.split("/")
        assert top.startswith("multi_feedback") and not file.startswith(".")
        found[int(owner.split("_")[-1])] = file
    return found


@pytest.mark.parametrize("above", ["", "Week 1/Submissions/"])
def test_ilias_finds_the_user_in_the_name_of_each_folder(above, tmp_path):
    names = [name.replace("Week 1/Submissions/", above) for name in ILIAS]
    batch = handed_in(tmp_path, names)
    run_fake(batch)
    expected = {123: "lesson_1-feedback.html", 124: "my_work-feedback.html"}
    assert ilias_takes(returned(batch)) == expected


def test_blackboard_has_no_way_back_for_pages(tmp_path):
    names = [f"W 1_{who}_attempt_2026-11-03-10-14-09_lesson_1.ipynb" for who in ("jdoe", "tek")]
    batch = handed_in(tmp_path, names)
    run_fake(batch)
    assert not (Path(batch.out) / "feedback.zip").exists()


def test_the_same_pages_are_the_same_zip_and_plain_folders_have_none(tmp_path):
    batch = handed_in(tmp_path, CANVAS)
    run_fake(batch)
    path = Path(batch.out) / "feedback.zip"
    before = path.read_bytes(), path.stat().st_mtime_ns
    run_fake(batch)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    plain = Batch(put(tmp_path / "in" / "ann.ipynb", notebook_bytes(1)).parent, tmp_path / "other")
    run_fake(plain)
    assert not (tmp_path / "other" / "feedback.zip").exists()


def test_a_text_typed_into_canvas_has_no_upload_to_answer(tmp_path):
    batch = handed_in(tmp_path, [*CANVAS, "ng_103_text.html"])
    summary, _ = run_fake(batch)
    assert len(returned(batch)) == 2
    assert any("feedback.zip has no page for ng" in line for line in summary.warnings)


def test_a_worksheet_gets_the_points_of_the_one_lesson(tmp_path):
    sheet = put(
        tmp_path / "sheet.csv",
        "Identifier,Full name,Grade\nParticipant 4711,Jane Doe,\nParticipant 4712,Tim Ek,99\n",
    )
    batch = replace(handed_in(tmp_path, MOODLE), back=WayBack(moodle=sheet))
    summary, _ = run_fake(batch)
    filled = (Path(batch.out) / "moodle.csv").read_text(encoding="utf-8")
    assert re.search(r"4711,Jane Doe,\d+(\.\d+)?\n", filled) and "Tim Ek,99" in filled
    assert any(line.startswith("moodle.csv: points for 2 in 'Grade'") for line in summary.warnings)


def test_with_two_lessons_a_worksheet_waits_for_one_to_be_named(tmp_path):
    sheet = put(tmp_path / "sheet.csv", "Identifier,Grade\nParticipant 4711,\n")
    records = [record("4711"), record("4711", 2, lesson=2)]
    store = Store(tmp_path / "out", tmp_path / "in")
    (said,) = WayBack(moodle=sheet).write(store, records)
    assert said.startswith("moodle.csv was not written")
    assert not (store.folder / "moodle.csv").exists()
    WayBack(moodle=sheet, lesson=2).write(store, records)
    assert (store.folder / "moodle.csv").read_text(encoding="utf-8").endswith("4711,4\n")


def test_nbgraders_points_and_pages_go_the_same_way(tmp_path):
    feedback = tmp_path / "feedback"
    put(feedback / "101" / "lesson_1" / "lesson_1.html", "<p>nbgrader's page</p>")
    marks = [{"question": "w", "points": 3.0, "max_points": 4.0, "pending": False, "comment": ""}]
    graded = {
        ("101", 1): result("101", 1, 4) | {"marks": marks},
        ("999", 1): result("999", 1, 4),
        ("101", 2): result("101", 2, 4),
    }
    book = put(tmp_path / "book.csv", "Student,ID,Lesson 1 (7)\nDoe,101,\nEk,102,\n")
    batch = replace(
        handed_in(tmp_path, CANVAS),
        grades=GradebookGrades(graded, feedback),
        back=WayBack(canvas=book),
    )
    summary, service = run_fake(batch)
    assert service.calls == [], "nothing is graded"
    assert "Doe,101,11\nEk,102,\n" in (Path(batch.out) / "canvas.csv").read_text(encoding="utf-8")
    assert list(returned(batch).values()) == ["<p>nbgrader's page</p>"]
    assert summary.unexplained == 1
    assert summary.warnings[0].startswith("Not in the gradebook (1): ek.")
    assert summary.warnings[1] == "In the gradebook without a file here (1): 999."
    assert not (Path(batch.out) / "written.csv").exists()
