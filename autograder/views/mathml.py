"""Formulas as MathML: written once, drawn by the browser itself, read aloud by screen readers.

`latex2mathml` reads the TeX. Its own text is not used: it undoes the escaping of what stands in
`\\text{…}`, so that a learner's formula could hold a script. Here its elements are written out,
those that are known to be harmless and no others; and what browsers need beside MathML Core is put
in terms that they know. Pages style three classes in `math`: `boxed`, `left` and `right`.
"""

from __future__ import annotations

import re
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

# Characters of one formula, and of all on one page; the longest of a lesson has about 300.
MOST_CHARACTERS = 2_000
MOST_ON_A_PAGE = 100_000
ELEMENTS = frozenset(
    (
        *("math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom"),
        *("mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup"),
        *("mtable", "mtd", "mtext", "mtr", "munder", "munderover"),
    )
)
ATTRIBUTES = frozenset(
    (
        *("accent", "columnalign", "columnspacing", "depth", "display", "displaystyle"),
        *("fence", "form", "height", "linebreak", "linethickness", "lspace", "mathcolor"),
        *("mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation"),
        *("rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "voffset"),
        "width",
    )
)
# A word, a colour, or a size that moves nothing over what stands beside the formula.
VALUE = re.compile(
    r"[a-z][a-z -]{0,30}|#[0-9a-f]{3,6}|\+?\d{0,2}(\.\d{1,6})?[a-z%]{0,3}|-0?\.\d{1,6}[a-z]{0,3}",
    re.IGNORECASE,
)
# What the converter reads only in another spelling: a bare letter after \mathbb, environments that
# stand inside a formula, a size before a double bar (the bar is as high as it is anyway).
SPELLINGS = (
    (re.compile(r"\\(mathbb|mathcal)\s*([A-Za-z])"), r"\\\1{\2}"),
    (re.compile(r"\\(begin|end)\{(?:aligned|gathered)\}"), r"\\\1{align*}"),
    (re.compile(r"\\[bB]igg?[lr]?(?=\\\|)"), ""),
)
THIN = "0.167em"
# Signs that stand for something, where MathML would keep them at a distance.
LETTERS = ("∞", "∂", "∇", "∅")
ROWS = ("math", "mrow", "mstyle", "mtd")
# Macros that use each other grow without end.
MACRO = re.compile(r"\\(?:def|\w*command)(?![A-Za-z])")
COMMAND = re.compile(r"\\[A-Za-z|]+")


def mathml(formula: str, display: str) -> str:
    """A formula in TeX as a `<math>` element, its source as `alttext`.

    Args:
        formula: without dollar signs.
        display: "inline" or "block".

    Raises:
        ValueError: too long, nested too deeply, or with a command that is not understood.
    """
    if len(formula) > MOST_CHARACTERS or MACRO.search(formula):
        raise ValueError(f"The formula {formula[:40]!r} … is too long, or defines commands.")
    formula = formula.encode("utf-8", "replace").decode("utf-8")
    try:
        element = convert_to_element(spelled(formula), display=display)
        for part in list(element.iter()):
            _harmless(part)
        for part in list(element.iter()):
            _in_core(part)
            _spaced(part)
            _joined(part)
        written = _written(element)
    except Exception as error:  # the converter's own many, and RecursionError
        raise ValueError(f"The formula {formula[:200]!r} cannot be read: {error!r}.") from None
    return written.replace("<math", f'<math alttext="{escape(formula, quote=True)}"', 1)


def spelled(formula: str) -> str:
    """A formula as the converter reads it."""
    for pattern, spelling in SPELLINGS:
        formula = pattern.sub(spelling, formula)
    return formula


class Formulas:
    """The formulas of one page, as far as it may take time to draw them."""

    def __init__(self, most: int = MOST_ON_A_PAGE):
        self._left = most

    def html(self, formula: str, display: str, source: str) -> str:
        """A formula as HTML; its source, escaped, where it cannot be drawn."""
        self._left -= len(formula)
        if self._left >= 0:
            try:
                return mathml(formula, display)
            except ValueError:
                pass
        return escape(source)


def _harmless(part: Element) -> None:
    """Plain text, and no attributes but those that a formula needs.

    Raises:
        ValueError: an element that no formula needs, or a command that was not understood.
    """
    if part.tag not in ELEMENTS:
        raise ValueError(f"a formula has no element {part.tag!r}")
    part.text, part.tail = unescape(part.text or ""), unescape(part.tail or "")
    if part.tag != "mtext" and (unknown := COMMAND.search(part.text)):
        raise ValueError(f"{unknown[0]} is not understood")
    if part.tag == "mspace" and part.get("linebreak"):
        raise ValueError(r"\\ stands outside an environment that is understood")
    part.attrib = {
        name: value
        for name, value in part.attrib.items()
        if name in ATTRIBUTES and VALUE.fullmatch(value)
    }


def _in_core(part: Element) -> None:
    """Say by a class, or in numbers, what MathML Core has no attributes for."""
    if part.get("width") == "negativethinmathspace":
        part.set("width", f"-{THIN}")
    if part.tag == "mo" and part.text in LETTERS:
        part.tag, part.attrib = "mi", {}
    if part.tag == "mo" and part.text in ("/", "|", "."):
        part.attrib.update(lspace="0", rspace="0")
    if part.tag == "menclose":
        part.tag, part.attrib = "mrow", {"class": "boxed"}
    if part.tag == "mtable":
        part.attrib = {"displaystyle": "true"} if part.get("displaystyle") else {}
        one_column = max(map(len, part), default=0) < 2
        for cell in (cell for row in part for cell in row):
            side = cell.attrib.pop("columnalign", "")
            if side in ("left", "right") and not one_column:
                cell.set("class", side)


def _joined(part: Element) -> None:
    """The upright letters of a name, K and L, as one: KL."""
    upright = [child.tag == "mi" and child.get("mathvariant") == "normal" for child in part]
    if part.tag == "mrow" and len(part) > 1 and all(upright):
        name, tail = "".join(child.text or "" for child in part), part.tail
        part.clear()
        part.tag, part.text, part.tail = "mi", name, tail


def _spaced(part: Element) -> None:
    """TeX's thin spaces beside an operator that is a word, as in 2 log x."""
    if part.tag not in ROWS:
        return
    children = [None, *part, None]
    for before, child, after in zip(children, children[1:-1], children[2:], strict=False):
        after_sign = before is not None and _is_sign(before, -1, but=")]}|")
        if after_sign and child.text in ("−", "+", "±"):
            child.set("form", "prefix")
        if child.text == "=" and after is not None and after.text == ":":
            child.text = "=:"
            part.remove(after)
        core = child[0] if child.tag in ("munder", "msub", "msup", "msubsup") else child
        # Words of \mathrm and \text are not among them: those are single letters here, and <mtext>.
        if core.tag not in ("mi", "mo") or not re.fullmatch("[a-z]{2,}", core.text or ""):
            continue
        core.tag, core.attrib = "mi", {}
        place = list(part).index(child)
        if after is not None and not _is_sign(after, 0):
            part.insert(place + 1, Element("mspace", {"width": THIN}))
        if before is not None and not _is_sign(before, -1, but=")]}"):
            part.insert(place, Element("mspace", {"width": THIN}))


def _is_sign(element: Element, end: int, but: str = "") -> bool:
    """Whether a part begins (0) or ends (-1) with a sign or space, which keeps its own distance.

    Args:
        but: signs that keep none.
    """
    while element.tag in ROWS and len(element):
        element = element[end]
    return element.tag == "mspace" or (element.tag == "mo" and element.text not in [*but])


def _written(part: Element) -> str:
    """An element and all in it as text."""
    attributes = "".join(f' {name}="{escape(text, quote=True)}"' for name, text in part.items())
    inside = escape(part.text or "") + "".join(map(_written, part))
    return f"<{part.tag}{attributes}>{inside}</{part.tag}>{escape(part.tail or '')}"
