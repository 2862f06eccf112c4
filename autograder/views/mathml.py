"""Formulas as MathML: written once, drawn by the browser itself, read aloud by screen readers.

`latex2mathml` reads the TeX. Its own text is not used: it undoes the escaping of what stands in
`\\text{…}`, so that a learner's formula could hold a script. Here its elements are written out,
those that are known to be harmless and no others.
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
# A size before a double bar, which the converter does not know; the bar stretches by itself.
SIZE = re.compile(r"\\[bB]igg?(?=\\\|)")
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
        element = convert_to_element(SIZE.sub("", formula), display=display)
        written = _written(element)
    except Exception as error:  # the converter's own many, and RecursionError
        raise ValueError(f"The formula {formula[:200]!r} cannot be read: {error!r}.") from None
    return written.replace("<math", f'<math alttext="{escape(formula, quote=True)}"', 1)


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


def _written(element: Element) -> str:
    """An element and all in it as text.

    Raises:
        ValueError: an element that no formula needs, or a command that was not understood.
    """
    if element.tag not in ELEMENTS:
        raise ValueError(f"a formula has no element {element.tag!r}")
    text = unescape(element.text or "")
    if element.tag != "mtext" and (unknown := COMMAND.search(text)):
        raise ValueError(f"{unknown[0]} is not understood")
    attributes = "".join(
        f' {name}="{escape(value, quote=True)}"'
        for name, value in element.attrib.items()
        if name in ATTRIBUTES and VALUE.fullmatch(value)
    )
    inside = escape(text) + "".join(map(_written, element))
    tail = escape(unescape(element.tail or ""))
    return f"<{element.tag}{attributes}>{inside}</{element.tag}>{tail}"
