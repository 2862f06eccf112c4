"""`make api`: a page for every module, readable without a network, silent about the machine."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from reference_page import FORMULAS, modules

pytestmark = pytest.mark.slow


# Everything is imported once more, and hundreds of pages are written.
pytestmark = pytest.mark.nightly


@pytest.fixture(scope="module")
def pages(tmp_path_factory, root) -> Path:
    pytest.importorskip("pdoc", reason="pdoc comes with the extra `dev`")
    folder = tmp_path_factory.mktemp("api") / "pages"
    (folder / "old").mkdir(parents=True)
    script = root / "bench" / "api_pages.py"
    subprocess.run([sys.executable, str(script), str(folder)], cwd=root, check=True)
    return folder


def test_every_module_has_a_page_and_an_older_folder_is_gone(pages):
    written = {
        ".".join(path.relative_to(pages).with_suffix("").parts) for path in pages.rglob("*.html")
    }
    assert set(modules()) <= written and "index" in written
    assert not (pages / "old").exists()


def test_the_pages_fetch_nothing_and_name_no_folder_of_this_machine(pages, root):
    for page in [*pages.rglob("*.html"), pages / "search.js"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"""(src|@import)\s*=?\s*["'(]+https?:""", text), page
        assert not re.search(r"<link[^>]+https?:", text), page
        for folder in (root, Path(sys.prefix)):
            assert f"{folder}/" not in text, page


def test_every_formula_is_drawn_with_its_source_as_alt_text(pages):
    front = (pages / "bvae_ref.html").read_text(encoding="utf-8")
    alts = re.findall(r'<img [^>]*alt="([^"]+)" src="data:image/svg', front)
    assert [unescape(alt) for alt in alts] == FORMULAS and len(FORMULAS) >= 10
    assert "```math" not in front and "beta_vae_loss" in front
