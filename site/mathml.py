"""Formulas as MathML: written when the site is built, drawn by browsers, read by screen readers.

latex2mathml does the reading of LaTeX. Around it stands what browsers need beside MathML Core,
the part of MathML that they all draw: letters instead of `mathvariant`, boxes and columns by CSS,
and TeX's thin spaces around names such as log.
"""

from __future__ import annotations

import re
from html import escape
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

# What the converter reads only in another spelling: a bare letter after \mathbb, environments that
# stand inside a formula, a size before a double bar (the bar is as high as it is anyway).
_SPELLINGS = (
    (re.compile(r"\\(mathbb|mathcal)\s*([A-Za-z])"), r"\\\1{\2}"),
    (re.compile(r"\\(begin|end)\{(?:aligned|gathered)\}"), r"\\\1{align*}"),
    (re.compile(r"\\[bB]igg?[lr]?(?=\\\|)"), ""),
)
_THIN = "0.167em"
# Signs that stand for something, where MathML would keep them at a distance.
_LETTERS = ("∞", "∂", "∇", "∅")
_ROWS = ("math", "mrow", "mstyle", "mtd")


def mathml(formula: str, display: str) -> str:
    """A formula in LaTeX as a `<math>` element, its source as `alttext`.

    Args:
        formula: without dollar signs.
        display: "inline" or "block".

    Raises:
        ValueError: something in it is not understood; the message quotes the formula.
    """
    text = formula
    for pattern, spelling in _SPELLINGS:
        text = pattern.sub(spelling, text)
    try:
        element = convert(text, xmlns="", display=display)
        tree = ElementTree.fromstring(element.replace(' xmlns=""', ""))
    except Exception as error:  # the converter's have no class in common
        raise ValueError(f"the formula {formula!r} cannot be read: {error!r}") from None
    if unknown := [*re.findall(r"\\[A-Za-z|]+", "".join(tree.itertext())), *_loose_breaks(tree)]:
        raise ValueError(f"{', '.join(unknown)} of the formula {formula!r} is not understood.")
    for part in list(tree.iter()):
        _in_core(part)
        _spaced(part)
        _joined(part)
    drawn = ElementTree.tostring(tree, encoding="unicode", short_empty_elements=False)
    return drawn.replace("<math ", f'<math alttext="{escape(formula, quote=True)}" ', 1)


def _loose_breaks(tree: ElementTree.Element) -> list[str]:
    """Line breaks outside a table, where an environment was not understood."""
    return [r"\\" for part in tree.iter("mspace") if part.get("linebreak")]


def _in_core(part: ElementTree.Element) -> None:
    """Say by CSS, or in numbers, what MathML Core has no attributes for."""
    if part.get("width") == "negativethinmathspace":
        part.set("width", f"-{_THIN}")
    if part.tag == "mo" and part.text in _LETTERS:
        part.tag, part.attrib = "mi", {}
    if part.tag == "mo" and part.text in ("/", "|", "."):
        part.attrib.update(lspace="0", rspace="0")
    if part.tag == "menclose":
        part.tag = "mrow"
        part.attrib = {"class": "boxed"}
    if part.tag == "mtable":
        part.attrib = {"displaystyle": "true"} if part.get("displaystyle") else {}
        rows = [list(row) for row in part]
        for cells in rows:
            for cell in cells:
                side = cell.attrib.pop("columnalign", "center")
                one_column = max(map(len, rows)) == 1
                cell.set("style", f"text-align: {'center' if one_column else side}")


def _joined(part: ElementTree.Element) -> None:
    """The upright letters of a name, K and L, as one: KL."""
    upright = [child.tag == "mi" and child.get("mathvariant") == "normal" for child in part]
    if part.tag == "mrow" and len(part) > 1 and all(upright):
        name = "".join(child.text or "" for child in part)
        part.clear()
        part.tag, part.text = "mi", name


def _spaced(part: ElementTree.Element) -> None:
    """TeX's thin spaces beside an operator that is a word, as in 2 log x."""
    if part.tag not in _ROWS:
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
            part.insert(place + 1, ElementTree.Element("mspace", {"width": _THIN}))
        if before is not None and not _is_sign(before, -1, but=")]}"):
            part.insert(place, ElementTree.Element("mspace", {"width": _THIN}))


def _is_sign(element: ElementTree.Element, end: int, but: str = "") -> bool:
    """Whether a part begins (0) or ends (-1) with a sign or space, which keeps its own distance.

    Args:
        but: signs that keep none.
    """
    while element.tag in _ROWS and len(element):
        element = element[end]
    return element.tag == "mspace" or (element.tag == "mo" and element.text not in [*but])


def _inline(writer: HTML5Translator, node: nodes.math) -> None:
    writer.body.append(_drawn(node, "inline"))
    raise nodes.SkipNode


def _block(writer: HTML5Translator, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="formula">{_drawn(node, "block")}</div>\n')
    raise nodes.SkipNode


def _drawn(node: nodes.Element, display: str) -> str:
    """The formula, or its source with a warning that stops the build."""
    try:
        return mathml(node.astext(), display)
    except ValueError as error:
        logging.getLogger(__name__).warning("%s", error, location=node)
        return f"<code>{escape(node.astext())}</code>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register as Sphinx's renderer `mathml`."""
    app.add_html_math_renderer("mathml", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
