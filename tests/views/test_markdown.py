"""Learners' Markdown on pages: readable, and nothing in it acts."""

from __future__ import annotations

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter

from autograder.views.markdown import passive_markdown


def page(source: str, **cell) -> str:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source, **cell)])
    exporter = HTMLExporter(template_name="classic", filters={"markdown2html": passive_markdown})
    html, _ = exporter.from_notebook_node(notebook)
    return html[html.index("<body") :]


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "text <b onclick='alert(1)'>bold</b>",
        "<input class='score' id='check-1-1'>",
        "```mermaid\n</pre><script>alert(1)</script>\n```",
        "```mermaid x\n</pre><b onclick='alert(1)'>\n```",
        "# head <img src=x onerror=alert(1)>",
        "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
        "$<img src=x onerror=alert(1)>$",
        '![x](y" onerror="alert(1))',
        '```"><script>alert(1)</script>\nx\n```',
    ],
)
def test_raw_html_is_shown_and_does_not_act(source):
    html = page(source)
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        assert element.name not in ("script", "input"), html[-600:]
        assert not [name for name in element.attrs if name.startswith("on")], html[-600:]


@pytest.mark.slow
@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScript:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_links_lead_nowhere_harmful(address):
    for source in (f"[link]({address})", f"![picture]({address})", f"<{address}>"):
        html = page(source).lower()
        assert f'href="{address.lower()}' not in html and f'src="{address.lower()}' not in html


def test_what_lessons_use_comes_through():
    html = page(
        "## Head\n\n*emphasis* `code` $\\mu < 1$\n\n| a |\n|---|\n| 1 |\n\n[x](https://y.org)"
    )
    for part in ("<h2", "<em>emphasis</em>", "<code>code</code>", "<table", "<mi>μ</mi>"):
        assert part in html
    assert 'href="https://y.org"' in html


def test_a_pasted_picture_is_shown_and_a_missing_one_costs_nothing_else():
    dot = {"dot.png": {"image/png": "iVBORw0KGgo="}}
    assert "data:image/png;base64,iVBORw0KGgo=" in page(
        "![dot](attachment:dot.png)", attachments=dot
    )
    assert "attachment:lost.png" in page("![lost](attachment:lost.png) <b>")


@pytest.mark.slow
def test_nesting_without_end_is_shown_as_text():
    for source in ("> " * 5000 + "deep", "[" * 3000, "*" * 5000):
        assert page(source)
