"""Learners' Markdown as HTML without active content, and with formulas that need no script.

Pages of feedback and of nbgrader's formgrader show what learners wrote. Stock nbconvert lets
raw HTML through, so that a script in a text cell would run with the rights of whoever opens
the page, and could enter grades.
"""

from __future__ import annotations

from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.views.mathml import Formulas


class PassiveRenderer(IPythonRenderer):
    """nbconvert's renderer with raw HTML shown as text, links limited to harmless ones, and
    formulas as MathML."""

    def __init__(self, attachments: dict, formulas: Formulas):
        super().__init__(escape=True, allow_harmful_protocols=False, attachments=attachments)
        self._formulas = formulas

    def block_mermaidjs(self, code: str) -> str:
        """A diagram's source as code; nbconvert would insert it unescaped."""
        return self.block_code(code)

    def inline_math(self, body: str) -> str:
        """A formula in a line of text."""
        return self._formulas.html(body, "inline", f"${body}$")

    def block_math(self, body: str) -> str:
        """A formula of its own."""
        return self._formulas.html(body, "block", f"$${body}$$")

    def latex_environment(self, name: str, body: str) -> str:
        """A formula between `\\begin` and `\\end`."""
        source = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return self._formulas.html(source, "block", source)

    def multiline_math(self, text: str) -> str:
        """What an older mistune hands on as it is."""
        return escape(text)


@pass_context
def passive_markdown(context: Context, source: str) -> str:
    """Jinja filter in place of `markdown2html`; what cannot be rendered is shown as text."""
    cell, resources = context.get("cell", {}), context.get("resources", {})
    formulas = resources.setdefault("formulas", Formulas())  # one for the whole page
    try:
        renderer = PassiveRenderer(cell.get("attachments", {}), formulas)
        return MarkdownWithMath(renderer=renderer).render(source)
    except Exception:
        # A missing attachment, or nesting too deep: one cell must not cost the page.
        return f'<pre style="white-space:pre-wrap">{escape(source)}</pre>'
