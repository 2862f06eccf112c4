"""The rooms of the house: an import never points up, and the engine knows no course."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from coursework import ROOT

from autograder.exercise import imports, registry

# From the top: what stands in one row may not know each other.
FLOORS = (
    ("autograder.commands",),
    ("autograder.proof",),
    ("autograder.batch", "autograder.nbgrader_plugin", "autograder.authoring"),
    ("autograder.grading",),
    ("autograder.notebook",),
    ("autograder.views", "autograder.jail"),
    ("autograder.judging",),
    ("autograder.course",),
    ("autograder.intake",),
    ("autograder.exercise",),
    ("bvae_ref",),
)
LEVEL = {room: height for height, row in enumerate(reversed(FLOORS)) for room in row}
# Lets pytest run a course's own tests, and so joins rooms as a command does.
BESIDE = {"autograder", "autograder.conftest"}
PACKAGES = ("autograder", "bvae_ref")
# Of the reference, what the engine uses is about files, processes and TensorFlow's start.
TOOLS = {
    "bvae_ref.console",
    "bvae_ref.drawing",
    "bvae_ref.front_end",
    "bvae_ref.memory",
    "bvae_ref.page_design",
    "bvae_ref.writing",
    "bvae_ref.folder_lock",
    "bvae_ref.dask_client",
    "bvae_ref.study.processes",
    "bvae_ref.tensorflow_start",
}
ENGINE = [room for room in LEVEL if room not in ("autograder.course", "bvae_ref")]


def module_name(path: Path) -> str:
    """The dotted name of a file's module."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room_of(name: str) -> str:
    """The room that a module lies in."""
    return max((room for room in LEVEL if f"{name}.".startswith(f"{room}.")), key=len, default="")


def files_of(*rooms: str) -> list[Path]:
    """Every file of some rooms."""
    every = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    every = [path for path in every if not path.name.endswith(".cells.py")]
    return [path for path in every if not rooms or room_of(module_name(path)) in rooms]


def imported(path: Path) -> set[str]:
    """Modules of these packages that a file imports, inside functions too."""
    return {
        name
        for name in imports.imported(path)
        if name.partition(".")[0] in PACKAGES and imports.file_of(name)
    }


def test_every_module_lies_in_a_room():
    homeless = {module_name(path) for path in files_of() if not room_of(module_name(path))}
    assert homeless == BESIDE, "put the module into a room, or give its room a floor in FLOORS"


@pytest.mark.parametrize("room", LEVEL)
def test_a_room_imports_only_from_rooms_below(room):
    for path in files_of(room):
        for name in imported(path):
            other = room_of(name)
            assert not other or other == room or LEVEL[other] < LEVEL[room], (
                f"{module_name(path)} imports {name}: {other} does not lie below {room}"
            )


@pytest.mark.parametrize("room", LEVEL)
def test_no_modules_of_a_room_import_each_other_in_a_circle(room):
    # Of `from package import module` the module counts.
    modules = [path for path in files_of(room) if path.name != "__init__.py"]
    graph = {module_name(path): imported(path) for path in modules}
    while leaves := [name for name, used in graph.items() if not used & graph.keys()]:
        for name in leaves:
            del graph[name]
    assert not graph, f"these import each other: {sorted(graph)}"


def test_grading_does_not_know_the_learners_notebook():
    for path in files_of("autograder.grading"):
        assert not any("autograder.notebook" in name for name in imported(path)), path


@pytest.mark.parametrize("room", ENGINE)
def test_the_engine_imports_neither_the_course_nor_the_references_mathematics(room):
    for path in files_of(room):
        found = imported(path)
        assert not any(room_of(name) == "autograder.course" for name in found), (
            f"{module_name(path)}: find the course by autograder.exercise.registry"
        )
        used = {name for name in found if name.startswith("bvae_ref.")}
        used -= {f"{tool.rpartition('.')[0]}" for tool in TOOLS}
        assert used <= TOOLS, f"{module_name(path)} uses {used - TOOLS}"


def literals(path: Path) -> list[str]:
    """The texts in a file's code, without docstrings: those may give examples."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def words_of_the_course() -> re.Pattern:
    """What only a course can know: its names, its answers, its data, its reference."""
    course = registry.course()
    words = [course.id, course.mark, course.title, course.repository, *course.closed]
    words += course.lessons.values()
    words += [name for exercise in registry.every() for name in exercise.answers]
    # Words of the language as well; a lesson's title, not what the engine means by it.
    words = [word for word in words if word not in ("Sampling", "Interpolation", "slerp")]
    words += ["β", "strokes", "kmnist", "kuzushiji"]
    return re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words), re.IGNORECASE)


# In help and hints an id stands for any exercise; the first of all courses is meant.
EXAMPLES = ("1.1", "2.1")


@pytest.mark.parametrize("room", ENGINE)
def test_the_engine_says_nothing_that_only_this_course_can_know(room):
    pattern = words_of_the_course()
    ids = {exercise.id for exercise in registry.every()} - {*EXAMPLES}
    for path in files_of(room):
        for text in literals(path):
            found = pattern.search(text)
            assert not found, f"{module_name(path)} says {found[0]!r}: {text[:80]!r}"
            assert text not in ids, f"{module_name(path)} names exercise {text}"


def test_views_compute_nothing():
    for path in files_of("autograder.views"):
        for name in imported(path):
            assert name in (
                "autograder",
                "autograder.exercise",
                "autograder.exercise.declaration",
                "autograder.judging",
                "autograder.judging.verdict",
                "autograder.judging.verdict_data",
                "autograder.judging.class_people",
                "autograder.judging.class_summary",
                "autograder.judging.similarity",
                "autograder.judging.term_summary",
                "bvae_ref",
                "bvae_ref.page_design",
            ) or name.startswith("autograder.views"), (
                f"{path.name} imports {name}; hand over as data what it needs of it"
            )


def test_exercises_neither_read_notebooks_nor_know_where_code_runs():
    for path in files_of("autograder.course"):
        text = path.read_text(encoding="utf-8")
        for word in ("autograder.intake", "autograder.judging", "LiveStudent", "nbformat"):
            assert word not in text, f"{path.name} mentions {word}; use the student protocol"
