"""Learners' Markdown as HTML without active content.

Pages of feedback and of nbgrader's formgrader show what learners wrote. Stock nbconvert lets
raw HTML through, so that a script in a text cell would run with the rights of whoever opens
the page, and could enter grades.
"""

from __future__ import annotations

from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


class PassiveRenderer(IPythonRenderer):
    """nbconvert's renderer with raw HTML shown as text and links limited to harmless ones."""

    def __init__(self, attachments: dict):
        super().__init__(escape=True, allow_harmful_protocols=False, attachments=attachments)

    def block_mermaidjs(self, code: str) -> str:
        """A diagram's source as code; nbconvert would insert it unescaped."""
        return self.block_code(code)


@pass_context
def passive_markdown(context: Context, source: str) -> str:
    """Jinja filter in place of `markdown2html`; what cannot be rendered is shown as text."""
    cell = context.get("cell", {})
    try:
        renderer = PassiveRenderer(cell.get("attachments", {}))
        return MarkdownWithMath(renderer=renderer).render(source)
    except Exception:
        # A missing attachment, or nesting too deep: one cell must not cost the page.
        return f'<pre style="white-space:pre-wrap">{escape(source)}</pre>'
