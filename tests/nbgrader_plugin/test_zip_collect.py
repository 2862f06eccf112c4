"""`nbgrader zip_collect` with the repository's configuration finds who handed in what."""

from __future__ import annotations

import re
import zipfile

import pytest
from coursework import ROOT, run
from traitlets.config.loader import PyFileConfigLoader

# Names as in `autograder/batch/platforms.py`, where their sources are.
NAMES = {
    "doejane_LATE_12345_678901_lesson_1-2.ipynb": "12345",
    "roejoe_12346_678902_my_lesson_1.ipynb": "12346",
    "Jane Doe_4711_assignsubmission_file_/lesson_1.ipynb": "4711",
    "Participant 4712_4712_assignsubmission_file/lesson_1.ipynb": "4712",
    "Week 1_jdoe_attempt_2026-11-03-10-14-09_lesson_1.ipynb": "jdoe",
    "77-6789 - Jane Doe - Nov 3, 2026 1014 AM - lesson_1.ipynb": "77",
    "Doe_Jane_jdoe5_123/20261103101409_lesson_1.ipynb": "jdoe5",
}


@pytest.mark.slow
def test_every_platforms_names_are_found(tmp_path):
    course = tmp_path / "course"
    archive = course / "downloaded" / "lesson_1" / "archive"
    archive.mkdir(parents=True)
    (course / "nbgrader_config.py").write_text(
        (ROOT / "nbgrader_config.py").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with zipfile.ZipFile(archive / "class.zip", "w") as zipped:
        for name in NAMES:
            zipped.writestr(f"week_2/{name}", name)
    done = run("nbgrader", "zip_collect", "lesson_1", cwd=course)
    assert done.returncode == 0, done.stderr[-2000:]
    found = {
        path.parts[-3]: path.read_text(encoding="utf-8")
        for path in (course / "submitted").glob("*/lesson_1/lesson_1.ipynb")
    }
    assert found == {student: name for name, student in NAMES.items()}


def test_the_pattern_names_the_learner_and_the_lesson():
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    pattern = config.FileNameCollectorPlugin.named_regexp
    for name, student in NAMES.items():
        found = re.match(pattern, f"/course/downloaded/lesson_2/extracted/class/{name}")
        assert found and found["student_id"] == student and found["file_id"] == "lesson_1", name
    assert not re.match(pattern, "/course/downloaded/lesson_1/extracted/class/notes.ipynb")
