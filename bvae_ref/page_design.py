"""The one stylesheet that all pages share: type, space, and a colour for each meaning."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def tokens() -> str:
    """The stylesheet's text; a page's own rules come after it."""
    return Path(__file__).with_name("tokens.css").read_text(encoding="utf-8")
