"""A grading worksheet of Moodle comes back with its grades, and every other byte as it was.

The columns are those of Moodle's `mod/assign/gradingtable.php`; what it reads back is in
`mod/assign/feedback/offline/importgradeslib.php`.
"""

from __future__ import annotations

import pytest

from autograder.batch.exact_csv import ExactTable
from autograder.batch.moodle import Worksheet

HEADER = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments"
)
WHEN = '"Tuesday, 3 November 2026, 10:14 AM"'
SHEET = "\n".join(
    (
        "\ufeff" + HEADER,
        f"Participant 4711,Jane Doe,jdoe@uni.example,Submitted for grading,,12.00,Yes,{WHEN},-,",
        f'Participant 4712,"López, Ana",ana@uni.example,Submitted for grading,9.50,12.00,Yes,'
        f'{WHEN},{WHEN},"Good, so far"',
        "Participant 4713,Tim Ek,tim@uni.example,No submission,-,12.00,Yes,-,-,\n",
    )
)


def record(learner: str, points: float, learner_id: str = "") -> dict:
    return {"learner": learner, "learner_id": learner_id, "points": points}


def sheet(text: str = SHEET, column: str | None = None) -> Worksheet:
    return Worksheet(ExactTable(text), column)


@pytest.mark.parametrize(
    "known_as",
    [("Jane Doe", "4711"), ("Participant 4711", "4711"), ("Doe, Jane", ""), ("4711", "4711")],
)
def test_only_the_grade_changes_however_the_learner_is_known(known_as):
    learner, learner_id = known_as
    filled = sheet().merge([record(learner, 10.5, learner_id)], 12)
    assert filled.text == SHEET.replace("grading,,12.00", "grading,10.5,12.00", 1)
    assert filled.filled == 1
    assert filled.warnings == ("In Moodle without a submission (2): López, Ana, Tim Ek.",)


def test_the_name_in_an_address_and_the_dash_of_no_grade():
    filled = sheet().merge([record("tim", 3)], 12)
    assert "No submission,3,12.00" in filled.text


def test_a_higher_grade_is_kept_unless_it_is_to_be_replaced():
    records = [record("x", 7, "4712")]
    kept = sheet().merge(records, 12)
    assert kept.text == SHEET and any("x 9.5, not 7" in line for line in kept.warnings)
    assert "grading,7,12.00" in sheet().merge(records, 12, True).text


def test_blind_marking_and_another_language_have_the_numbers_all_the_same():
    """Without names; and with the German strings of Moodle's language pack."""
    blind = 'Identifier,Status,Grade,Maximum Grade\nParticipant 5,Submitted for grading,,"12,00"\n'
    filled = sheet(blind).merge([record("Participant 5", 10.5, "5")])
    assert filled.text == blind.replace("grading,,", 'grading,"10,5",')
    german = (
        blind.replace("Identifier", "ID")
        .replace("Participant ", "Teilnehmer/in")
        .replace("Grade,M", "Bewertung,M")
    )
    with pytest.raises(ValueError, match="--moodle-column one of: 'Status', 'Bewertung'"):
        sheet(german)
    assert sheet(german, "Bewertung").merge([record("x", 3, "5")]).filled == 1


def test_other_points_in_all_are_mentioned():
    assert any("counts 12 points in 'Grade'" in line for line in sheet().merge([], 8).warnings)


@pytest.mark.parametrize("text", ["", "Identifier,Grade\n", "Identifier,Grade\nDoe,\n", "a\n<b>\n"])
def test_what_is_no_worksheet_is_refused_with_where_to_find_it(text):
    with pytest.raises(ValueError, match="Download grading worksheet"):
        sheet(text)
