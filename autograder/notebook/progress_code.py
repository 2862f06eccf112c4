"""Progress as a short code: passes, points, hints and time, without a name, for another machine.

Bits in this order: version (4), fingerprint of the course's exercises (12), days from 2025-01-01
to the last pass (14); then for each exercise in course order 1 for "begun", and of those that are:
passed (1), hints (2), minutes (8), and for one that has not passed its quarter points (5). They
end in a CRC of 20 bits, and are written five to a sign in Crockford's base 32 (crockford.com/
base32.html), which has no I, L, O or U.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import date, timedelta

from autograder.exercise import registry
from autograder.judging.verdict import Outcome
from autograder.views.progress import Entry

VERSION = 1
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
READ_AS = str.maketrans("OIL", "011", " -\t\n\r_.")
FIRST_DAY = date(2025, 1, 1)
HEAD = (("version", 4), ("course", 12), ("days", 14))
HINTS, MINUTES, QUARTERS, CHECKSUM = 2, 8, 5, 20
GROUP = 5


class BadCode(ValueError):
    """Text is no progress code of this course; the message says why and what to do."""


def progress_code(entries: Mapping[str, Entry]) -> str:
    """The code of the records of a course's exercises, by id; those never begun may be missing."""
    days = [entry["passed_on"] for entry in entries.values() if entry["passed_on"]]
    last = (date.fromisoformat(max(days)) - FIRST_DAY).days + 1 if days else 0
    head = {"version": VERSION, "course": _fingerprint(), "days": min(max(last, 0), 2**14 - 1)}
    bits = "".join(_bits(head[name], width) for name, width in HEAD)
    for exercise in registry.every():
        entry = entries.get(exercise.id)
        bits += _of_entry(entry) if entry and _begun(entry) else "0"
    bits += "0" * (-len(bits) % GROUP)
    bits += _bits(_checksum(bits), CHECKSUM)
    signs = [SIGNS[int(bits[at : at + GROUP], 2)] for at in range(0, len(bits), GROUP)]
    return "-".join("".join(signs[at : at + GROUP]) for at in range(0, len(signs), GROUP))


def entries_of(code: str) -> dict[str, Entry]:
    """The records of a code, by exercise; only those that were begun.

    Raises:
        BadCode: it is no code, was mistyped, or belongs to another version or course.
    """
    signs = code.upper().translate(READ_AS)
    strange = sorted(set(signs) - set(SIGNS))
    if strange or len(signs) * GROUP < sum(width for _, width in HEAD) + CHECKSUM:
        raise BadCode(
            f"{code[:60]!r} is no progress code. One looks like 1A2B3-C4D5E-… and stands below the "
            'table of progress(); progress(name="…") is for your name.'
        )
    bits = "".join(_bits(SIGNS.index(sign), GROUP) for sign in signs)
    body, checksum = bits[:-CHECKSUM], int(bits[-CHECKSUM:], 2)
    if checksum != _checksum(body):
        raise BadCode("This progress code has a typing error, or a part of it is missing.")
    reader = _Reader(body)
    head = {name: reader.number(width) for name, width in HEAD}
    if (head["version"], head["course"]) != (VERSION, _fingerprint()):
        raise BadCode(
            "This progress code is of another course or of another version of this one, whose "
            "exercises differ. Run the checks here again."
        )
    day = FIRST_DAY + timedelta(days=head["days"] - 1) if head["days"] else None
    found = {}
    for exercise in registry.every():
        if reader.number(1):
            found[exercise.id] = _entry(reader, exercise.points, day.isoformat() if day else "")
    return found


class _Reader:
    def __init__(self, bits: str):
        self._bits, self._at = bits, 0

    def number(self, width: int) -> int:
        """The next bits as a whole number; behind the end all are 0."""
        part = self._bits[self._at : self._at + width].ljust(width, "0")
        self._at += width
        return int(part, 2)


def _of_entry(entry: Entry) -> str:
    bits = "1" + _bits(entry["passed"], 1) + _bits(entry["hints"], HINTS)
    bits += _bits(round(entry["seconds"] / 60), MINUTES)
    return bits if entry["passed"] else bits + _bits(round(4 * entry["points"]), QUARTERS)


def _entry(reader: _Reader, points: float, day: str) -> Entry:
    passed, hints = bool(reader.number(1)), reader.number(HINTS)
    seconds = 60.0 * reader.number(MINUTES)
    earned = points if passed else min(reader.number(QUARTERS) / 4, points)
    return {
        "outcome": (Outcome.PASSED if passed else Outcome.FAILED).value,
        "points": float(earned),
        "hints": hints,
        "passed": passed,
        "seconds": seconds,
        "passed_on": day if passed else "",
    }


def _begun(entry: Entry) -> bool:
    return bool(
        entry["passed"]
        or entry["points"]
        or entry["hints"]
        or entry["outcome"] != Outcome.NOT_ATTEMPTED.value
    )


def _bits(number: int, width: int) -> str:
    return f"{min(number, 2**width - 1):0{width}b}"


def _checksum(bits: str) -> int:
    return zlib.crc32(bits.encode()) % 2**CHECKSUM


def _fingerprint() -> int:
    names = " ".join(f"{item.id}:{item.points:g}" for item in registry.every())
    return zlib.crc32(f"{registry.course().id} {names}".encode()) % 2**12
