"""A whole HTML file and the pieces that pages share: a single file, nothing fetched."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from autograder.views.html import prose
from bvae_ref.page_design import tokens

# Learners' words are escaped; should one slip through, the browser still runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(
    title: str, body: str, kind: str = "", bar: str = "", tables: bool = False, images: bool = False
) -> str:
    """A whole HTML file.

    Args:
        title: text.
        body: HTML of the main part.
        kind: a class of the body, for its width.
        bar: HTML of the links that stay on top; a link to skip them comes first.
        tables: with the script that sorts and filters tables. Everything is readable without it.
        images: with pictures, which lie in the page itself.
    """
    script = _file("tables.js") if tables else ""
    policy = POLICY + (f"; script-src 'sha256-{_digest(script)}'" if script else "")
    policy += "; img-src data:" if images else ""
    skip = '<a class="skip" href="#content">Skip to the content</a>\n' if bar else ""
    head = f'{skip}<header class="bar"><nav aria-label="This page">{bar}</nav></header>\n'
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{escape(title)}</title>\n<style>\n{tokens()}{_file('pages.css')}</style>\n"
        + (f"<script>{script}</script>\n" if script else "")
        + f'</head>\n<body class="{kind}">\n{head if bar else ""}'
        f'<main id="content" tabindex="-1">\n{body}\n</main>\n</body>\n</html>\n'
    )


def table(label: str, head: str, rows: str, kind: str = "", attributes: str = "") -> str:
    """A table with a name, in a box that scrolls where the table is wider than the page.

    Args:
        label: the table's name; text.
        head, rows: HTML of its rows.
        kind: classes of the table.
        attributes: further ones of the table; HTML.
    """
    name = escape(label, quote=True)
    return (
        f'<section class="scroll" aria-label="{name}">'
        f'<table class="{kind}"{attributes}><caption class="visually-hidden">{name}</caption>'
        f"<thead>{head}</thead><tbody>{rows}</tbody></table></section>"
    )


def isolation_notice(isolation: dict | None) -> str:
    """A notice where the learner's code ran with less than full isolation, else nothing."""
    if not isolation or isolation.get("level") == "full":
        return ""
    missing = ", ".join(map(str, isolation.get("missing", ()))) or "not named"
    how = "only partly isolated" if isolation.get("level") == "partial" else "not isolated"
    return notice(
        f"<b>The notebook's code ran {how} on this machine.</b> Missing: {escape(missing)}. The "
        "instructor's guide explains what that means."
    )


def notice(inside: str) -> str:
    """A framed note; `inside` is HTML already."""
    return f'<div class="notice" role="note">{inside}</div>'


def bullets(sentences: Iterable[str]) -> str:
    """Sentences as a list, escaped."""
    return "<ul>" + "".join(f"<li>{prose(sentence)}</li>" for sentence in sentences) + "</ul>"


def name_html(name: str) -> str:
    """A person's name, which may run from right to left without turning what is beside it."""
    return f"<bdi>{escape(name)}</bdi>"


def count_of(number_of: int, thing: str) -> str:
    """`1 notebook`, `1,114 notebooks`."""
    return f"{number_of:,} {thing}{'' if number_of == 1 else 's'}"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
