"""docs/reference.md: every public name stands in it, its numbers are right, its formulas draw."""

from __future__ import annotations

import ast
import math
import re
from fractions import Fraction
from pathlib import Path

import pytest
from coursework import ROOT
from reference_page import FORMULAS, TEXT, modules

from bvae_ref.losses import beta_norm, effective_beta


def public_names(path: Path) -> set[str]:
    """Functions, classes and constants that a module defines and does not keep to itself."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {name for name in names if not name.startswith("_")}


def section(module: str) -> str:
    """The text under a module's heading."""
    found = re.search(
        rf"^#### `{re.escape(module)}`$(.*?)(?=^#|\Z)", TEXT, re.MULTILINE | re.DOTALL
    )
    assert found, f"add a heading '#### `{module}`' and a table of its names to docs/reference.md"
    return found[1]


def documented(module: str) -> set[str]:
    """Names at the head of the rows of a module's table."""
    heads = re.findall(r"^\| (.+?) \|", section(module), re.MULTILINE)
    return {name for head in heads for name in re.findall(r"`([A-Za-z_]\w*)", head)}


@pytest.mark.parametrize("module", modules())
def test_every_public_name_stands_in_its_modules_table(module):
    names, told = public_names(modules()[module]), documented(module)
    assert names <= told, f"docs/reference.md, {module}: add {sorted(names - told)}"
    assert told <= names, f"docs/reference.md, {module}: remove {sorted(told - names)}"


def test_every_module_in_the_reference_exists():
    assert set(re.findall(r"^#### `(.+)`$", TEXT, re.MULTILINE)) == set(modules())


def beta_rows() -> list[list[str]]:
    table = TEXT[TEXT.index("| whose, and where |") :].split("\n\n")[0]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]
    ]


@pytest.mark.parametrize("row", beta_rows(), ids=lambda row: row[0][:40])
def test_every_factor_is_what_effective_beta_gives(row):
    where, weight, pixels, latents, recon, kl, stated = row
    assert "`" in where, "name the file"
    if weight == "β":
        assert (recon, kl, stated) == ("sum", "sum", "β")
        return
    found = effective_beta(float(Fraction(weight)), int(pixels), int(latents), recon, kl)
    assert found == pytest.approx(float(stated), rel=1e-12)


def test_the_example_below_the_table_is_right():
    assert len(beta_rows()) >= 12
    averaged_pixels, both = 4 / 784, 8 / 784
    assert f"4/784 = {averaged_pixels:.4f}" in TEXT and f"8/784 = {both:.4f}" in TEXT
    assert effective_beta(averaged_pixels, 784, 2, "mean", "sum") == pytest.approx(4)
    assert effective_beta(both, 784, 2, "mean", "mean") == pytest.approx(4)
    assert both == pytest.approx(beta_norm(4, 784, 2))
    assert f"One bit is {math.log(2):.3f} nats" in TEXT


def anchor(heading: str) -> str:
    """The name that GitHub gives a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_internal_links_lead_somewhere():
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)}
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif not target.startswith("https://"):
            assert (ROOT / "docs" / target.partition("#")[0]).exists(), target


def test_named_files_and_commands_of_this_repository_exist():
    for name in set(re.findall(r"`((?:tests|bench|bvae_ref|docs)/[\w/]+\.\w+)`", TEXT)):
        assert (ROOT / name).is_file(), name
    for name in set(re.findall(r"python (bench/\w+\.py)", TEXT)):
        assert (ROOT / name).is_file(), name


@pytest.mark.parametrize("formula", FORMULAS)
def test_every_formula_can_be_drawn_without_a_network(formula):
    from matplotlib.mathtext import MathTextParser

    assert "\n" not in formula
    assert MathTextParser("path").parse(f"${formula}$").width > 10
