"""Results as JUnit XML: one test suite per submission, one test case per tested property."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from autograder.judging.verdict import Outcome
from autograder.judging.verdict_data import diagnosis_of
from autograder.views.text import diagnosis_lines

# What XML 1.0 cannot hold, however it is written.
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Ended before there was an answer to compare.
ERRORS = {item.value for item in (Outcome.DOES_NOT_RUN, Outcome.CRASHED, Outcome.TIMED_OUT)}


def junit_xml(records: Iterable[dict]) -> str:
    """One XML document; a property that earned less than its points is a failure.

    An answer that does not run, crashed or ran out of time is an error, and so is a submission that
    could not be judged. Nothing is skipped: what is not there was asked for.
    """
    suites = ET.Element("testsuites", name="bvae grade")
    for record in records:
        suites.append(_suite(record))
    for count in ("tests", "failures", "errors"):
        suites.set(count, str(sum(int(suite.attrib[count]) for suite in suites)))
    ET.indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, "unicode") + "\n"


def xml_text(text: object) -> str:
    """Text without the characters that XML cannot hold."""
    return NOT_XML.sub("\ufffd", str(text))


def _suite(record: dict) -> ET.Element:
    suite = ET.Element("testsuite", name=xml_text(f"{record['learner']}/{record['file']}"))
    for exercise in record["exercises"]:
        where = f"{exercise['id']} {exercise['title']}"
        for test in exercise["tests"]:
            suite.append(_case(where, test["title"], test["outcome"], _words(test, exercise)))
    if record["status"] != "graded":
        suite.append(_case(record["file"], "can be graded", Outcome.CRASHED, record["reason"]))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("time", f"{float(record['seconds']):.3f}")
    return suite


def _case(where: str, title: str, outcome: str, words: str) -> ET.Element:
    outcome = str(Outcome(outcome).value)
    case = ET.Element("testcase", classname=xml_text(where), name=xml_text(title), time="0")
    if outcome != Outcome.PASSED.value:
        tag = "error" if outcome in ERRORS else "failure"
        first = words.splitlines()[0] if words.strip() else outcome
        child = ET.SubElement(case, tag, type=outcome, message=xml_text(first))
        child.text = xml_text(words)
    return case


def _words(test: dict, exercise: dict) -> str:
    labels = (("actual", "got"), ("expected", "expected"), ("checked", "checked"))
    lines = [f"{label}: {test[name]}" for name, label in labels if test.get(name)]
    if test.get("cause"):
        lines.append(f"perhaps: {test['cause']}")
    if exercise["diagnosis"]:
        lines += [line.strip() for line in diagnosis_lines(diagnosis_of(exercise["diagnosis"]))]
    return "\n".join(lines)
