"""Two figures per lesson for an instructor's slides: who passed what, and what went wrong.

Each is 16:9, in large type, with every number written out. It can be read in grey; nothing depends
on colour. The same class gives the same bytes. Figures hold counts and the course's own words,
never a learner's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

if TYPE_CHECKING:
    from autograder.judging.class_summary import LessonSummary, MistakeCount

# A slide in points; 144 dots an inch make it 1920 × 1080 pixels.
WIDTH, HEIGHT = 960, 540
DOTS = 144
POINTS_AN_INCH = 72
MARGIN = 48
GAP = 16
ROWS_TOP, FOOT = 128, 25
ROW, LARGEST_TYPE, SMALLEST_TYPE = 82, 24, 13
MOST_SHOWN = 7
FONT = "DejaVu Sans"
INK, QUIET, BAR, PAPER = "#1d1d1b", "#5c5a55", "#1a4f8b", "#ffffff"
# On a page the colours are the page's own, so that they follow its light or dark theme.
ON_A_PAGE = {INK: "var(--ink)", QUIET: "var(--quiet)", BAR: "var(--link)", PAPER: "var(--paper)"}
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

    def inline(self) -> str:
        """The figure as part of a page: in its colours and type, with the words as its label."""
        body = self.svg[self.svg.index("<svg") :]
        body = body[body.index(">") + 1 :]
        body = re.sub(r"<metadata>.*?</metadata>|<defs>.*?</defs>", "", body, flags=re.DOTALL)
        body = re.sub(r"\s(id|xmlns\S*)=\"[^\"]*\"", "", body)
        body = body.replace(f"'{FONT}'", "system-ui, sans-serif")
        for colour, variable in ON_A_PAGE.items():
            body = body.replace(colour, variable)
        label = escape(self.words, quote=True)
        return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{body}'


@dataclass(frozen=True)
class Bar:
    """A row of a figure.

    Attributes:
        number: in large type, in front.
        label: above the bar; `aside` follows it in quiet type.
        share: length of the bar, 0 to 1.
        open: an outline in place of a filled bar.
    """

    number: str
    label: str
    aside: str
    share: float
    open: bool = False


def class_figures(lesson: LessonSummary) -> list[ClassFigure]:
    """Both figures of a lesson."""
    return [pass_rates(lesson), mistakes(lesson)]


def pass_rates(lesson: LessonSummary) -> ClassFigure:
    """Which share of the class passed each exercise."""
    bars = [
        Bar(
            f"{item.share:.0%}",
            f"{item.id}  {item.title}",
            f"{item.passed} of {item.count}",
            item.share,
        )
        for item in lesson.exercises
    ]
    title = f"Lesson {lesson.lesson}: who passed what"
    under = f"Share of notebooks that passed each exercise ({lesson.graded} graded)"
    return _figure(f"lesson_{lesson.lesson}_pass_rates", title, under, bars, tracks=True)


def mistakes(lesson: LessonSummary) -> ClassFigure:
    """The most frequent named mistakes of a lesson."""
    found = [(item.id, mistake) for item in lesson.exercises for mistake in item.mistakes]
    named = sorted(
        ((where, mistake) for where, mistake in found if mistake.named),
        key=lambda pair: (-pair[1].count, pair[0], pair[1].name),
    )
    shown = named[:MOST_SHOWN]
    most = max((mistake.count for _, mistake in shown), default=1)
    bars = [
        Bar(str(mistake.count), mistake.name, f"in {where}", mistake.count / most, mistake.either)
        for where, mistake in shown
    ]
    title = f"Lesson {lesson.lesson}: what the class got wrong"
    under = f"How many notebooks show each mistake ({lesson.graded} graded)"
    if len(named) > len(shown):
        under += f"; the {len(shown)} most frequent of {len(named)}"
    if not bars:
        nothing = (
            "No mistakes that the course has a name for"
            if found
            else "Everybody passed every exercise"
        )
        under = f"{nothing} ({lesson.graded} graded)"
    foot = _foot([mistake for _, mistake in shown], [mistake for _, mistake in found])
    return _figure(f"lesson_{lesson.lesson}_mistakes", title, under, bars, foot)


def _foot(shown: Sequence[MistakeCount], found: Sequence[MistakeCount]) -> list[str]:
    """What the bars leave open, in lines."""
    words = []
    if any(mistake.either for mistake in shown):
        words.append("Outlined: one of two mistakes; the answers do not show which.")
    rest: dict[str, int] = {}
    for mistake in found:
        if not mistake.named:
            rest[mistake.name] = rest.get(mistake.name, 0) + mistake.count
    if rest:
        ordered = sorted(rest.items(), key=lambda item: (-item[1], item[0]))
        counts = ", ".join(f"{count} × {name}" for name, count in ordered)
        words.append(f"Also: {counts}.")
    return words


def _figure(
    name: str,
    title: str,
    under: str,
    bars: Sequence[Bar],
    foot: Sequence[str] = (),
    tracks: bool = False,
) -> ClassFigure:
    """A title, a line under it, one row per bar, and lines at the foot; `tracks` show the whole."""
    words = "; ".join(f"{bar.label} ({bar.aside}): {bar.number}" for bar in bars)
    words = f"{title}. {under}{': ' if bars else ''}{words}. {' '.join(foot)}".strip()
    with _own_settings():
        figure = Figure(figsize=(WIDTH / POINTS_AN_INCH, HEIGHT / POINTS_AN_INCH))
        slide = _Slide(figure)
        slide.write(MARGIN, 62, title, 32, bold=True)
        if bars:
            slide.write(MARGIN, 98, under, 20, colour=QUIET)
        else:
            slide.write(MARGIN, 160, under, 28)
        lines = HEIGHT - FOOT * len(foot)
        height = min(ROW, (lines - MARGIN / 2 - ROWS_TOP) / max(len(bars), 1))
        slide.rows(bars, height, tracks)
        for place, line in enumerate(foot):
            slide.write(MARGIN, lines + place * FOOT, line, 17, colour=QUIET)
        svg, png = io.StringIO(), io.BytesIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(svg, metadata=nothing)
        figure.dpi = DOTS
        FigureCanvasAgg(figure).print_png(png, metadata={"Software": None})
    return ClassFigure(name, _clean(words), svg.getvalue(), png.getvalue())


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

    def rows(self, bars: Sequence[Bar], height: float, tracks: bool) -> None:
        """Rows of this height: a number, and next to it a label over a bar."""
        size = max(SMALLEST_TYPE, min(LARGEST_TYPE, 0.42 * height))
        bold = FontProperties(FONT, weight="bold", size=1.2 * size)
        numbers_end = MARGIN + max((_width(bar.number, bold) for bar in bars), default=0)
        for place, bar in enumerate(bars):
            top = ROWS_TOP + place * height
            self._text(numbers_end, top + 0.62 * height, bar.number, bold, INK, "right")
            self._words(numbers_end + GAP, top, height, size, bar)
            self._bar(numbers_end + GAP, top + 0.55 * height, 0.24 * height, bar, tracks)

    def _words(self, x: float, top: float, height: float, size: float, bar: Bar) -> None:
        line, end, gap = top + 0.42 * height, WIDTH - MARGIN, 0.7 * size
        aside = _width(bar.aside, FontProperties(FONT, size=0.8 * size))
        after = self.write(x, line, bar.label, size, end=end - aside - gap)
        self.write(after + gap, line, bar.aside, 0.8 * size, colour=QUIET, end=end + 1)

    def _bar(self, x: float, y: float, thick: float, bar: Bar, track: bool) -> None:
        room = WIDTH - MARGIN - x
        if track:
            self._box(x, y, room, thick, PAPER, QUIET, 1)
        if bar.share:
            self._box(x, y, room * bar.share, thick, PAPER if bar.open else BAR, BAR, 3)

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
