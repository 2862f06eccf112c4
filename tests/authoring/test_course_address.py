"""`bvae address`: one course, one address, and no second place that names another."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest
from checkout import copied
from coursework import ROOT, run

from autograder.authoring import course_address
from autograder.authoring.course_address import move, normalized, renamed, sources
from autograder.exercise import registry

OLD = registry.course().repository
# In parts: this file is one of those in which it is looked for.
OWN = "Some-One/kuzushiji.course"
NEW = f"https://github.com/{OWN}"
# What stands for any repository, and the pages of others that the docs point to.
FOREIGN = {"OWNER/REPO"}
CHECKSUM = re.compile(r"\"checksum\": \"\w+\"")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    """A copy of the repository."""
    return copied(tmp_path_factory.mktemp("checkout") / "course")


def named(root: Path) -> dict[str, set[str]]:
    """Repository of the course's own kind of links → files that name it."""
    hosts = r"colab\.research\.google\.com/github/|mybinder\.org/v2/gh/|git\+https://github\.com/"
    found: dict[str, set[str]] = {}
    for path in sources(root):
        for repository in re.findall(rf"(?:{hosts})([\w-]+/[\w.-]*\w)", path.read_text("utf-8")):
            found.setdefault(repository, set()).add(str(path.relative_to(root)))
    return {key: files for key, files in found.items() if key not in FOREIGN}


@pytest.mark.slow
def test_every_link_to_the_course_names_its_one_address():
    own = OLD.removeprefix(course_address.HOST)
    assert named(ROOT).keys() == {own}, "run `bvae address` so that all files name one repository"


def test_a_move_reaches_every_file_and_can_be_undone(checkout):
    before = {path: path.read_bytes() for path in sources(checkout)}
    done = move(NEW, checkout)
    assert done.after == NEW and named(checkout).keys() == {OWN}
    kinds = {path.suffix for path in done.files}
    assert {".py", ".ipynb", ".md", ".toml", ".json"} <= kinds
    assert not any(OLD in path.read_text("utf-8") for path in sources(checkout))
    assert "do not work yet" not in (checkout / "README.md").read_text("utf-8")
    # Undone from the new address, as a process that finds it there would.
    for path in sources(checkout):
        text = renamed(path.read_text("utf-8"), NEW, OLD)
        path.write_text(course_address._with_note(text, True), "utf-8")
    assert {path: path.read_bytes() for path in sources(checkout)} == before


@pytest.mark.slow
def test_the_command_takes_gits_remote_and_the_lessons_follow(checkout, tmp_path):
    course = tmp_path / "course"
    shutil.copytree(checkout, course)
    where = {"PYTHONPATH": os.pathsep.join([str(course), os.environ["PYTHONPATH"]])}
    told = run("bvae", "address", cwd=course, **where)
    assert told.returncode == 2 and "has no remote `origin`" in told.stderr
    run("git", "init", "-q", cwd=course)
    run("git", "remote", "add", "origin", f"git@github.com:{OWN}.git", cwd=course)
    told = run("bvae", "address", cwd=course, **where)
    assert told.returncode == 0 and f"now name {NEW}" in told.stdout, told.stderr
    again = run("bvae", "address", NEW + "/", cwd=course, **where)
    assert again.stdout == f"The address already is {NEW} everywhere.\n"
    # What the generator writes is what was changed, but for the checksums of locked cells.
    lesson = course / "lessons" / "lesson_1" / "lesson_1.ipynb"
    kept = CHECKSUM.sub("", lesson.read_text("utf-8"))
    made = run("nbgrader", "generate_assignment", "lesson_1", "--force", cwd=course, **where)
    assert made.returncode == 0, made.stderr
    assert CHECKSUM.sub("", lesson.read_text("utf-8")) == kept


@pytest.mark.parametrize(
    "address",
    [NEW, NEW + "/", NEW + ".git", f"git@github.com:{OWN}.git", NEW[8:]],
)
def test_addresses_are_taken_as_git_and_browsers_write_them(address):
    assert normalized(address) == NEW


@pytest.mark.parametrize("address", ["", "https://example.org/a/b", "https://github.com/a", "a/b"])
def test_what_is_no_address_is_refused_by_name(address, checkout):
    before = {path: path.read_bytes() for path in sources(checkout)}
    with pytest.raises(ValueError, match=re.escape(repr(address))):
        move(address, checkout)
    assert {path: path.read_bytes() for path in sources(checkout)} == before


def test_a_longer_name_is_another_repository():
    text = f"{OLD}-fork and {OLD}/blob/main and git+{OLD}'"
    assert renamed(text, OLD, NEW) == f"{OLD}-fork and {NEW}/blob/main and git+{NEW}'"
