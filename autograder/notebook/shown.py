"""What a notebook's calls return: something to read, as HTML and as text."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from autograder.judging.verdict import Outcome, Verdict
from autograder.views import html, text
from bvae_ref.console import say


class Shown:
    """Something to read: HTML where a front end shows it, the same as text elsewhere."""

    def __init__(self, html_view: str, text_view: str, plain: str | None = None):
        self._html, self._text, self._plain = html_view, text_view, plain

    def __repr__(self) -> str:
        return self._text if self._plain is None else self._plain

    def __str__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._html}


class CheckResult(Shown):
    """A verdict as a cell's last value.

    Its `repr` is the points as a plain number, which is what nbgrader reads as partial
    credit; its HTML is what a person reads; `print(check("1.1"))` gives the text.

    Args:
        verdict: of an exercise.
        next_step: what to do now, in words.
        news: further sentences.
    """

    def __init__(self, verdict: Verdict, next_step: str = "", news: Sequence[str] = ()):
        views = html.verdict_html(verdict), text.verdict_text(verdict)
        if next_step:
            views = f"{views[0]}{html.panel(html.prose(next_step))}", f"{views[1]}\n{next_step}"
        views = with_news(*views, news)
        super().__init__(*views, repr(float(verdict.points)))
        self.verdict = verdict

    def __float__(self) -> float:
        return float(self.verdict.points)


def show(
    html_view: str, text_view: str, plain: str | None = None, news: Sequence[str] = ()
) -> Shown:
    """Something to read as a cell's last value; where no front end shows it, it is printed.

    Args:
        html_view, text_view: the two ways to read it.
        plain: the cell's `text/plain` where that is not the text: points, for a check.
        news: sentences to add, such as that progress cannot be saved.
    """
    html_view, text_view = with_news(html_view, text_view, news)
    if not in_ipython():
        say(text_view)
    return Shown(html_view, text_view, plain)


def with_news(html_view: str, text_view: str, news: Sequence[str]) -> tuple[str, str]:
    """Both views with sentences below."""
    panels = [html.panel(html.prose(words), html.TINTS[Outcome.CRASHED]) for words in news]
    return "".join([html_view, *panels]), "\n".join([text_view, *news])


def in_ipython() -> bool:
    """Whether a front end shows what a cell ends with."""
    ipython = sys.modules.get("IPython")
    return bool(ipython and ipython.get_ipython())
