"""The charts of a lesson as files for an instructor's slides.

Each is 16:9, in large type, with every number written out. It can be read in grey; nothing depends
on colour. The same class gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from autograder.views.class_bars import Bar, Chart, lesson_charts

if TYPE_CHECKING:
    from autograder.judging.class_summary import LessonSummary

# A slide in points; 144 dots an inch make it 1920 × 1080 pixels.
WIDTH, HEIGHT = 960, 540
DOTS = 144
POINTS_AN_INCH = 72
MARGIN = 48
GAP = 16
ROWS_TOP, FOOT = 128, 25
ROW, LARGEST_TYPE, SMALLEST_TYPE = 82, 24, 13
FONT = "DejaVu Sans"
INK, QUIET, BAR, PAPER = "#1d1d1b", "#5c5a55", "#1a4f8b", "#ffffff"
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class ClassFigure:
    """A figure as files and words.

    Attributes:
        name: of its files, without ending.
        words: what it shows, for those who do not see it.
        svg: the file's text; `png`: the file's bytes.
    """

    name: str
    words: str
    svg: str
    png: bytes


def class_figures(lesson: LessonSummary) -> list[ClassFigure]:
    """The charts of a lesson, drawn."""
    return [figure_of(chart) for chart in lesson_charts(lesson)]


def figure_of(chart: Chart) -> ClassFigure:
    """One chart as files; a frame around each bar shows what the whole class would be."""
    words = "; ".join(f"{bar.label} ({bar.aside}): {bar.number}" for bar in chart.bars)
    words = f"{chart.title}. {chart.under}: {words}. {' '.join(chart.foot)}".strip()
    with _own_settings():
        figure = Figure(figsize=(WIDTH / POINTS_AN_INCH, HEIGHT / POINTS_AN_INCH))
        slide = _Slide(figure)
        slide.write(MARGIN, 62, chart.title, 32, bold=True)
        slide.write(MARGIN, 98, chart.under, 20, colour=QUIET)
        lines = HEIGHT - FOOT * len(chart.foot)
        height = min(ROW, (lines - MARGIN / 2 - ROWS_TOP) / len(chart.bars))
        slide.rows(chart.bars, height)
        for place, line in enumerate(chart.foot):
            slide.write(MARGIN, lines + place * FOOT, line, 17, colour=QUIET)
        svg, png = io.StringIO(), io.BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(svg, metadata=nothing)
        figure.dpi = DOTS
        FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})
    return ClassFigure(chart.name, _clean(words), svg.getvalue(), png.getvalue())


class _Slide:
    """Draws on a figure in points from the top left corner."""

    def __init__(self, figure: Figure):
        self._axes = figure.add_axes((0, 0, 1, 1))
        self._axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        self._axes.axis("off")

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        bold: bool = False,
        colour: str = INK,
        end: float = WIDTH - MARGIN,
    ) -> float:
        """Text on the line `y` from `x`, cut where it would pass `end`; return where it ends."""
        font = FontProperties(FONT, weight="bold" if bold else "normal", size=size)
        text, width = _fitted(_clean(text), font, end - x)
        self._text(x, y, text, font, colour)
        return x + width

    def rows(self, bars: Sequence[Bar], height: float) -> None:
        """Rows of this height: a number, and next to it a label over a bar."""
        size = max(SMALLEST_TYPE, min(LARGEST_TYPE, 0.42 * height))
        bold = FontProperties(FONT, weight="bold", size=1.2 * size)
        numbers_end = MARGIN + max((_width(bar.number, bold) for bar in bars), default=0)
        for place, bar in enumerate(bars):
            top = ROWS_TOP + place * height
            self._text(numbers_end, top + 0.62 * height, bar.number, bold, INK, "right")
            self._words(numbers_end + GAP, top, height, size, bar)
            self._bar(numbers_end + GAP, top + 0.55 * height, 0.24 * height, bar)

    def _words(self, x: float, top: float, height: float, size: float, bar: Bar) -> None:
        line, end, gap = top + 0.42 * height, WIDTH - MARGIN, 0.7 * size
        aside = _width(bar.aside, FontProperties(FONT, size=0.8 * size))
        after = self.write(x, line, bar.label, size, end=end - aside - gap)
        self.write(after + gap, line, bar.aside, 0.8 * size, colour=QUIET, end=end + 1)

    def _bar(self, x: float, y: float, thick: float, bar: Bar) -> None:
        room = WIDTH - MARGIN - x
        self._box(x, y, room, thick, PAPER, QUIET, 1)
        if bar.share:
            edge = QUIET if bar.kind == "quiet" else BAR
            self._box(
                x, y, room * bar.share, thick, PAPER if bar.kind == "outlined" else edge, edge, 3
            )

    def _text(self, x, y, text: str, font: FontProperties, colour: str, side="left") -> None:
        place = {"ha": side, "va": "baseline", "clip_on": False}
        self._axes.text(x, y, text, font=font, color=colour, parse_math=False, **place)

    def _box(self, x, y, width, height, fill: str, edge: str, line: float) -> None:
        inside = x + line / 2, y + line / 2
        self._axes.add_patch(
            Rectangle(
                *(inside, max(width - line, 0.1), height - line),
                *(),
                facecolor=fill,
                edgecolor=edge,
                linewidth=line,
                clip_on=False,
            )
        )


@contextmanager
def _own_settings() -> Iterator[None]:
    """Matplotlib as it comes, whatever the machine's settings are; text stays text."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({"svg.hashsalt": "class", "svg.fonttype": "none"})
        matplotlib.rcParams["font.family"] = FONT
        yield


def _fitted(text: str, font: FontProperties, room: float) -> tuple[str, float]:
    """The text, cut at its end where it is wider than `room`, and its width, both in points."""
    width = _width(text, font)
    if width <= room:
        return text, width
    while text and _width(text + "…", font) > room:
        text = text[:-1]
    return text.rstrip() + "…", _width(text + "…", font)


def _width(text: str, font: FontProperties) -> float:
    return text_to_path.get_text_width_height_descent(text, font, False)[0] if text else 0.0


def _clean(text: str) -> str:
    """Text of one line that XML can hold; the marks around code are left out."""
    return UNPRINTABLE.sub(" ", text).replace("`", "")
