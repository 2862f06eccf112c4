"""A Canvas gradebook comes back with one column filled in and every other byte as it was."""

from __future__ import annotations

import csv
import io

import pytest

from autograder.batch import canvas
from autograder.batch.exact_csv import ExactTable

HEADER = "Student,ID,SIS User ID,SIS Login ID,Section,Lesson 1 (1234),Lesson 2 (1235),Final Score"
POSSIBLE = '"    Points Possible",,,,,8.00,10,(read only)'
STUDENTS = (
    '"Doe, Jane",101,u1,jdoe,"A; B",,5,88.00',
    '"O""Neill, Tim",102,u2,tim@uni.edu,A,3,,',
    '"López García, Ana",103,u3,ana,A,,,"x, ""y"""',
    '"Student, Test",,,,A,,,',
)
BOOK = "\r\n".join((HEADER, ",,,,,Manual Posting,,", POSSIBLE, *STUDENTS)) + "\r\n"


def gradebook(text: str, *column) -> canvas.Gradebook:
    return canvas.Gradebook(ExactTable(text), *column)


def record(learner: str, points: float = 6.5, learner_id: str = "") -> dict:
    return {"learner": learner, "learner_id": learner_id, "points": points}


def column(text: str, name: str = "Lesson 1 (1234)") -> dict[str, str]:
    rows = list(csv.reader(io.StringIO(text)))
    return {row[0]: row[rows[0].index(name)] for row in rows[1:]}


def test_only_the_filled_cells_change():
    merge = gradebook(BOOK, "Lesson 1 (1234)").merge([record("doejane", 6.5, "101")])
    assert merge.filled == 1
    assert merge.text == BOOK.replace('jdoe,"A; B",,5', 'jdoe,"A; B",6.5,5')


def test_nothing_to_fill_in_gives_the_same_bytes():
    for book in (BOOK, BOOK.rstrip("\r\n"), "\ufeff" + BOOK, BOOK.replace("\r\n", "\n")):
        assert gradebook(book, "Lesson 1 (1234)").merge([]).text == book


@pytest.mark.parametrize(
    ("learner", "learner_id"),
    [
        ("doejane", "101"),
        ("somebody", "101"),
        ("jdoe", "jdoe"),
        ("JDOE", ""),
        ("u1", ""),
        ("Jane Doe", ""),
        ("Doe, Jane", ""),
        ("doejane", "999"),
    ],
)
def test_students_are_found_by_id_login_sis_id_and_name(learner, learner_id):
    merge = gradebook(BOOK, "Lesson 1 (1234)").merge([record(learner, 8, learner_id)])
    assert column(merge.text)["Doe, Jane"] == "8" and merge.filled == 1


def test_names_are_compared_as_canvas_writes_them_into_file_names():
    records = [record("oneilltim"), record("lópezgarcíaana", 2.0)]
    filled = column(gradebook(BOOK, "Lesson 1 (1234)").merge(records).text)
    assert filled['O"Neill, Tim'] == "6.5" and filled["López García, Ana"] == "2"


def test_an_id_that_belongs_to_another_name_is_nobodys():
    merge = gradebook(BOOK, "Lesson 1 (1234)").merge([record("oneilltim", 8, "101")])
    assert merge.filled == 0 and "no single student fits" in " ".join(merge.warnings)


def test_two_students_of_one_name_are_left_to_a_person():
    twice = BOOK + '"Doe, Jane",104,u4,jdoe2,A,,,\r\n'
    merge = gradebook(twice, "Lesson 1 (1234)").merge([record("Jane Doe")])
    assert merge.text == twice and "Jane Doe" in " ".join(merge.warnings)
    merge = gradebook(twice, "Lesson 1 (1234)").merge([record("Jane Doe", 1, "104")])
    assert merge.filled == 1 and "jdoe2,A,1," in merge.text


def test_two_learners_for_one_student_do_not_overwrite_each_other():
    records = [record("jdoe", 8), record("Jane Doe", 1)]
    merge = gradebook(BOOK, "Lesson 1 (1234)").merge(records)
    assert column(merge.text)["Doe, Jane"] == "8" and "Jane Doe" in " ".join(merge.warnings)


def test_both_sides_without_a_partner_are_named():
    warnings = gradebook(BOOK, "Lesson 1 (1234)").merge([record("eve"), record("ana")]).warnings
    assert "Unknown to Canvas (1): eve." in warnings
    assert any(
        "In Canvas without a submission (2)" in line and "Doe, Jane" in line for line in warnings
    )
    assert not any("Test" in line for line in warnings)


