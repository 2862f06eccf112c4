"""The course's map: from an image to a code and back, as an SVG with words.

The drawing has no ground and uses the text's colour and mid-grey, so it reads on light and
on dark pages. What is marked is marked by a thick outline, bold words and a word in the title.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

PARTS = {
    "encoder": "the encoder",
    "kl": "the KL term at μ and σ",
    "draw": "the draw z = μ + σ·ε",
    "z": "the code z",
    "decoder": "the decoder",
    "loss": "the loss",
}
ALL = "all"

_WHOLE = (
    "An image goes into the encoder, which gives a mean μ and a standard deviation σ. "
    "With noise ε they give the code z = μ + σ·ε. The decoder turns z into an image again. "
    "The KL term acts on μ and σ; the loss adds it, times β, to what the two images differ by."
)


@dataclass(frozen=True)
class Diagram:
    """A drawing as a notebook cell's last value: SVG with its title, and the same in words.

    Attributes:
        svg: the `<svg>` element; its `<title>` says what there is to see.
        title: those words.
        caption: a sentence below the drawing.
    """

    svg: str
    title: str
    caption: str

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return (
            f'<figure style="margin:.5em 0">{self.svg}'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        return f"{self.caption}\n[figure: {self.title}]"


def pipeline_diagram(highlight: str = "") -> Diagram:
    """Image → encoder → μ, σ → z → decoder → image, with a lesson's part marked.

    Args:
        highlight: one of `PARTS` or several with spaces between, such as "encoder decoder";
            "all" for every part, "" for none.

    Raises:
        ValueError: a part that is not in the drawing.
    """
    marked = set(PARTS) if highlight == ALL else set(highlight.split())
    unknown = sorted(marked - set(PARTS))
    if unknown:
        raise ValueError(
            f"the diagram has no part {unknown[0]!r}; use {', '.join(PARTS)}, {ALL} or nothing."
        )
    named = [words for part, words in PARTS.items() if part in marked]
    subject = "every part" if highlight == ALL else " and ".join(named)
    title = f"{_WHOLE} Marked: {subject}." if marked else _WHOLE
    caption = "From an image to its code and back."
    if marked:
        caption = f"From an image to its code and back. This lesson is about {subject}."
    drawing = "".join(
        [
            _picture(10, 36, faded=False),
            _text(44, 122, "image x"),
            _arrow(82, 70, 108, 70),
            _box(110, 45, 92, 50, "encoder", "encoder" in marked),
            _arrow(204, 70, 230, 70),
            _box(232, 45, 66, 50, "μ, σ", "kl" in marked),
            _arrow(300, 70, 346, 70),
            _box(348, 45, 66, 50, "z", bool(marked & {"z", "draw"})),
            _text(381, 32, "z = μ + σ·ε", "draw" in marked),
            _arrow(381, 128, 381, 98),
            _text(381, 145, "noise ε", "draw" in marked),
            _arrow(416, 70, 442, 70),
            _box(444, 45, 92, 50, "decoder", "decoder" in marked),
            _arrow(538, 70, 564, 70),
            _picture(568, 36, faded=True),
            _text(602, 122, "image again"),
            # The KL hangs on μ and σ; the two images and the KL meet in the loss.
            _arrow(265, 97, 265, 124),
            _box(232, 126, 66, 32, "KL", bool(marked & {"kl", "loss"})),
            _arrow(265, 160, 265, 184),
            _box(170, 186, 306, 36, "loss = reconstruction + β·KL", "loss" in marked),
            _arrow(44, 132, 44, 204, 168, 204),
            _arrow(602, 132, 602, 204, 478, 204),
        ]
    )
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 662 228" '
        'style="width:100%;max-width:662px;height:auto;color:inherit" '
        f'font-family="sans-serif"><title>{escape(title)}</title>{drawing}</svg>'
    )
    return Diagram(svg, title, caption)


def _box(x: int, y: int, width: int, height: int, words: str, marked: bool) -> str:
    """A rounded box with its words; thick and tinted where it is marked."""
    style = (
        'stroke="currentColor" stroke-width="4" fill="#888" fill-opacity="0.25"'
        if marked
        else 'stroke="#888" stroke-width="1.5" fill="none"'
    )
    frame = f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="7" {style}/>'
    return frame + _text(x + width // 2, y + height // 2 + 5, words, marked)


def _text(x: int, y: int, words: str, marked: bool = False) -> str:
    weight = "bold" if marked else "normal"
    return (
        f'<text x="{x}" y="{y}" text-anchor="middle" font-size="15" font-weight="{weight}" '
        f'fill="currentColor">{escape(words)}</text>'
    )


def _arrow(*path: int) -> str:
    """A line through the points x, y, x, y, …, with a head at its end."""
    points = list(zip(path[::2], path[1::2], strict=True))
    (before_x, before_y), (x, y) = points[-2:]
    along_x, along_y = _sign(x - before_x), _sign(y - before_y)
    back_x, back_y = x - 8 * along_x, y - 8 * along_y
    head = [(x, y), (back_x - 5 * along_y, back_y + 5 * along_x)]
    head.append((back_x + 5 * along_y, back_y - 5 * along_x))
    line = _points([*points[:-1], (back_x, back_y)])
    return (
        f'<polyline points="{line}" fill="none" stroke="#888" stroke-width="1.5"/>'
        f'<polygon points="{_points(head)}" fill="#888"/>'
    )


def _picture(x: int, y: int, faded: bool) -> str:
    """A sheet with a brush stroke on it, the character tsu; paler where it was decoded."""
    stroke = f"M{x + 14} {y + 26} C{x + 40} {y + 12} {x + 62} {y + 24} {x + 50} {y + 42}"
    stroke += f" C{x + 45} {y + 50} {x + 36} {y + 54} {x + 30} {y + 55}"
    return (
        f'<rect x="{x}" y="{y}" width="68" height="68" fill="none" stroke="#888" '
        f'stroke-width="1.5"/><path d="{stroke}" fill="none" stroke="currentColor" '
        f'stroke-linecap="round" stroke-width="{9 if faded else 6}" '
        f'stroke-opacity="{0.5 if faded else 1}"/>'
    )


def _points(points: list[tuple[int, int]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
