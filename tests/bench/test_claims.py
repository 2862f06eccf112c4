"""Every number that the lessons state is listed, and lies where the lesson says."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from coursework import ROOT

sys.path.insert(0, str(ROOT / "bench"))
import claims
import claims_page
from prose import NUMBER, prose_of
from stated.rows import claim, near

ROWS = [row for lesson in claims_page.LESSONS for row in claims_page.table(lesson).CLAIMS]
each_lesson = pytest.mark.parametrize("lesson", claims_page.LESSONS)


@each_lesson
def test_every_number_in_prose_has_a_row(lesson):
    left = [
        f"{item.cell}: {item.number} in “… {item.line} …”" for item in claims_page.uncovered(lesson)
    ]
    assert not left, (
        f"bench/stated/lesson_{lesson}.py has no row for these: measure them (`claim`), or say why "
        "they measure nothing (`Aside`)\n" + "\n".join(left)
    )


@each_lesson
def test_every_row_quotes_words_that_stand_in_its_cell(lesson):
    left = [f"{row.cell}: {row.quote!r}" for row in claims_page.strays(lesson)]
    assert not left, (
        f"bench/stated/lesson_{lesson}.py quotes what the lesson no longer says: {left}"
    )


@pytest.mark.parametrize(
    "row", ROWS, ids=lambda row: f"{row.cell} {' '.join(row.quote.split())[:40]}"
)
def test_a_claim_holds_for_the_values_measured_last(row):
    values = claims_page.values_of(row, claims.kept())
    assert claims_page.verdict(row, values) == "holds", (
        f"{row.cell} says “{row.quote}” and {row.value} is {values}, which should lie in "
        f"{row.ranges}; after a change of the lesson, `python bench/claims.py --lesson "
        f"{row.cell[1]}` measures again"
    )


def test_the_page_shows_what_was_measured():
    assert claims.PAGE.read_text(encoding="utf-8") == claims_page.page(claims.kept())


def test_a_value_outside_of_what_is_said_is_wrong():
    row = claim("l0-36", "about 23 of the 257 nats", "[a, b]", kmnist=(near(23, 2), near(257, 2)))
    assert claims_page.verdict(row, {"kmnist": [24.0, 256.0]}) == "holds"
    assert claims_page.verdict(row, {"kmnist": [24.0, 260.0]}) == "WRONG"
    assert claims_page.verdict(row, {"kmnist": [24.0]}) == "WRONG"
    assert claims_page.verdict(row, {}) == "not measured"
    several = replace(row, ranges={"kmnist": ((4, 6),)})
    assert claims_page.verdict(several, {"kmnist": [[4, 5, 7]]}) == "WRONG"


@pytest.mark.parametrize(
    "source, numbers",
    [
        ("the KL falls from 10.9 to 0.17 nats", ["10.9", "0.17"]),
        ("`x = 3` and $\\log 4000 \\approx 8.3$ are not prose, 8.3 nats are", ["8.3"]),
        ("```\n1  def f():\n```\nabout 155–170", ["155", "170"]),
        ("a list\n\n    print(213)\n\nof 12,000 and −22", ["12,000", "−22"]),
    ],
)
def test_numbers_are_found_in_prose_and_not_in_code_or_formulas(source, numbers):
    prose = prose_of({"cell_type": "markdown", "source": source})
    assert [match[0] for match in NUMBER.finditer(prose)] == numbers


def test_the_words_of_captions_and_reveals_count_as_prose():
    shown = 'reveal(question, f"it falls to {low:.1f} of 12 nats", answer=3)'
    drawn = 'CaptionedFigure(figure, alt="5 rows", caption="of β = 4")'
    prose = prose_of({"cell_type": "code", "source": f"x = 7\n{shown}\n{drawn}"})
    assert [match[0] for match in NUMBER.finditer(prose)] == ["12", "5", "4"]
