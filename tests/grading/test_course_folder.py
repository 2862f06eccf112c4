"""A course's folder among other users: what they can reach, and what is done about it."""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from coursework import ROOT

from autograder.grading import course_folder
from autograder.grading.course_folder import exposed, grades_in_the_jail, hand_over, keep_private

pytestmark = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
is_root = pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away"
)
NOBODY = 65534


@pytest.fixture
def course():
    """A course's folder that everybody gets to, with what nbgrader leaves in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        root = Path(name).resolve()
        root.chmod(0o755)
        for folder in ("submitted/eve/lesson_1", "autograded/eve", "feedback", "solutions"):
            (root / folder).mkdir(parents=True)
        for file in ("submitted/eve/lesson_1/lesson_1.ipynb", "gradebook.db", ".hidden_seed"):
            (root / file).write_text("{}", encoding="utf-8")
        for path in sorted(root.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        yield root


def names(course: Path) -> dict[str, str]:
    return {str(item.path.relative_to(course)): item.can for item in exposed(course)}


def test_what_others_can_read_and_change_is_listed(course):
    (course / "submitted" / "eve").chmod(0o777)
    found = names(course)
    assert found["submitted/eve"] == "read and change"
    assert found["gradebook.db"] == found["submitted/eve/lesson_1/lesson_1.ipynb"] == "read"
    assert {item.by for item in exposed(course)} == {"every user of this machine"}


def test_nothing_below_a_closed_folder_is_listed(course):
    (course / "submitted").chmod(0o700)
    assert not any(name.startswith("submitted") for name in names(course))
    course.chmod(0o700)
    assert names(course) == {}


def test_links_are_not_followed(course, tmp_path):
    (course / "feedback" / "passwords").symlink_to("/etc/passwd")
    (course / "autograded" / "eve" / "all").symlink_to(course)
    assert "feedback/passwords" not in names(course) and "autograded/eve/all" not in names(course)


def test_a_configuration_that_others_can_change_is_listed(course):
    config = course / "nbgrader_config.py"
    config.write_text("", encoding="utf-8")
    config.chmod(0o644)
    assert "nbgrader_config.py" not in names(course), "it may be read"
    config.chmod(0o666)
    assert names(course)["nbgrader_config.py"] == "read and change"


def test_what_is_graded_from_is_closed_and_each_path_is_told_once(course):
    told: list[str] = []
    keep_private(course, told.append)
    assert set(names(course)) == {"solutions"}, "the guide and `bvae doctor` speak of that one"
    assert len(told) == 5 and all("now its owner alone can" in words for words in told)
    keep_private(course, told.append)
    assert len(told) == 5


def test_a_group_that_shares_the_folder_keeps_its_rights(course):
    (course / "submitted").chmod(0o2777)
    keep_private(course, lambda words: None)
    assert (course / "submitted").stat().st_mode & 0o7777 == 0o2770


@is_root
def test_what_somebody_else_owns_is_told_with_its_owner(course, monkeypatch):
    def refuse(self, mode):
        raise PermissionError

    os.chown(course / "gradebook.db", NOBODY, NOBODY)
    monkeypatch.setattr(Path, "chmod", refuse)
    told: list[str] = []
    keep_private(course, told.append)
    assert any("gradebook.db" in words and "it belongs to nobody" in words for words in told)


@is_root
def test_what_root_made_belongs_to_the_folders_owner_afterwards(course):
    os.chown(course, NOBODY, NOBODY)
    (course / "autograded" / "link").symlink_to("/etc/passwd")
    os.link(course / "gradebook.db", course / "feedback" / "second name")
    before = Path("/etc/passwd").stat().st_uid
    hand_over(course)
    notebook = course / "submitted" / "eve" / "lesson_1" / "lesson_1.ipynb"
    assert notebook.stat().st_uid == (course / "autograded").stat().st_uid == NOBODY
    assert (course / ".hidden_seed").stat().st_gid == NOBODY
    assert Path("/etc/passwd").stat().st_uid == before
    assert (course / "gradebook.db").stat().st_uid == 0, "it has two names"


@is_root
def test_nothing_is_handed_over_in_roots_own_folder(course):
    hand_over(course)
    assert (course / "gradebook.db").stat().st_uid == 0


@pytest.mark.parametrize(
    ("config", "jailed"),
    [
        ((ROOT / "nbgrader_config.py").read_text(encoding="utf-8"), True),
        ("", False),
        ("not python at all (", False),
        (f'{course_folder.STEPS} = ["nbgrader.preprocessors.Execute"]', False),
        (
            f'{course_folder.STEPS} = ["nbgrader.preprocessors.Execute", "{course_folder.GRADE}"]',
            False,
        ),
    ],
)
def test_whether_nbgrader_grades_in_the_jail(config, jailed, tmp_path):
    path = tmp_path / "nbgrader_config.py"
    assert not grades_in_the_jail(path)
    path.write_text(config, encoding="utf-8")
    assert grades_in_the_jail(path) is jailed
