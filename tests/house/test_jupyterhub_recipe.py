"""The files for a JupyterHub are well formed, and their page names each; `make hub` runs them."""

from __future__ import annotations

import ast
import importlib
import json

import pytest
from coursework import ROOT

FOLDER = ROOT / "docs" / "jupyterhub"
PAGE = (ROOT / "docs" / "jupyterhub.md").read_text(encoding="utf-8")
FILES = sorted(path for path in FOLDER.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_a_file_is_well_formed_and_the_page_says_where_it_goes(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".json":
        json.loads(text)
    elif path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("autograder"):
                module = importlib.import_module(node.module)
                assert all(hasattr(module, item.name) for item in node.names)
    top = path.relative_to(FOLDER).parts
    assert f"`{'/'.join(top)}`" in PAGE or f"`{top[0]}/`" in PAGE


def test_roles_differ_in_what_learners_do_not_see():
    learners = json.loads((FOLDER / "learners/labconfig/page_config.json").read_text("utf-8"))
    assert learners["disabledExtensions"]["@jupyter/nbgrader:formgrader"] is True
    assert not (FOLDER / "instructors" / "labconfig").exists()
