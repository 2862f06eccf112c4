"""Formulas as MathML: all of the lessons' are drawn, and a learner's do nothing but stand there."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from coursework import LESSONS, notebook
from jinja2 import Environment
from latex2mathml.converter import convert_to_element
from reference_page import FORMULAS

from autograder.views import markdown
from autograder.views.mathml import (
    ATTRIBUTES,
    ELEMENTS,
    MOST_CHARACTERS,
    VALUE,
    Formulas,
    mathml,
    spelled,
)

ENVIRONMENT = Environment()
ENVIRONMENT.filters["markdown2html"] = markdown.passive_markdown
SHOWN = ENVIRONMENT.from_string(
    "{% for cell in cells %}{{ cell.source | markdown2html }}{% endfor %}"
)


def shown(*sources: str) -> BeautifulSoup:
    """Text cells as a page shows them."""
    cells = [{"source": source} for source in sources]
    html = SHOWN.render(cells=cells, resources={})
    return BeautifulSoup(html, "html.parser")


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.parametrize("folder", ["solutions", "lessons"])
def test_every_formula_of_a_lesson_is_drawn(folder, lesson):
    cells = [c for c in notebook(folder, lesson)["cells"] if c["cell_type"] == "markdown"]
    texts = ["".join(cell["source"]) for cell in cells]
    soup = shown(*texts)
    drawn = [element["alttext"] for element in soup.find_all("math")]
    assert bool(drawn) == any("$" in text for text in texts)
    for element in soup.find_all(["math", "code", "pre"]):
        element.decompose()
    assert "$" not in soup.text and "\\" not in soup.text
    for formula in drawn:
        for element in convert_to_element(spelled(formula)).iter():
            for name, value in element.attrib.items():
                kept = name in ATTRIBUTES and VALUE.fullmatch(value)
                assert kept or name in ("xmlns", "columnspacing"), (
                    f"{formula} loses {name}={value!r}"
                )


def test_a_formula_says_what_it_is_in_both_ways():
    drawn = mathml(r"\mathrm{KL} \le \tfrac12 \mu^2", "block")
    assert drawn.startswith('<math alttext="\\mathrm{KL} \\le \\tfrac12 \\mu^2" display="block">')
    assert "<msup><mi>μ</mi><mn>2</mn></msup>" in drawn and "<mfrac>" in drawn
    soup = shown("In a line: $a<b$.\n\n$$a = b$$\n\n\\begin{align}a &= b\\end{align}")
    assert [math["display"] for math in soup.find_all("math")] == ["inline", "block", "block"]


@pytest.mark.parametrize(
    "formula",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{&lt;script&gt;alert(1)&lt;/script&gt;}",
        r"\tag{<img src=x onerror=alert(1)>}",
        r"a<img src=x onerror=alert(1)>b",
        r"\href{javascript:alert(1)}{x}",
        r"\class{score}{x}\style{position:fixed}{y}\cssId{check-1-1}{z}",
        r"\color{red' onload='alert(1)}{x}",
        r'\color{red" onload="alert(1)}{x}',
        r"\hspace{-99em}\text{Score: 10 / 10}",
        '"onload="alert(1)',
    ],
)
def test_a_learners_formula_becomes_no_markup_of_its_own(formula):
    soup = shown(f"${formula}$", f"$${formula}$$")
    for element in soup.find_all(True):
        assert element.name in ELEMENTS | {"p"}
        assert element.attrs.keys() <= ATTRIBUTES | {"alttext", "class"}
        assert element.get("class", []) in ([], ["boxed"], ["left"], ["right"])
    assert not soup.find_all("mspace", width="-99em")


@pytest.mark.parametrize(
    "formula",
    [
        r"\unheardof{x}",
        r"\left( x",
        r"x^",
        "{" * (MOST_CHARACTERS // 2) + "}" * (MOST_CHARACTERS // 2),
        r"\sqrt" * 400,
        "{" * 30_000 + "}" * 30_000,
        "x^{" * 20_000,
        r"\left(" * 10_000,
        r"\newcommand{\a}{xx}\newcommand{\b}{\a\a}\b",
        r"\def\a{xx}\a",
    ],
    ids=range(10),
)
def test_what_cannot_be_drawn_is_shown_as_it_was_written(formula):
    with pytest.raises(ValueError, match="formula"):
        mathml(formula, "inline")
    soup = shown(f"before ${formula}$ after")
    assert f"before ${formula}$ after" in soup.text and not soup.find("math")


def test_half_characters_stay_on_the_page():
    assert "<mo>?</mo>" in mathml("\ud800", "inline")


def test_a_page_draws_formulas_up_to_a_limit():
    formulas = Formulas(most=10)
    assert formulas.html("x + y", "inline", "$x + y$").startswith("<math")
    assert formulas.html("x + y", "inline", "$x + y$").startswith("<math")
    assert formulas.html("x<y", "inline", "$x<y$") == "$x&lt;y$"


def test_the_limit_is_one_for_all_cells_of_a_page(monkeypatch):
    monkeypatch.setattr(markdown, "Formulas", lambda: Formulas(most=100))
    assert len(shown(*["$" + "x" * 30 + "$"] * 5).find_all("math")) == 3


def tree(formula: str) -> ElementTree.Element:
    return ElementTree.fromstring(mathml(formula, "block"))


def read(formula: str) -> str:
    """What is read in a formula, a thin space as `_`."""
    parts = [part.text or "_" * (part.get("width") == "0.167em") for part in tree(formula).iter()]
    return "".join(parts)


def test_every_formula_of_the_reference_is_understood():
    for formula in FORMULAS:
        assert "\\" not in read(formula)


@pytest.mark.parametrize(
    "formula", [r"\nonsense x", r"x^", r"\left( x", r"\begin{nonsense}a\\b\end{nonsense}"]
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
    sides = [[cell.get("class") for cell in row] for row in table]
    assert sides == [["right", "left"]] * 2
    (table,) = tree(r"\begin{gathered} a = b \\ c \end{gathered}").iter("mtable")
    assert [[cell.get("class") for cell in row] for row in table] == [[None]] * 2


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
