"""Formulas of the web site: every one of the course is understood, and drawn as TeX would."""

from __future__ import annotations

import importlib.util
import re
from xml.etree import ElementTree

import pytest
from coursework import LESSONS, ROOT, notebook
from reference_page import FORMULAS

pytest.importorskip("latex2mathml", reason="the site is made with the extra `site`")
_spec = importlib.util.spec_from_file_location("site_mathml", ROOT / "site" / "mathml.py")
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
mathml = _module.mathml
IN_PROSE = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+(?:\n[^$\n]+)*)\$", re.DOTALL)


def formulas(lesson: int) -> list[str]:
    """The formulas of a lesson's prose."""
    cells = [cell for cell in notebook("lessons", lesson)["cells"] if cell["cell_type"] != "code"]
    prose = "\n\n".join("".join(cell["source"]) for cell in cells)
    prose = re.sub(r"```.*?```|`[^`\n]*`", "", prose, flags=re.DOTALL)
    return [one or other for one, other in IN_PROSE.findall(prose)]


def tree(formula: str) -> ElementTree.Element:
    return ElementTree.fromstring(mathml(formula, "block"))


def read(formula: str) -> str:
    """What is read in a formula, a thin space as `_`."""
    parts = [part.text or "_" * (part.get("width") == "0.167em") for part in tree(formula).iter()]
    return "".join(parts)


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_formula_of_a_lesson_is_understood(lesson):
    found = formulas(lesson)
    assert len(found) > 3 or lesson == 7
    for formula in found:
        assert mathml(formula, "inline").startswith("<math alttext=")


def test_every_formula_of_the_reference_is_understood():
    for formula in FORMULAS:
        assert "\\" not in read(formula)


@pytest.mark.parametrize(
    "formula", [r"\nonsense x", r"x^", r"\left( x", r"\begin{nonsense}a\\b\end{nonsense}", "a & b"]
)
def test_what_is_not_understood_is_quoted(formula):
    with pytest.raises(ValueError, match=re.escape(repr(formula))):
        mathml(formula, "inline")


def test_the_source_is_kept_as_text_that_cannot_end_its_place():
    assert 'alttext="a &lt; &quot;b&quot;"' in mathml('a < "b"', "inline")


def test_only_what_browsers_draw_is_left():
    text = mathml(r"\boxed{\mathbb E_q\!\left[\mathcal N\right]}", "block")
    assert "menclose" not in text and 'class="boxed"' in text
    assert "mathvariant" not in text and "𝔼" in text and "𝒩" in text
    assert "negativethin" not in text and 'width="-0.167em"' in text


def test_equations_below_each_other_meet_at_their_sign():
    (table,) = tree(r"\begin{aligned} a &= b \\ &= c \end{aligned}").iter("mtable")
    sides = [[cell.get("style") for cell in row] for row in table]
    assert sides == [["text-align: right", "text-align: left"]] * 2
    (table,) = tree(r"\begin{gathered} a = b \\ c \end{gathered}").iter("mtable")
    assert [[cell.get("style") for cell in row] for row in table] == [["text-align: center"]] * 2


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (r"2\log x", "2_log_x"),
        (r"\log(x)", "log(x)"),
        (r"(a)\log b", "(a)_log_b"),
        (r"-\log b", "−log_b"),
        (r"\log = a", "log=a"),
        (r"\log\,x", "log_x"),
        (r"\operatorname{sigmoid}(a)", "sigmoid(a)"),
        (r"a\mathrm{KL}(q)", "aKL(q)"),
    ],
)
def test_words_keep_the_distance_that_tex_gives_them(formula, wanted):
    assert read(formula) == wanted
    assert not any(part.text in ("K", "sigmoid") for part in tree(formula).iter("mo"))


def sign(formula: str, text: str) -> ElementTree.Element:
    """The one sign of a formula that reads so."""
    (found,) = (part for part in tree(formula).iter("mo") if part.text == text)
    return found


def test_signs_keep_the_distance_that_tex_gives_them():
    assert sign("[-x]", "−").get("form") == "prefix" == sign("a = -x", "−").get("form")
    assert sign("a - x", "−").get("form") is None is sign("(a) - x", "−").get("form")
    assert sign("1/2", "/").get("lspace") == sign("1/2", "/").get("rspace") == "0"
    assert sign("a =: b", "=:") is not None
    assert [part.text for part in tree(r"-\infty").iter("mi")] == ["∞"]


def test_a_name_in_upright_letters_is_one_word():
    assert [part.text for part in tree(r"\mathrm{KL}").iter("mi")] == ["KL"]
