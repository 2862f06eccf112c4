"""What a notebook's calls return: something to read, as HTML and as text.

A person reads it once, wherever the call stands. Where output is text (Python, IPython in a
terminal, jupyter console), it is printed at once. In a notebook the cell's last value is rendered
as always, and whatever is not (one of two checks, a call in a loop or in a script that `%run`
starts) is displayed when the next call comes or the cell ends.
"""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Sequence

from autograder.judging.verdict import Verdict
from autograder.views import html, text
from bvae_ref.console import in_ascii, say
from bvae_ref.front_end import shell, shows_html

# How many of LaTeX's typewriter letters fit in a line.
LATEX_WIDTH = 84


class Shown:
    """Something to read: HTML where a front end shows it, the same as text elsewhere."""

    def __init__(self, html_view: str, text_view: str, plain: str | None = None):
        self._html, self._text, self._plain = html_view, text_view, plain
        self._printed = False
        self.read = False

    def __repr__(self) -> str:
        if self._plain is not None:
            return self._plain
        # Python's own prompt shows this after the text was printed.
        return "" if self._printed and hasattr(sys, "ps1") else self._text

    def __str__(self) -> str:
        self.read = True
        return self._text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        self.read = True
        return {"text/plain": repr(self), "text/html": self._html, "text/latex": self._latex()}

    def _ipython_display_(self) -> None:
        if not self._printed:
            raise NotImplementedError("IPython asks for the mimebundle then")

    def _latex(self) -> str:
        """The text for `nbconvert --to pdf`, in letters that every font has."""
        ascii_text = "".join(map(in_ascii, self._text))
        lines = [
            part
            for line in ascii_text.splitlines()
            for part in textwrap.wrap(line, LATEX_WIDTH, subsequent_indent="  ") or [""]
        ]
        return "\n".join([r"\begin{verbatim}", *lines, r"\end{verbatim}"])

    def present(self) -> None:
        """See to it that a person reads this, once."""
        _turn.show()
        if not shows_html():
            say(self)
            self._printed = True
        elif not os.environ.get("NBGRADER_EXECUTION"):
            _turn.wait_for(self)


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
    """Something to read, presented to a person.

    Args:
        html_view, text_view: the two ways to read it.
        plain: the cell's `text/plain` where that is not the text: points, for a check.
        news: sentences to add, such as that progress cannot be saved.
    """
    shown = Shown(*with_news(html_view, text_view, news), plain)
    shown.present()
    return shown


def with_news(html_view: str, text_view: str, news: Sequence[str]) -> tuple[str, str]:
    """Both views with sentences below."""
    panels = [html.panel(html.prose(words)) for words in news]
    return "".join([html_view, *panels]), "\n".join([text_view, *news])


class _Turn:
    """What a notebook's call returned last, until it is rendered as the cell's value or shown."""

    def __init__(self) -> None:
        self._waiting: Shown | None = None
        self._watched: object = None

    def wait_for(self, shown: Shown) -> None:
        """Show it at the cell's end unless it is the cell's value."""
        running = shell()
        if running is not self._watched:
            running.events.register("post_run_cell", self._cell_ended)
            self._watched = running
        self._waiting = shown

    def show(self) -> None:
        """Display what waits and was not read."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.read:
            from IPython.display import display

            display(waiting)

    def _cell_ended(self, result=None) -> None:
        source = getattr(getattr(result, "info", None), "raw_cell", None) or ""
        if source.rstrip().endswith(";"):  # as IPython hides a cell's value
            self._waiting = None
        self.show()


_turn = _Turn()
