"""The learner's install on Google Colab adds the course and changes nothing else.

Colab's packages are read from its published `pip freeze`: the folder named by BVAE_TEST_COLAB,
or `../shared/colab` beside the repository. The packages that the lessons touch are installed in
those versions. Here this Python stands in for Colab's; `make colab` runs all lessons with 3.13.
"""

from __future__ import annotations

import json
import re
import shutil
import sys

import pytest
from coursework import LESSONS, ROOT
from packaging.requirements import Requirement

sys.path.insert(0, str(ROOT / "bench"))

import colab
from colab import FREEZES, PACKAGES, StandIn, changes, judged, shipped

COURSE = (
    "import json, importlib.metadata as m; d = m.distribution('beyond-pixels');"
    "print(json.dumps({'files': [f.as_posix() for f in d.files], 'requires': d.requires}))"
)

needs_lists = pytest.mark.skipif(
    not FREEZES.is_dir(), reason=f"no lists of Colab's packages in {FREEZES}; set BVAE_TEST_COLAB"
)


@needs_lists
@pytest.mark.parametrize("runtime", ["cpu", "gpu"])
def test_colab_ships_everything_that_the_course_requires(runtime):
    section = re.search(
        r"^dependencies = \[(.*?)\]",
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    required = list(map(Requirement, re.findall(r'"(.+?)"', section.group(1))))
    colab = shipped(runtime)
    assert required and "tensorflow" in colab
    for requirement in required:
        assert colab[requirement.name] in requirement.specifier, requirement


def test_a_package_that_an_install_touches_is_told_with_both_versions():
    before = {"numpy": "2.1.3", "keras": "3.13.2", "old": "1"}
    after = {"numpy": "2.2.0", "keras": "3.13.2", "beyond-pixels": "0.2.0"}
    assert changes(before, before) == {}
    assert changes(before, after) == {
        "beyond-pixels": " → 0.2.0",
        "numpy": "2.1.3 → 2.2.0",
        "old": "1 → ",
    }


def test_a_run_lesson_is_read_for_points_stops_and_noise():
    passed = {"output_type": "execute_result", "data": {"text/plain": "1.5"}}
    stopped = {"output_type": "error", "ename": "NameError", "evalue": "no z"}
    noise = {"output_type": "stream", "name": "stderr", "text": ["one\n", "two\n"]}
    graded = {"nbgrader": {"grade_id": "check-1-1", "points": 2}}
    cells = [
        {"id": "a", "metadata": graded, "outputs": [noise, passed]},
        {"id": "b", "metadata": graded, "outputs": []},
        {"id": "c", "metadata": {}, "outputs": [stopped, passed]},
        {"id": "d", "metadata": {}},
    ]
    assert judged(cells) == {
        "points": 1.5,
        "of": 4,
        "stops": ["c: NameError: no z"],
        "stderr_lines": 2,
    }


def test_lists_that_are_absent_are_said_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(colab, "FREEZES", tmp_path / "none")
    monkeypatch.setattr(sys, "argv", ["colab.py", "--folder", str(tmp_path / "machine")])
    with pytest.raises(SystemExit, match=r"No lists of Colab's packages in .* BVAE_TEST_COLAB"):
        colab.main()
    assert not (tmp_path / "machine").exists()


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A stand-in with this Python, the versions before, and three lessons run there."""
    folder = tmp_path_factory.mktemp("colab")
    stand_in = StandIn(folder, sys.executable)
    stand_in.before = stand_in.versions()
    colab.wheel_into(stand_in.folder / colab.CONTENT)
    stand_in.lessons = {
        lesson: stand_in.executed(colab.NOTEBOOKS[str(lesson)]) for lesson in LESSONS[1:4]
    }
    yield stand_in
    shutil.rmtree(folder, ignore_errors=True)  # gigabytes that pytest would keep


@needs_lists
@pytest.mark.nightly
def test_the_set_up_cell_adds_the_course_and_changes_nothing_else(machine):
    pins = shipped("cpu")
    for name in PACKAGES:
        assert machine.before[name] == pins[name], "the stand-in has Colab's version"
    touched = changes(machine.before, machine.versions())
    assert list(touched) == ["beyond-pixels"] and touched["beyond-pixels"].startswith(" →")


@needs_lists
@pytest.mark.nightly
def test_the_installed_course_is_complete(machine):
    course = json.loads(machine.answer(COURSE))
    modules = {
        path.relative_to(ROOT).as_posix()
        for package in ("autograder", "bvae_ref")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and path.suffix in (".py", ".json", ".css")
    }
    assert "autograder/course/solutions.json" in modules
    assert "autograder/course/lesson_1/probes.py" in modules
    assert modules <= set(course["files"]), modules - set(course["files"])
    core = {Requirement(r).name for r in course["requires"] if "extra ==" not in r}
    assert core == {"numpy", "keras", "matplotlib", "pytest"}
    assert machine.answer("import autograder; print(autograder.__file__)").startswith(
        str(machine.folder)
    )


@needs_lists
@pytest.mark.nightly
def test_solved_lessons_earn_full_marks_there_without_a_word_on_stderr(machine):
    for lesson, cells in machine.lessons.items():
        found = judged(cells)
        assert found["points"] == found["of"] >= 8, f"lesson {lesson}: {found}"
        assert not found["stops"] and not found["stderr_lines"], f"lesson {lesson}: {found}"
