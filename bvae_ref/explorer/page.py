"""The page: its parts from files of their own, put together into one HTML file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from bvae_ref.explorer.bundle import bundle
from bvae_ref.explorer.packing import Pack
from bvae_ref.page_design import tokens

_HERE = Path(__file__).parent
LANGUAGE = "en"


def words(language: str = LANGUAGE) -> dict[str, str]:
    """The page's words in a language: `words/LANGUAGE.json`.

    Raises:
        ValueError: there is no such file; the message lists those there are.
    """
    files = {path.stem: path for path in sorted((_HERE / "words").glob("*.json"))}
    if language not in files:
        raise ValueError(f"there are no words in {language!r}, only in: {', '.join(files)}.")
    return json.loads(files[language].read_text(encoding="utf-8"))


def page(told: dict[str, Any], pack: Pack, title: str = "", language: str = LANGUAGE) -> str:
    """One HTML file that asks nothing of any other place.

    Args:
        told, pack: from `payload`.
        title: above the page; labels, names and title are data and never become markup.
        language: of the page's words.
    """
    table = words(language)
    script = bundle()
    parts = {
        **{f"word {key}": escape(text) for key, text in table.items()},
        "language": escape(language, quote=True),
        "name": escape(title or table["title"]),
        "policy": policy(script),
        "style": tokens() + _text("page.css"),
        "data": _json({**told, "words": table}),
        "numbers": pack.text(),
        "script": script,
    }
    return re.sub(r"\{\{(.+?)\}\}", lambda found: parts[found[1]], _text("page.html"))


def policy(script: str) -> str:
    """The Content-Security-Policy: this one script runs, and nothing is asked for."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:"
    )


def _json(told: Any) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
