"""What the site's builder does before Sphinx: notebooks made into pages, and bad input refused."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest
from coursework import LESSONS, ROOT

from autograder.exercise import registry

pytest.importorskip("myst_nb", reason="the site is made with the extra `site`")


def module(name: str):
    """A module of the folder site/, which is no package: Python has one of that name."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "site" / f"{name}.py")
    found = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


pages = module("lesson_pages")
make_site = module("make_site")


def cell(kind: str, source: str, **metadata) -> dict:
    return {"cell_type": kind, "source": [source], "metadata": metadata}


def read(kind: str, source: str, **metadata) -> dict:
    """One cell as the site shows it."""
    return pages.for_reading({"cells": [cell(kind, source, **metadata)]})["cells"][0]


def test_every_lesson_and_the_showcase_become_pages_of_the_released_notebooks():
    found = pages.notebooks()
    assert list(found) == [*(f"lesson_{number}" for number in LESSONS), "showcase"]
    assert all(path.is_file() and "lessons" in path.parts for path in found.values())


def test_a_badge_becomes_a_link_without_its_picture():
    text = "[![Open in Colab](https://a.example/badge.svg)](https://b.example/x.ipynb)"
    assert read("markdown", text)["source"] == "[Open in Colab](https://b.example/x.ipynb)"


def test_what_is_not_on_the_site_is_linked_to_the_repository(tmp_path):
    (tmp_path / "bank.md").touch()
    told = "[a](bank.md), [b](classroom.yml), [c](../README.md), [d](no.md), ![e](classroom.yml)"
    course = registry.course()
    there = f"{course.repository}/blob/{course.branch}"
    assert make_site.linked_home(told, tmp_path) == (
        f"[a](bank.md), [b]({there}/docs/classroom.yml), [c]({there}/README.md), [d](no.md), "
        "![e](classroom.yml)"
    )


def test_links_to_headings_are_written_as_this_site_names_them():
    assert read("markdown", "[one](#1-·-The-model)")["source"] == "[one](#1--the-model)"


@pytest.mark.parametrize(
    ("source", "metadata", "folded"),
    [
        ("x = 1", {}, False),
        ("x = 1", {"jupyter": {"source_hidden": True}}, True),
        ("for folder in (here, *here.parents): pass", {"tags": ["demo"]}, True),
    ],
)
def test_code_that_only_draws_or_sets_up_is_folded(source, metadata, folded):
    assert ("hide-input" in read("code", source, **metadata)["metadata"].get("tags", [])) is folded


def test_a_lesson_is_run_again_only_after_a_change(tmp_path, monkeypatch):
    ran = []

    def run_all(notebook):
        ran.append(notebook["cells"])
        stops = ["c1: ValueError: no"] if notebook["cells"] == ["bad"] else []
        return SimpleNamespace(stops=stops, notebook={"cells": notebook["cells"], "ran": True})

    monkeypatch.setitem(sys.modules, "run_all", SimpleNamespace(run_all=run_all))
    for cells in (["a"], ["a"], ["b"]):
        made = pages.executed("lesson_1", {"cells": cells}, tmp_path)
        assert made == {"cells": cells, "ran": True}
    assert ran == [["a"], ["b"]]
    assert len(list(tmp_path.iterdir())) == 1, "what is out of date is gone"
    with pytest.raises(RuntimeError, match="lesson_1 stopped, at c1: ValueError: no"):
        pages.executed("lesson_1", {"cells": ["bad"]}, tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["made", "--play", "nowhere.html"], "there is no nowhere.html; --play takes a page that"),
        (["mine"], "mine holds something else than a site; name a new or empty folder"),
    ],
)
def test_bad_input_is_refused_before_any_work(tmp_path, words, said):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").touch()
    command = [sys.executable, ROOT / "site" / "make_site.py", *words]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")
    assert ended.returncode == 2 and said in " ".join(ended.stderr.split())
    assert [path.name for path in tmp_path.rglob("*")] == ["mine", "thesis.txt"]
