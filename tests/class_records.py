"""Records of a class for pages and tables, among them some of people who mean harm."""

from __future__ import annotations

from html.parser import HTMLParser

from batchwork import result
from learner import named

from autograder.judging.class_people import columns_of, people_of
from autograder.judging.class_summary import class_summary
from autograder.judging.verdict import Diagnosis, Mistake, Relation
from autograder.judging.verdict_data import diagnosis_data
from autograder.views.class_page import class_page

HOSTILE = (
    '</style><script>alert("x")</script>\x00\x1b[31m\ud800\ufffe & <img src=x onerror=y>\n=1+1'
)
VOID = {"meta", "br", "hr", "img", "link", "input"}


def record(learner: str = "jane", passed: int = 4, **changes) -> dict:
    """One line of results.jsonl."""
    data = result(f"{learner}/lesson_1.ipynb", 1, passed, words=changes.pop("words", "a number"))
    key = {"key": f"{learner}.lesson_1", "learner": learner, "learner_id": "", "late": False}
    return {**key, "file": "lesson_1.ipynb", "notes": [], **data, **changes}


def unreadable(learner: str = "eve", **changes) -> dict:
    data = {"status": "unreadable", "reason": "It is a PDF.", "exercises": [], "lesson": None}
    return record(learner, 0, **{**data, "points": 0.0, "max_points": 0.0, **changes})


def hostile() -> dict:
    """A record in which every text comes from somebody who means harm."""
    bad = record(HOSTILE, 1, words=HOSTILE, file=HOSTILE, notes=[HOSTILE], repairs=[HOSTILE])
    bad["exercises"][1] |= {
        "diagnosis": diagnosis_data(named(*[HOSTILE] * 3)),
        "notes": [HOSTILE],
        "title": HOSTILE,
    }
    bad["written"] = {HOSTILE: HOSTILE}
    bad["cell_errors"] = [{"cell": 3, "error": HOSTILE}]
    bad["isolation"] = {"level": "partial", "layers": {}, "missing": [HOSTILE]}
    return {**bad, "reason": HOSTILE, "key": "safe.lesson_1"}


class Page(HTMLParser):
    """The tags of a page; complains about any that does not close in order."""

    def __init__(self, text: str):
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def class_of(*records: dict, **more) -> str:
    summary = class_summary(records)
    people = people_of(records)
    return class_page(records, summary, people, columns_of(people), **more)


def wrong(learner: str, *names: str, outcome="failed", relation=Relation.ONE, **changes) -> dict:
    """A record that passes all but exercise 1.1, which shows the named mistakes."""
    made = record(learner, 4, **changes)
    mistakes = tuple(Mistake(name, f"About {name}.", "Look.") for name in names)
    diagnosis = diagnosis_data(Diagnosis(relation, mistakes)) if names else None
    made["exercises"][0] |= {"outcome": outcome, "points": 0.0, "diagnosis": diagnosis}
    return {**made, "points": made["points"] - 2}


def mixed_class() -> list[dict]:
    """One of every reason for not passing, among others."""
    return [
        record("ann"),
        wrong("bob", "sign"),
        wrong("cat", "sign", learner_id="007"),
        wrong("dan", "sign", "root", relation=Relation.BOTH),
        wrong("eva", "sign", "half", relation=Relation.EITHER),
        wrong("fay"),
        wrong("gus", outcome="crashed"),
        wrong("hal", outcome="timed out"),
        wrong("ian", outcome="not attempted"),
        wrong("joy", outcome="blocked"),
    ]
