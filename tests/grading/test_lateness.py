"""Deadlines: dates that can be read in one way only, and penalties by rules from a small file."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from coursework import ROOT

from autograder.grading.late_files import read_extensions, read_rules
from autograder.grading.lateness import Lateness, LateRules
from autograder.grading.moments import in_words, moment

UTC = timezone.utc
DUE = datetime(2026, 11, 3, 23, 59, tzinfo=UTC)
RULES = """
[deadlines]
lesson_1 = 2026-11-03 23:59
[late]
zone = UTC
grace = 15 minutes
penalty = 10% per day
most = 50%
nothing_after = 7 days
"""


def rules(folder, text: str = RULES) -> LateRules:
    path = folder / "late.ini"
    path.write_text(text, encoding="utf-8")
    return read_rules(path)


def after(**length) -> datetime:
    return DUE + timedelta(**length)


@pytest.mark.parametrize("text", ["03.11.2026", "11/3/2026", "3 Nov 2026", "2026-13-01", "", "now"])
def test_a_date_that_can_be_read_in_two_ways_is_refused_with_how_to_write_it(text):
    with pytest.raises(ValueError, match=r"--deadline is .*2026-11-03 or 2026-11-03 23:59"):
        moment(text, "--deadline", UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-03", datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC)),
        ("2026-11-03 12:30", datetime(2026, 11, 3, 12, 30, tzinfo=UTC)),
        ("2026-11-03T12:30:05Z", datetime(2026, 11, 3, 12, 30, 5, tzinfo=UTC)),
        ("2026-11-03T12:30+02:00", datetime(2026, 11, 3, 10, 30, tzinfo=UTC)),
        ("2026-11-03 12:30:05.123456 UTC", datetime(2026, 11, 3, 12, 30, 5, tzinfo=UTC)),
    ],
)
def test_iso_dates_are_read_with_and_without_a_zone(text, expected):
    assert moment(text, "it", UTC) == expected


def test_the_zone_of_the_rules_holds_where_a_date_names_none(tmp_path):
    berlin = rules(tmp_path, RULES.replace("UTC", "Europe/Berlin"))
    assert berlin.deadlines[1] == datetime(2026, 11, 3, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("handed_in", "late", "cost"),
    [
        (DUE, False, 0),
        (after(minutes=15), False, 0),
        (after(minutes=16), True, 1),
        (after(days=1), True, 1),
        (after(days=1, seconds=1), True, 2),
        (after(days=6), True, 5),
        (after(days=7, seconds=1), True, 10),
    ],
)
def test_each_begun_day_costs_its_share_up_to_the_most(handed_in, late, cost, tmp_path):
    found = rules(tmp_path).lateness(("7", "Jane"), 1, handed_in)
    assert found.late is late and rules(tmp_path).cost(found, 10) == cost


@pytest.mark.parametrize(
    ("penalty", "expected"), [("1 point per hour", 3), ("20%", 2), ("2 points", 2), ("90%", 5)]
)
def test_penalties_are_shares_or_points_once_or_for_each_period(penalty, expected, tmp_path):
    found = rules(tmp_path, RULES.replace("10% per day", penalty))
    assert found.cost(Lateness(True, 2.5 * 3600), 10) == expected


def test_what_is_only_marked_late_costs_one_period(tmp_path):
    """Canvas marks a file `_LATE_`, and does not say by how much (`ContentZipper`)."""
    found = rules(tmp_path).lateness(("7", "Jane"), 1, None, marked=True)
    assert found.late and found.words == "late" and rules(tmp_path).cost(found, 10) == 1


def test_a_lesson_without_a_deadline_is_never_late(tmp_path):
    assert not rules(tmp_path).lateness(("7", ""), 2, after(days=900)).late
    assert rules(tmp_path).lateness(("7", ""), 2, after(days=1), due=DUE).late


def extended(folder, text: str) -> LateRules:
    path = folder / "extensions.csv"
    path.write_text(text, encoding="utf-8")
    return replace(rules(folder), extensions=read_extensions(path, UTC))


def test_an_extension_is_of_one_learner_by_id_or_by_name_and_one_lesson(tmp_path):
    text = "learner;lesson;until\nJDOE;1;2026-11-10\nEk, Tim;;2026-11-05 12:00\n4711;2;2026-12-01\n"
    found = extended(tmp_path, text)
    late = after(days=3)
    assert not found.lateness(("jdoe", "x"), 1, late).late
    assert found.lateness(("", "Tim Ek"), 1, late).seconds == (35 * 60 + 59) * 60
    assert found.lateness(("4711", "y"), 1, late).late
    assert found.unused([("jdoe", ""), ("", "ektim")]) == ["4711"]


def test_an_earlier_extension_takes_nothing_away(tmp_path):
    found = extended(tmp_path, "learner,until\njdoe,2026-11-01\n")
    assert not found.lateness(("jdoe", ""), 1, after(hours=-1)).late


def test_a_mark_of_lateness_gives_way_to_an_extension_and_a_person_is_told(tmp_path):
    found = extended(tmp_path, "learner,until\njdoe,2026-11-10\n").lateness(
        ("jdoe", ""), 1, None, True
    )
    assert not found.late and "extended to 2026-11-10" in found.note


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("penalty = ten", "10% per day"),
        ("penalty = 1 point per minute", "1 point per hour"),
        ("grace = 15", "15 minutes"),
        ("most = 120%", "from 0% to 100%"),
        ("attempt = last", "newest on time, newest, best"),
        ("zone = Berlin", "Europe/Berlin"),
        ("penalti = 1 point", "'penalti' says nothing here"),
    ],
)
def test_a_line_that_says_nothing_is_named_with_what_is_expected(line, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        rules(tmp_path, f"[late]\n{line}\n")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[deadlines]\nlesson_1 = 3.11.2026\n", "the deadline of lesson_1 is '3.11.2026'"),
        ("[deadlines]\nessay = 2026-11-03\n", "'essay' is no lesson"),
        ("[deadline]\nlesson_1 = 2026-11-03\n", "'deadline' says nothing here"),
        ("lesson_1 = 2026-11-03\n", "cannot be read as rules"),
    ],
)
def test_a_file_of_something_else_is_refused(text, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        rules(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("who,when\n", "needs the columns learner and until"),
        ("learner,until\njdoe,10.11.2026\n", "line 2: until is '10.11.2026'"),
        ("learner,until,lesson\njdoe,2026-11-10,one\n", "line 2: lesson is 'one'"),
    ],
)
def test_a_list_of_extensions_says_which_line_is_wrong(text, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        extended(tmp_path, text)


def test_lengths_are_told_in_units_that_people_use():
    assert [in_words(s) for s in (30, 7200, 7201, 172801)] == [
        *("1 minute", "120 minutes", "3 hours", "3 days"),
    ]


def test_the_example_in_the_guide_is_such_a_file(tmp_path):
    guide = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```ini\n(.*?)```", guide, re.DOTALL)
    found = rules(tmp_path, example)
    assert found.deadlines.keys() == {1, 2} and found.penalty.share and found.grace == 900
