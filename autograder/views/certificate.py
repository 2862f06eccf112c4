"""The page for passing every exercise: one drawing, to be printed on A4.

A single file: nothing is fetched, nothing runs. The drawing scales with the page, so the
same one is shown below `progress()`.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from html import escape

from autograder.views import number
from autograder.views.brush_circle import brush_circle

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
# A4 across, in millimetres; the units of the drawing.
WIDTH, HEIGHT = 297, 210
PAPER, INK, QUIET, SEAL, LINE = "#fbf8f1", "#1f1d1a", "#6b655b", "#b5352a", "#cfc7b6"
LEFT, RIGHT, MARGIN = 134, 269, 28
SERIF = "'Iowan Old Style','Palatino Linotype',Palatino,'Source Serif 4',Georgia,serif"
HONEST = (
    "Checked by the course’s tests on the learner’s own machine, without supervision.",
    "Time is counted between calls; pauses over 15 minutes are left out.",
)
STYLE = """\
@page { size: A4 landscape; margin: 0; }
html, body { margin: 0; background: #e9e5dc; }
h1 { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
svg { display: block; width: min(100vw, 141.4vh); height: auto; margin: 0 auto; }
@media print {
  html, body { background: none; }
  svg { width: 297mm; height: 209.5mm; }
  svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
"""


@dataclass(frozen=True)
class Certificate:
    """What the page says.

    Attributes:
        course, subtitle, seal: the course's words, as of `exercise.course.Course`.
        name: the learner's; "" leaves a line to write on.
        lessons: (number, title, how many exercises) of each lesson.
        points: of the whole course, all of them earned.
        hints: hints used.
        seconds: time spent.
        day: of the last pass.
    """

    course: str
    subtitle: str
    seal: str
    name: str
    lessons: tuple[tuple[int, str, int], ...]
    points: float
    hints: int
    seconds: float
    day: date

    @property
    def exercises(self) -> int:
        """How many exercises there were, all of them passed."""
        return sum(count for _, _, count in self.lessons)


def certificate_page(certificate: Certificate) -> str:
    """The whole HTML file."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f"<title>{escape(certificate.course)}: certificate</title>\n"
        f"<style>\n{STYLE}</style>\n</head>\n"
        f"<body>\n<main>\n<h1>{escape(certificate.course)}: certificate</h1>\n"
        f"{certificate_svg(certificate)}\n</main>\n</body>\n</html>\n"
    )


def certificate_svg(certificate: Certificate) -> str:
    """The drawing, as wide as there is room."""
    parts = (
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _frame(),
        brush_circle(INK),
        _heading(certificate),
        _learner(certificate),
        _lessons(certificate.lessons),
        _figures(certificate),
        _seal(certificate.seal),
        _text(HONEST[0], 148.5, 188, 3.1, QUIET, style="italic"),
        _text(HONEST[1], 148.5, 192.6, 3.1, QUIET, style="italic"),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" '
        f'role="img" aria-label="{escape(in_words(certificate), quote=True)}" '
        f'font-family="{SERIF}">{"".join(parts)}</svg>'
    )


def in_words(certificate: Certificate) -> str:
    """Everything that the page says, in one paragraph."""
    return (
        f"{certificate.course}, certificate. {certificate.name or 'The learner'} has passed all "
        f"{certificate.exercises} exercises of {len(certificate.lessons)} lessons: "
        f"{number(certificate.points)} of {number(certificate.points)} points, "
        f"{certificate.hints} hints used, {duration(certificate.seconds)}, "
        f"{long_date(certificate.day)}. {' '.join(HONEST)}"
    )


def duration(seconds: float) -> str:
    """Such as "about 5 h 20 min"."""
    minutes = max(1, round(seconds / 60))
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{rest} min"] * bool(rest)
    return f"about {' '.join(parts)}" if seconds else "not counted"


def long_date(day: date) -> str:
    """Such as "3 May 2026", whatever the machine's language."""
    months = "January February March April May June July August September October November December"
    return f"{day.day} {months.split()[day.month - 1]} {day.year}"


def _frame() -> str:
    return (
        f'<g fill="none" stroke="{LINE}"><rect x="9" y="9" width="279" height="192" '
        f'stroke-width=".9"/><rect x="11.2" y="11.2" width="274.6" height="187.6" '
        'stroke-width=".25"/></g>'
    )


def _heading(certificate: Certificate) -> str:
    subtitle = certificate.subtitle.format(len(certificate.lessons))
    return (
        _text("CERTIFICATE", LEFT, 34, 3.9, QUIET, extra="letter-spacing:.32em", anchor="start")
        + _text(certificate.course, LEFT - 0.8, 51.5, 17.5, INK, anchor="start")
        + _text(subtitle, LEFT, 60, 4.7, QUIET, style="italic", anchor="start")
    )


def _learner(certificate: Certificate) -> str:
    said = (
        f"has passed all {certificate.exercises} exercises of its {len(certificate.lessons)} "
        "lessons."
    )
    name = _text(certificate.name, LEFT, 91.5, _size_of(certificate.name), INK, anchor="start")
    return (
        (name if certificate.name else "")
        + f'<line x1="{LEFT}" x2="{RIGHT}" y1="97" y2="97" stroke="{INK}" stroke-width=".35"/>'
        + _text(said, LEFT, 105.5, 4.9, INK, anchor="start")
    )


def _lessons(lessons: tuple[tuple[int, str, int], ...]) -> str:
    """One column a lesson: its number in a stroke of ink, its title, its exercises."""
    step = (RIGHT - MARGIN) / max(1, len(lessons))
    parts = []
    for place, (lesson, title, count) in enumerate(lessons):
        x = MARGIN + step * (place + 0.5)
        parts.append(
            f'<circle cx="{x:.1f}" cy="131" r="5.6" fill="{PAPER}" stroke="{INK}" '
            f'stroke-width=".45"/>{_text(str(lesson), x, 133.1, 6, INK)}'
        )
        lines = _broken(title)
        parts += [_text(line, x, 143 + 4.6 * i, 4.0, INK) for i, line in enumerate(lines)]
        below = 143.3 + 4.6 * len(lines)
        words = f"{count} of {count} passed"
        parts.append(_text(words, x, below, 3.3, QUIET))
    return "".join(parts)


def _figures(certificate: Certificate) -> str:
    """What it took, in four columns."""
    points = number(certificate.points)
    figures = (
        (f"{points} of {points}", "points"),
        (str(certificate.hints), "hint used" if certificate.hints == 1 else "hints used"),
        (duration(certificate.seconds), "at work"),
        (long_date(certificate.day), "last exercise passed"),
    )
    parts = [
        f'<line x1="{MARGIN}" x2="{RIGHT}" y1="161" y2="161" stroke="{LINE}" stroke-width=".4"/>',
    ]
    for x, (value, label) in zip((54, 112, 170, 235), figures, strict=True):
        parts += [_text(value, x, 171, 6.2, INK), _text(label, x, 176.6, 3.5, QUIET)]
    return "".join(parts)


def _seal(letter: str) -> str:
    """A red seal, a little askew, as one that is pressed by hand."""
    return (
        '<g transform="translate(106 104.5) rotate(-4) scale(.8)">'
        f'<rect x="-10" y="-10" width="20" height="20" rx="2.2" fill="{SEAL}"/>'
        '<rect x="-8.4" y="-8.4" width="16.8" height="16.8" rx="1.2" fill="none" '
        f' stroke="{PAPER}" stroke-width=".5"/>'
        f"{_text(letter, 0, 4, 15, PAPER)}</g>"
    )


def _broken(title: str) -> list[str]:
    """A title in two lines where it is long."""
    if len(title) <= 14 or " " not in title:
        return [title]
    spaces = [place for place, letter in enumerate(title) if letter == " "]
    middle = min(spaces, key=lambda place: abs(place - len(title) / 2))
    return [title[:middle], title[middle + 1 :]]


def _size_of(name: str) -> float:
    """A letter height at which the name keeps to its line; wide letters count double."""
    width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in name)
    return min(13.0, 250 / max(1, width))


def _text(
    words: str,
    x: float,
    y: float,
    size: float,
    colour: str,
    style: str = "",
    extra: str = "",
    anchor: str = "middle",
) -> str:
    slanted = f' font-style="{style}"' if style else ""
    extra = f' style="{extra}"' if extra else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{colour}" text-anchor="{anchor}"'
        f"{slanted}{extra}>{escape(words)}</text>"
    )
