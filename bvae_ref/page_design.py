"""What all pages share: type, space, a colour for each meaning, and the look of formulas."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# The web site, which has a theme of its own, takes only this one.
FORMULAS = Path(__file__).with_name("formulas.css")


@cache
def tokens() -> str:
    """The stylesheet's text; a page's own rules come after it."""
    sheets = FORMULAS.with_name("tokens.css"), FORMULAS
    return "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
