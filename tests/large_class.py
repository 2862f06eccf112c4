"""Classes of any size for the pages: eight lessons, mistakes, and names that pages stumble over."""

from __future__ import annotations

import random
from pathlib import Path

from class_records import record

from autograder.judging.class_people import columns_of, people_of
from autograder.judging.class_summary import class_summary
from autograder.judging.term_summary import TermLearner, entry_of, term_of
from autograder.judging.verdict import Diagnosis, Mistake, Relation
from autograder.judging.verdict_data import diagnosis_data
from autograder.views.class_page import class_page, points_page
from autograder.views.learner_lessons import learner_lessons_page
from autograder.views.page import learner_page
from autograder.views.term_page import term_page

# Markup, a comment of SQL's, right to left, endless, one emoji of several, a name with a ZWNJ.
NAMES = (
    "<img src=x onerror=\"document.title='taken'\">",
    "'--",
    "محمد الكاتب",
    "N" * 200,
    "Zoë 👩🏽‍💻 Ek",
    "علی‌رضا",
)
GIVEN = ("Ann", "Bo", "Cy", "Dana", "Eli", "Fay", "Hana", "Ivo", "Jun", "Kai", "Lea")
FAMILY = ("Adeyemi", "Berg", "Chen", "Diaz", "Gupta", "Haddad", "Ito", "Kaya", "Novak")
MISTAKES = tuple(
    Mistake(name, f"The answer has {name}.", "Look at the line that returns it.")
    for name in (
        "½ missing", "the sign flipped", "σ² taken for σ", "a mean in place of a sum",
        "the axis of the batch", "the logarithm twice",
    )
)  # fmt: skip
OUTCOMES = (*("failed", "failed", "failed", "crashed", "does not run", "not attempted", "blocked"),)


def large_class(learners: int, notebooks: int, lessons: int = 8) -> list[dict]:
    """The records: everyone hands in one notebook, the first of them more; the same every time."""
    rng = random.Random(7)
    records = []
    for number in range(notebooks):
        who, lesson = number % learners, (number % learners + number // learners) % lessons
        name = f"{GIVEN[who % len(GIVEN)]} {FAMILY[who % len(FAMILY)]} {who}"
        name = NAMES[who] if who < len(NAMES) else name
        one = record(name, learner_id=f"s{who:04d}", lesson=lesson)
        one |= {"key": f"s{who:04d}.lesson_{lesson}", "file": f"lesson_{lesson}.ipynb"}
        for place, exercise in enumerate(one["exercises"], 1):
            exercise |= {"id": f"{lesson}.{place}", "title": f"exercise {place} of lesson {lesson}"}
            if rng.random() < 0.12 * place:
                _spoil(exercise, rng)
        one["points"] = sum(exercise["points"] for exercise in one["exercises"])
        records.append(one)
    if learners > len(NAMES):
        what = {"status": "unreadable", "reason": "It is a PDF.", "exercises": [], "points": 0.0}
        records[-1] |= {**what, "max_points": 0.0}
    return sorted(records, key=lambda item: item["key"])


def _spoil(exercise: dict, rng: random.Random) -> None:
    outcome = rng.choice(OUTCOMES)
    points = rng.choice((0.0, 1.0)) if outcome == "failed" else 0.0
    exercise |= {"outcome": outcome, "points": points, "next_hint": f'hint("{exercise["id"]}")'}
    wrong = exercise["tests"][1:] if points else exercise["tests"]
    for test in wrong:
        said = {"checked": "`f(1)`", "expected": "`2`", "actual": "a wrong number"}
        test |= {"outcome": outcome, "points": 0.0, **said}
    if outcome == "failed" and rng.random() < 0.8:
        mistake = MISTAKES[min(int(rng.expovariate(0.7)), len(MISTAKES) - 1)]
        exercise["diagnosis"] = diagnosis_data(Diagnosis(Relation.ONE, (mistake,)))


def write_class(folder: Path, records: list[dict], pages: int | None = None) -> Path:
    """All pages of a class as `bvae grade` lays them out; return the class page.

    Args:
        folder: where to.
        records: of the class.
        pages: how many learners get pages; all when None.
    """
    for name in ("pages", "learners", "lessons"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    summary = class_summary(records)
    people = people_of(records)
    columns = columns_of(people)
    set_aside, warnings = (
        ["x.txt was not graded: it is not a notebook."],
        ["Not on the roster: Eve."],
    )
    index = folder / "index.html"
    page = class_page(records, summary, people, columns, set_aside, warnings)
    index.write_text(page, "utf-8")
    for person in people[:pages]:
        page = learner_lessons_page(person, columns)
        (folder / "learners" / f"{person.key}.html").write_text(page, "utf-8")
        for one in person.records.values():
            (folder / "pages" / f"{one['key']}.html").write_text(learner_page(one), "utf-8")
    for lesson, column in zip(summary.lessons, columns, strict=True):
        page = points_page(lesson, people, column)
        (folder / "lessons" / f"lesson_{lesson.lesson}.html").write_text(page, "utf-8")
    return index


def write_term(folder: Path, records: list[dict]) -> Path:
    """The term's page of these records; two sections."""
    people: dict[str, TermLearner] = {}
    for one in records:
        who = one["learner_id"]
        section = "AB"[int(who[1:]) % 2]
        person = people.setdefault(who, TermLearner(one["learner"], who, section))
        person.entries[one["lesson"]] = entry_of(one, f"../week/pages/{one['key']}.html")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "index.html"
    path.write_text(term_page(term_of(people.values()), ["Not on the roster (1): eve."]), "utf-8")
    return path
