"""Write the reference's docstrings as web pages, docs/reference.md in front.

    python bench/api_pages.py [out/api]

The pages are made by pdoc and need no network: no script or font is fetched, and the formulas of
the front page are drawn here, by Matplotlib, as pictures that carry their source as alt text.
"""

from __future__ import annotations

import base64
import importlib
import io
import pkgutil
import re
import shutil
import sys
import tempfile
from html import escape
from pathlib import Path

import matplotlib
import pdoc
from matplotlib.mathtext import math_to_image

import bvae_ref

ROOT = Path(__file__).resolve().parent.parent
_FORMULA = re.compile(r"^```math\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def main() -> None:
    """Write the pages whole, or leave those that are there."""
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "out/api")
    bvae_ref.__doc__ = front_page((ROOT / "docs" / "reference.md").read_text(encoding="utf-8"))
    list_submodules()
    pdoc.render.configure(docformat="google", footer_text="Beyond Pixels, MIT licence")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        pdoc.pdoc("bvae_ref", output_directory=Path(scratch) / "pages")
        pages = sorted((Path(scratch) / "pages").rglob("*.html"))
        for page in [*pages, Path(scratch) / "pages" / "search.js"]:
            page.write_text(without_machine(page), encoding="utf-8")
        shutil.rmtree(target, ignore_errors=True)
        (Path(scratch) / "pages").rename(target)
    print(f"{len(pages)} pages; open {target / 'index.html'}")


def list_submodules() -> None:
    """Import everything, and let packages with an `__all__` name their modules too.

    pdoc leaves out what `__all__` does, and forbids starting processes while it imports.
    """
    for found in pkgutil.walk_packages(bvae_ref.__path__, "bvae_ref."):
        importlib.import_module(found.name)
        package, _, module = found.name.rpartition(".")
        if names := getattr(sys.modules[package], "__all__", None):
            names.append(module)


def front_page(markdown: str) -> str:
    """The page with every formula as a picture."""
    return _FORMULA.sub(lambda found: picture(found[1]), markdown)


def picture(formula: str) -> str:
    """A formula as an HTML element: the drawing and, for who cannot see it, its source."""
    drawing = io.BytesIO()
    with matplotlib.rc_context({"mathtext.fontset": "cm", "svg.hashsalt": "formula"}):
        math_to_image(f"${formula}$", drawing, format="svg", dpi=72)
    code = base64.b64encode(drawing.getvalue()).decode("ascii")
    alt = escape(formula, quote=True)
    style = "display:block;margin:1em auto;max-width:100%;height:auto;zoom:1.5"
    return f'<img style="{style}" alt="{alt}" src="data:image/svg+xml;base64,{code}">'


def without_machine(page: Path) -> str:
    """The page's text, which names no folder of this machine.

    Raises:
        SystemExit: one remains.
    """
    text = page.read_text(encoding="utf-8")
    text = text.replace(sys.executable, "python").replace(f"{ROOT}/", "")
    for folder in (Path(sys.prefix), Path.home()):
        if str(folder) != "/" and f"{folder}/" in text:
            raise SystemExit(
                f"{page.name} names {folder}; keep such values out of module constants."
            )
    return text


if __name__ == "__main__":
    main()
