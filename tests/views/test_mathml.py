"""Formulas as MathML: all of the lessons' are drawn, and a learner's do nothing but stand there."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from coursework import LESSONS, notebook
from jinja2 import Environment
from latex2mathml.converter import convert_to_element

from autograder.views import markdown
from autograder.views.mathml import (
    ATTRIBUTES,
    ELEMENTS,
    MOST_CHARACTERS,
    SIZE,
    VALUE,
    Formulas,
    mathml,
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
        for element in convert_to_element(SIZE.sub("", formula)).iter():
            for name, value in element.attrib.items():
                kept = name in ATTRIBUTES and VALUE.fullmatch(value)
                assert kept or name == "xmlns", f"{formula} loses {name}={value!r}"


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
        assert element.attrs.keys() <= ATTRIBUTES | {"alttext"}
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
