"""What a release and a first visitor need: files that nothing here runs are at least read."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from coursework import LESSONS, ROOT
from packaging.requirements import Requirement

from bvae_ref import __version__

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
PYTHONS = ("3.10", "3.11", "3.12", "3.13")


def steps() -> list[tuple[str, dict]]:
    """Every step of every job, with its workflow's name."""
    return [
        (path.name, step)
        for path in WORKFLOWS
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
        for step in job["steps"]
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_has_a_trigger_and_every_job_a_machine_an_end_and_steps(path):
    data = yaml.safe_load(path.read_text("utf-8"))
    # YAML takes `on` for a truth value.
    assert data["name"] and data[True] and data["permissions"] == {"contents": "read"}
    for job in data["jobs"].values():
        assert job["runs-on"] and job["timeout-minutes"] <= 90
        assert all(("uses" in step) != ("run" in step) for step in job["steps"])
        assert set(job.get("needs", ()) and [job["needs"]]) <= data["jobs"].keys()


def test_workflows_call_what_there_is():
    commands = set(PROJECT["project"]["entry-points"]["bvae.commands"])
    for name, step in steps():
        text = step.get("run", "")
        for target in re.findall(r"\bmake ([a-z]+)", text):
            assert target in TARGETS, f"{name}: make {target}"
        for command in re.findall(r"bvae\"? ([a-z]+)", text):
            assert command in commands, f"{name}: bvae {command}"
        for path in re.findall(r"(?<!\S)(?:tests|solutions)/\S+", text):
            assert (ROOT / path).exists(), f"{name}: {path}"


def test_the_pythons_that_are_tried_are_those_that_are_promised():
    tried = set()
    for path in WORKFLOWS:
        tried |= set(re.findall(r'"(3\.\d+)"', path.read_text("utf-8")))
    assert tried == set(PYTHONS)
    assert PROJECT["project"]["requires-python"] == ">=3.10,<3.14"
    assert "Python 3.10 to 3.13" in README


def test_the_licence_is_mit_everywhere():
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
    assert PROJECT["project"]["license"] == "MIT" and "[MIT licence](LICENSE)" in README
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["license"] == "MIT" and citation["cff-version"] == "1.2.0"
    assert citation["title"] and citation["authors"] and citation["message"]


def test_one_version_is_told_everywhere():
    assert "version" in PROJECT["project"]["dynamic"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert str(citation["version"]) == __version__
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", __version__]


def test_the_container_and_binder_install_what_a_learner_needs():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert ".[local]" in container["postCreateCommand"]
    for path in container["customizations"]["codespaces"]["openFiles"]:
        assert (ROOT / path).is_file()
    assert (ROOT / "binder" / "requirements.txt").read_text("utf-8").strip() == "-e .[local]"
    assert (ROOT / "binder" / "runtime.txt").read_text("utf-8").strip()[7:] in PYTHONS


def test_hooks_before_a_commit_are_those_of_make_lint():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    entries = [hook["entry"] for repo in hooks["repos"] for hook in repo["hooks"]]
    assert entries == ["ruff check --fix", "ruff format"]


def test_the_readme_is_short_and_its_links_lead_somewhere():
    assert len(README.splitlines()) <= 130
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target
    assert (
        "nbgrader" not in README[README.index("## Install") : README.index("Instructors install")]
    )
    assert README.count("[![Open ") == 1 + len(LESSONS)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def obstacle(*machine) -> str:
    """What set-up says on a machine where it cannot install anything."""
    found: dict = {}
    exec((ROOT / "bvae_ref" / "supported.py").read_text(encoding="utf-8"), found)
    return found["obstacle"](*machine)


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        (((3, 14), "Linux", "x86_64"), "this is Python 3.14: install one of those"),
        (((3, 9), "Windows", "AMD64"), "this is Python 3.9: install one of those"),
        (((3, 12), "Darwin", "x86_64"), "this Mac has an Intel processor"),
        (((3, 12), "Linux", "x86_64", "musl"), "this Linux has musl"),
        (((3, 12), "Windows", "ARM64"), "a Python for Windows on ARM"),
        (((3, 12), "Windows", "AMD64", "", 32), "this Python has 32 bits"),
        (((3, 12), "Linux", "armv7l"), "this processor is armv7l"),
        (((3, 11), "Linux", "x86_64", "glibc", 64, "PyPy"), "this is PyPy"),
    ],
)
def test_where_tensorflow_has_no_wheels_set_up_ends_with_one_sentence(machine, words):
    """tensorflow/tensorflow#79349: pip only said that no distribution matched."""
    said = obstacle(*machine)
    assert words in said and said.count(".\n") == 0 and said.endswith(".")
    assert said.startswith("The course runs on 64-bit CPython 3.10 to 3.13 on Linux with glibc")


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    "machine",
    [("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"), ("Windows", "AMD64")],
)
def test_elsewhere_nothing_stands_in_its_way(python, machine):
    assert obstacle(tuple(map(int, python.split("."))), *machine) == ""


def test_the_readme_quotes_the_table_of_machines():
    table = README[README.index("## Where it runs") :].split("\n\n")[1]
    page = (ROOT / "docs" / "machines.md").read_text(encoding="utf-8")
    assert len(table.splitlines()) > 3
    assert set(table.splitlines()) <= set(page.splitlines()), "make machines; then quote it anew"


def test_the_lock_has_an_allowed_version_of_every_package_that_a_grader_needs():
    project = PROJECT["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["grader"]]
    lock = ROOT / "autograder" / "batch" / "grader_lock.txt"
    lines = lock.read_text(encoding="utf-8").splitlines()
    pins: dict[str, list[str]] = {}
    for pin in map(Requirement, lines):
        (exact,) = pin.specifier
        assert exact.operator == "==" and not pin.url
        pins.setdefault(pin.name, []).append(exact.version)
    for wanted in map(Requirement, needed):
        assert pins.get(wanted.name), f"{wanted.name} is not locked; run `make lock`"
        assert all(map(wanted.specifier.contains, pins[wanted.name])), wanted
