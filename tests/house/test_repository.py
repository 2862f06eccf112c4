"""The repository checks itself; each failure says what to do next."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from coursework import LESSONS, ROOT, grade_id, notebook, solution_lines

from autograder.exercise import imports, registry

EXERCISES = registry.every()
PACKAGES = ("bvae_ref", "autograder")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# Starting a process is jail/'s business. Other places: the TFDS download, whose host may hang
# and which therefore runs in a child that can be killed, and what runs for hours on all cores.
MAY_START_PROCESSES = (
    "autograder/jail/",
    "autograder/proof/pieces.py",
    "bvae_ref/data/tfds_source.py",
    "bvae_ref/study/processes.py",
)


def modules(package: str) -> list[Path]:
    paths = sorted((ROOT / package).rglob("*.py"))
    return [path for path in paths if not path.name.endswith(".cells.py")]


def top_level(path: Path) -> set[str]:
    """Top-level names of the modules that a file imports anywhere."""
    return {name.partition(".")[0] for name in imports.imported(path)}


def test_only_the_plugin_imports_nbgrader():
    guilty = {p.parent.name for p in modules("autograder") if "nbgrader" in top_level(p)}
    assert guilty == {"nbgrader_plugin"}, "move what needs nbgrader into nbgrader_plugin/"


def test_only_the_named_places_start_processes():
    starting = {"subprocess", "multiprocessing"}
    for package in PACKAGES:
        for path in modules(package):
            name = path.relative_to(ROOT).as_posix()
            text = path.read_text(encoding="utf-8")
            starts = top_level(path) & starting or re.search(r"\bos\.(fork|system|exec\w+)\(", text)
            assert not starts or name.startswith(MAY_START_PROCESSES), (
                f"{name} starts a process; only {MAY_START_PROCESSES} may"
            )


QUOTED = (
    "{exercises} exercises with {variants} variants and {misconceptions} misconceptions. In "
    "{judgements} judgements there were {false_rejections} false rejections and {missed} misses; "
    "{diagnosed} of the misconceptions were diagnosed as themselves, both names were found for "
    "{pairs_named} of {pairs} pairs, and {rewrites_diagnosed} of {rewrites} rewrites were "
    "diagnosed; {mutants_killed} mutants were killed, and {mutants_survived} survive."
)


def test_the_readme_quotes_the_totals_of_the_proof():
    proof = (ROOT / "docs" / "proof.md").read_text(encoding="utf-8")
    totals = dict(re.findall(r"^- \*\*(\w+)\*\*: (\S+)$", proof, re.MULTILINE))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert QUOTED.format(**totals) in readme, QUOTED.format(**totals)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_table_of_a_page_begins_with_its_header(path):
    """An empty line in a table ends it: the rows below it would be shown as they are typed."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
    begins = re.findall(r"(?<!\|)\n(\|.*)\n(.*)", text)
    assert [row for row, below in begins if not re.fullmatch(r"\|[-:| ]+\|", below)] == []


def test_requirements_are_the_packages_own_lists():
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    declared, inside = set(), False
    for line in lines:
        if re.match(r"(dependencies|local) = \[", line):
            inside = True
        if inside:
            declared |= set(re.findall(r'"([^"]+)"', line))
            inside = not line.rstrip().endswith("]")
    listed = {
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    assert listed == declared, "make requirements.txt and pyproject.toml say the same"


def test_ids_answers_and_titles_are_unique():
    for words in (
        [exercise.id for exercise in EXERCISES],
        [exercise.title for exercise in EXERCISES],
    ):
        assert len(words) == len(set(words))
    for lesson in LESSONS:
        names = [name for exercise in registry.of_lesson(lesson) for name in exercise.answers]
        assert len(names) == len(set(names)), f"lesson {lesson}: two exercises share an answer"


@pytest.mark.parametrize("lesson", LESSONS)
def test_notebook_cells_carry_the_exercises_points_each_after_what_it_builds_on(lesson):
    found = {
        grade_id(cell): (cell["metadata"]["nbgrader"]["points"], "".join(cell["source"]))
        for cell in notebook("solutions", lesson)["cells"]
        if grade_id(cell).startswith("check-")
    }
    wanted = {
        "check-" + exercise.id.replace(".", "-"): (exercise.points, f'check("{exercise.id}")')
        for exercise in registry.of_lesson(lesson)
    }
    assert found == wanted
    # An exercise that was added later has the next id, and stands where it belongs.
    places = {name: place for place, name in enumerate(found)}
    for exercise in registry.of_lesson(lesson):
        for need in exercise.needs:
            own, before = (
                places["check-" + item.replace(".", "-")] for item in (exercise.id, need)
            )
            assert before < own, f"{exercise.id} builds on {need}, which comes later"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_has_badge_setup_prediction_and_its_written_answer(lesson):
    cells = notebook("solutions", lesson)["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    assert "colab-badge.svg" in "".join(cells[0]["source"]), "open with the Colab badge"
    assert grade_id(cells[1]) == "setup", "the set-up cell comes second"
    assert "predict(" in text and "reveal(" in text, "ask for a prediction, and show it again"
    assert "Find the fault" in text, "every lesson has a find-the-fault item"
    written = [grade_id(cell) for cell in cells if grade_id(cell).startswith("written-")]
    assert written == ([f"written-{lesson}"] if lesson in (2, 4, 5, 7) else [])
    assert not any(cell.get("outputs") for cell in cells), "strip the outputs of solutions"


def test_one_setup_cell_serves_all_lessons():
    heads = set()
    for lesson in LESSONS:
        setup = "".join(notebook("solutions", lesson)["cells"][1]["source"])
        heads.add(setup[: setup.index("from autograder import") + 60])
    assert len(heads) == 1, "the set-up cells differ; make them alike"


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_solution_text_remains_in_a_release(lesson):
    released = {
        grade_id(cell): "".join(cell["source"]) for cell in notebook("lessons", lesson)["cells"]
    }
    for cell in notebook("solutions", lesson)["cells"]:
        lines = solution_lines(cell)
        if not lines:
            continue
        stub = released[grade_id(cell)]
        assert "NotImplementedError" in stub or "YOUR ANSWER HERE" in stub
        left = [line for line in lines if len(line) > 12 and line in stub]
        assert not left, f"{grade_id(cell)} still shows its solution: {left}; run `make lessons`"
    text = "\n".join(released.values())
    for mark in ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME", "{{"):
        assert mark not in text, f"{mark} remains in lesson {lesson}; run `make lessons`"


def test_the_readmes_badges_point_to_the_courses_address():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    course = registry.course()
    where = f"{course.repository.removeprefix('https://github.com/')}/blob/{course.branch}"
    for lesson in LESSONS:
        page = f"github/{where}/lessons/lesson_{lesson}/lesson_{lesson}.ipynb"
        assert page in text, "run `bvae address`: the README's links lead elsewhere"


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_notebook_becomes_a_python_file_and_scripts_keep_their_line_ends(lesson):
    for folder in ("solutions", "lessons"):
        language = notebook(folder, lesson)["metadata"]["language_info"]
        assert language["file_extension"] == ".py"
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text(encoding="utf-8")
