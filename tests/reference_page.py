"""docs/reference.md as tests read it: its text, its formulas, and the modules it is about."""

from __future__ import annotations

import re
from pathlib import Path

from coursework import ROOT

TEXT = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
FORMULAS = re.findall(r"^```math\n(.*?)\n```$", TEXT, re.MULTILINE | re.DOTALL)


def modules() -> dict[str, Path]:
    """Every module of the reference that has names of its own, by its dotted name."""
    files = sorted((ROOT / "bvae_ref").rglob("*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts): path
        for path in files
        if path.name != "__init__.py"
    }
