"""The lessons as pages of the web site: as learners get them, run, with links that work there."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from autograder.exercise import registry

ROOT = Path(__file__).resolve().parent.parent
# A badge is an image from another server; its link stays.
BADGE = re.compile(r"\[!\[([^]]*)\]\([^)]*\)\]\(([^)]*)\)")
# "[Data](#1-·-Data)", as Jupyter names headings.
ANCHOR = re.compile(r"\]\(#([^)]+)\)")


def say(text: str) -> None:
    """A progress line."""
    print(text, flush=True)


def notebooks() -> dict[str, Path]:
    """Page name → released notebook: the lessons, and the showcase."""
    found = {
        f"lesson_{n}": ROOT / "lessons" / f"lesson_{n}" / f"lesson_{n}.ipynb"
        for n in registry.course().lessons
    }
    (showcase,) = (ROOT / "lessons" / "showcase").glob("*.ipynb")
    return {**found, "showcase": showcase}


def for_reading(notebook: dict) -> dict:
    """A notebook as a page: code that only draws is folded away, links are this site's."""
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            source = BADGE.sub(r"[\1](\2)", source)
            source = ANCHOR.sub(lambda found: f"](#{slug(found[1])})", source)
            cell["source"] = source
        elif cell["metadata"].get("jupyter", {}).get("source_hidden") or "here.parents" in source:
            tags = cell["metadata"].setdefault("tags", [])
            cell["metadata"]["tags"] = [*tags, "hide-input"]
    return notebook


def slug(jupyters: str) -> str:
    """A heading's name on these pages, from its name in Jupyter, where blanks are hyphens."""
    return re.sub(r"[^\w\- ]", "", jupyters.replace("-", " ").lower()).replace(" ", "-")


def executed(name: str, notebook: dict, kept: Path) -> dict:
    """The untouched notebook after "Run All", on strokes; from `kept` if nothing has changed.

    Raises:
        RuntimeError: a cell stopped.
    """
    path = kept / f"{name}-{digest(notebook)}.ipynb"
    if not path.is_file():
        from run_all import run_all

        say(f"running {name} ...")
        seen = run_all(notebook)
        if seen.stops:
            raise RuntimeError(f"{name} stopped, at {'; '.join(seen.stops)}.")
        for old in kept.glob(f"{name}-*.ipynb"):
            old.unlink()
        kept.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(seen.notebook, ensure_ascii=False), encoding="utf-8")
    return json.loads(path.read_text(encoding="utf-8"))


def digest(notebook: dict) -> str:
    """Of a notebook and of the code that it runs."""
    found = hashlib.sha256(json.dumps(notebook, sort_keys=True).encode())
    for package in ("bvae_ref", "autograder"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in (".py", ".js", ".css", ".html", ".json"):
                found.update(path.read_bytes())
    return found.hexdigest()[:16]
