"""One small file of rules on lateness, and the list of extensions.

[deadlines]
lesson_1 = 2026-11-03 23:59
lesson_2 = 2026-11-10 23:59

[late]
zone = Europe/Berlin
grace = 15 minutes
penalty = 10% per day
most = 50%
nothing_after = 7 days
attempt = newest on time
"""

from __future__ import annotations

import configparser
import csv
import io
import math
import re
from datetime import datetime, tzinfo
from pathlib import Path

from autograder.grading.lateness import ATTEMPTS, Extension, LateRules, Penalty
from autograder.grading.moments import UNITS, moment, seconds_of, zone_named
from autograder.views.csv import separator

PENALTY = re.compile(r"(\d+(?:\.\d+)?)\s*(%|points?)(?:\s+per\s+(hour|day|week))?")
KEYS = ("zone", "grace", "penalty", "most", "nothing_after", "attempt")


def read_rules(path: Path) -> LateRules:
    """The rules of a file.

    Raises:
        ValueError: not to be read, or a line that says nothing; it is named with what is expected.
    """
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, configparser.Error) as error:
        words = " ".join(str(error).split())
        raise ValueError(f"{path} cannot be read as rules on lateness ({words}).") from None
    strange = [name for name in parser.sections() if name not in ("deadlines", "late")]
    late = dict(parser.items("late")) if parser.has_section("late") else {}
    deadlines = dict(parser.items("deadlines")) if parser.has_section("deadlines") else {}
    strange += [name for name in late if name not in KEYS]
    if strange:
        raise ValueError(
            f"{path}: {strange[0]!r} says nothing here. There are the sections [deadlines], with "
            f"lines such as `lesson_1 = 2026-11-03 23:59`, and [late], with {', '.join(KEYS)}."
        )
    zone = zone_named(late["zone"]) if "zone" in late else None
    attempt = late.get("attempt", ATTEMPTS[0])
    if attempt not in ATTEMPTS:
        raise ValueError(f"{path}: attempt is {attempt!r}; there are {', '.join(ATTEMPTS)}.")
    after = late.get("nothing_after")
    return LateRules(
        deadlines=_deadlines(deadlines, zone),
        zone=zone,
        grace=seconds_of(late["grace"], "grace") if "grace" in late else 0.0,
        penalty=_penalty(late["penalty"]) if "penalty" in late else None,
        most=_share(late["most"]) if "most" in late else 1.0,
        nothing_after=seconds_of(after, "nothing_after") if after else math.inf,
        attempt=attempt,
    )


def read_extensions(path: Path, zone: tzinfo | None = None) -> tuple[Extension, ...]:
    """A CSV with the columns `learner` (an id or a name), `until`, and `lesson` if need be.

    Raises:
        ValueError: not such a table; the line is named.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read as UTF-8 ({error}).") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator(text))
    if not {"learner", "until"} <= set(reader.fieldnames or ()):
        raise ValueError(
            f"{path} needs the columns learner and until, and may have lesson: `learner,lesson,"
            "until` and `jdoe,1,2026-11-10 23:59`."
        )
    found = []
    for row in reader:
        where = f"{path}, line {reader.line_num}"
        lesson = (row.get("lesson") or "").strip().removeprefix("lesson_")
        if lesson and not lesson.isdecimal():
            raise ValueError(f"{where}: lesson is {lesson!r}; give its number, or nothing for all.")
        until = moment(row["until"] or "", f"{where}: until", zone)
        if (row["learner"] or "").strip():
            found.append(Extension(row["learner"].strip(), int(lesson) if lesson else None, until))
    return tuple(found)


def _deadlines(given: dict[str, str], zone: tzinfo | None) -> dict[int | None, datetime]:
    found: dict[int | None, datetime] = {}
    for name, text in given.items():
        number = name.removeprefix("lesson_")
        if not number.isdecimal():
            raise ValueError(f"{name!r} is no lesson; write lesson_1 = 2026-11-03 23:59.")
        found[int(number)] = moment(text, f"the deadline of {name}", zone)
    return found


def _penalty(text: str) -> Penalty:
    found = PENALTY.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(
            f"penalty is {text!r}; write it as `10% per day`, `1 point per hour`, or `20%` once."
        )
    share = found[2] == "%"
    amount = float(found[1]) / (100 if share else 1)
    return Penalty(amount, share, UNITS[found[3]] if found[3] else 0.0)


def _share(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", text.strip())
    if not found or float(found[1]) > 100:
        raise ValueError(f"most is {text!r}; write it as a share from 0% to 100%.")
    return float(found[1]) / 100