def test_a_student_without_a_submission_keeps_what_is_there():
    merge = gradebook(BOOK, "Lesson 1 (1234)").merge([])
    assert column(merge.text)['O"Neill, Tim'] == "3"


def test_points_possible_that_differ_are_mentioned():
    book = gradebook(BOOK, "Lesson 2 (1235)")
    (warning,) = [w for w in book.merge([], 8.0).warnings if "counts" in w]
    assert "counts 10 points" in warning and "the lesson has 8" in warning
    assert not [
        w for w in gradebook(BOOK, "Lesson 1 (1234)").merge([], 8.0).warnings if "counts" in w
    ]


def test_semicolons_are_kept_where_canvas_wrote_them():
    book = "Student;ID;Lesson 1 (9)\n    Points Possible;;8\nDoe, Jane;7;\n"
    assert gradebook(book, None, 1).merge([record("x", 2.5, "7")]).text == book[:-1] + "2,5\n"


def test_the_column_is_found_by_the_lesson():
    assert gradebook(BOOK, None, 2).column == "Lesson 2 (1235)"
    assert gradebook(BOOK, "Lesson 2 (1235)").lesson == 2


@pytest.mark.parametrize(("column", "lesson"), [("Lesson 1", None), (None, None), (None, 3)])
def test_a_column_that_is_not_there_is_refused_with_those_that_are(column, lesson):
    with pytest.raises(ValueError, match=r"--canvas-column one of: 'Lesson 1 \(1234\)', 'Lesson 2"):
        gradebook(BOOK, column, lesson)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "<html>", '"unclosed'])
def test_what_is_no_gradebook_is_refused(text):
    with pytest.raises(ValueError, match="no columns Student and ID"):
        gradebook(text, None, 1)


def test_rows_cut_short_are_left_alone():
    book = BOOK + "Doe\r\n"
    assert gradebook(book, "Lesson 1 (1234)").merge([]).text == book


def test_somebody_excused_stays_excused_also_where_points_are_replaced():
    """`EX` and `N/A` as Canvas's `gradebook_exporter.rb` writes them."""
    book = BOOK.replace('jdoe,"A; B",,5', 'jdoe,"A; B",EX,5').replace(
        "uni.edu,A,3", "uni.edu,A,N/A"
    )
    records = [record("doejane", 8, "101"), record("oneilltim", 8, "102")]
    merge = gradebook(book, "Lesson 1 (1234)").merge(records, 8, True)
    assert merge.text == book
    assert any(
        "Words stood in Canvas" in w and "doejane EX, oneilltim N/A" in w for w in merge.warnings
    )


@pytest.mark.parametrize(
    ("mark", "other", "expected"),
    [(";", "", "6,5"), (",", '"4,25"', '"6,5"'), (",", "4.25", "6.5"), (";", "4.25", "6.5")],
)
def test_numbers_are_written_as_those_that_stand_there(mark, other, expected):
    """Canvas writes numbers and separators in the exporter's language (`CSVWithI18n`)."""
    cells = ["Student", "ID", "Lesson 1 (9)", "Essay (10)"], ["Doe, Jane", "7", "", other]
    lines = [mark.join(f'"{c}"' if mark in c and c[0] != '"' else c for c in row) for row in cells]
    book = "\r\n".join(lines) + "\r\n"
    filled = gradebook(book, None, 1).merge([record("x", 6.5, "7")]).text
    assert filled == book.replace(f"7{mark}{mark}", f"7{mark}{expected}{mark}")


def test_last_and_first_names_may_stand_in_two_columns():
    """The account's setting "first and last names" (`show_student_first_last_name`)."""
    book = "LastName,FirstName,ID,Section,Lesson 1 (9)\n  Points Possible,,,,8\nDoe,Jane,7,A,\n"
    for known_as in (record("x", 6, "7"), record("doejane", 6), record("Jane Doe", 6)):
        assert gradebook(book, None, 1).merge([known_as], 8).text == book[:-1] + "6\n"
    (said,) = gradebook(book, None, 1).merge([], 8).warnings
    assert said == "In Canvas without a submission (1): Doe, Jane."


def test_the_mark_by_which_excel_knows_utf_8_hides_no_column():
    book = "\ufeff" + BOOK.replace("Student,", '"Student",', 1)
    merge = gradebook(book, "Lesson 1 (1234)").merge([record("doejane", 8, "101")])
    assert merge.filled == 1 and merge.text.startswith('\ufeff"Student",ID')
