"""The numbers that the lessons state in prose.

Prose is what a learner reads as text: markdown cells, and the words in `reveal`, captions and alt
texts. Left out are code, formulas and addresses. In what is left, `NO_CLAIM` names the numbers
that measure nothing, each kind with its reason.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path

SOLUTIONS = Path(__file__).resolve().parent.parent / "solutions"

NUMBER = re.compile(r"(?<![\w.,])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[−-]?\d+)?(?![\w])")
_N = r"[−-]?\d+(?:\.\d+)?"
# The values of a series are chosen; a range, such as 155–170, is measured.
_SERIES = rf"{_N}(?:, {_N}(?![\d.]*–))*(?:,? (?:and|or|to) {_N}(?![\d.]*–))?"

# What is no prose, in this order: code in blocks, formulas, code, link targets,
# tags. Indented code comes before formulas, which leave blanks behind.
_NO_PROSE = (
    r"(?s)```.*?```",
    r"(?m)^    .*$",
    r"(?s)\$\$.*?\$\$",
    r"(?s)\$[^$]+\$",
    r"`[^`]*`",
    r"\]\([^)]*\)",
    r"<[^>]+>",
)

NO_CLAIM = {
    "a heading's number": r"(?m)^#+ \d+ ·",
    "a list's number": r"(?m)^\s*\d+\. ",
    "time that a part takes": r"(?:about )?\d+(?:–\d+)? min(?:utes)?\b",
    "points of an exercise": rf"\b{_N} points?\b",
    "how long an answer should be": r"\b(?:In|about|in) (?:about )?\d+(?: to \d+)? words",
    "a lesson, section or exercise": (
        r"\b(?:[Ll]essons?|[Ss]ections?|[Ee]xercises?|[Rr]ows?|[Ss]tep|Lines?|lines?) "
        r"\d+(?:\.\d+)?(?:(?:, | and | or | to |–)\d+(?:\.\d+)?)*"
    ),
    "the year of a source or event": r"\b(?:1[5-9]|20)\d\d\b",
    "an address of a source": r"\[?(?:arXiv|doi):[^\s\]]+",
    "a licence": r"CC BY-SA 4\.0",
    "a size": r"\b\d+ × \d+\b",
    "an interval by definition": r"\[−?\d, ?\d[\])]",
    "a value that is chosen": rf"(?:β|σ|μ|λ|σ²|log σ²|n|R|N|M|x|z|a|t|AUC)\W? ?[=≥≤<>] ?{_SERIES}",
    "a distribution by its parameters": r"N\([^)]*\)",
    "a set of values": r"\{[^}]*\}",
    "a row of a table of classes": r"(?m)^\| \d \|",
    "an exercise": r"(?m)(?:functions from|code in|^\|) [0-7]\.[1-5](?: and [0-7]\.[1-5])?(?!\d)",
    "the argument of a logarithm": r"\blog \d+",
    "the level of an interval": r"\b95%|19 in 20|95 in 100",
    "the number of pixels": r"\b784\b",
    "how many of something an example has": (
        r"(?<!about )(?<![\w.,−])\d[\d,]*(?:-bit)? (?:random |single |grey |new )?"
        r"(?:images|draws|steps|epochs|latents|latent|dimensions|pixels|bins|values|seeds|strokes|"
        r"questions|numbers|logits|codes|of them)\b"
    ),
    "an end of a scale": r"(?<![\w.,−-])[−-]?[01](?:\.0)?(?![\w.,%/]\d|[\w%/])",
}


@dataclass(frozen=True)
class Stated:
    """One number in prose.

    Attributes:
        cell: the cell's id, such as "l4-26".
        number: as written.
        line: the words around it.
        start, end: its place in the cell's prose.
    """

    cell: str
    number: str
    line: str
    start: int
    end: int


def cells_of(lesson: int) -> list[dict]:
    """The cells of the instructor's notebook."""
    path = SOLUTIONS / f"lesson_{lesson}" / f"lesson_{lesson}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def prose_of(cell: dict) -> str:
    """A cell's text, with everything that is no prose blanked out in place."""
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        for pattern in _NO_PROSE:
            source = re.sub(pattern, _blank, source)
        return source
    return _shown_words(source)


def _shown_words(source: str) -> str:
    """The words that a code cell shows: second argument of `reveal`, captions and alt texts."""
    words = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            shown = node.args[1:2] if name == "reveal" else []
            shown += [k.value for k in node.keywords if k.arg in ("caption", "alt")]
            for part in shown:
                words += [
                    "".join(_text(piece) for piece in _pieces(part)),
                ]
    return "\n".join(words)


def _pieces(node: ast.AST) -> list[ast.AST]:
    return node.values if isinstance(node, ast.JoinedStr) else [node]


def _text(node: ast.AST) -> str:
    """The literal words of a piece; computed values become a letter, so that none counts."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "·"


def _blank(match: re.Match) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def stated(lesson: int) -> list[Stated]:
    """Every number in the lesson's prose that is not of a kind in `NO_CLAIM`."""
    found = []
    for cell in cells_of(lesson):
        prose = prose_of(cell)
        rest = prose
        for pattern in NO_CLAIM.values():
            rest = re.sub(pattern, _blank, rest)
        for match in NUMBER.finditer(rest):
            around = prose[max(0, match.start() - 50) : match.end() + 40]
            line = " ".join(around.split())
            found.append(Stated(cell["id"], match[0], line, match.start(), match.end()))
    return found
