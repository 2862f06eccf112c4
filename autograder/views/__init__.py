"""One renderer per file: each turns verdicts into something to read, and computes no score."""

from collections.abc import Iterator, Sequence

from autograder.judging.verdict import Outcome, Relation, TestResult

# A sign and a word, so that nothing depends on colour.
SIGNS = {
    Outcome.PASSED: ("✔", "Passed"),
    Outcome.FAILED: ("✘", "Not yet"),
    Outcome.NOT_ATTEMPTED: ("○", "Not attempted"),
    Outcome.BLOCKED: ("⊘", "Blocked"),
    Outcome.DOES_NOT_RUN: ("↯", "Does not run"),
    Outcome.CRASHED: ("⚠", "Crashed"),
    Outcome.TIMED_OUT: ("◷", "Timed out"),
}

# What a colour says, on every page: `bvae_ref/tokens.css` has a tint and an edge for each.
TONES = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.NOT_ATTEMPTED: "open",
    Outcome.BLOCKED: "open",
    Outcome.DOES_NOT_RUN: "stopped",
    Outcome.CRASHED: "stopped",
    Outcome.TIMED_OUT: "stopped",
}


def tone(outcome: Outcome, points: float) -> str:
    """The tone of an exercise; what is wrong but earned some points is "part"."""
    return "part" if outcome is Outcome.FAILED and points > 0 else TONES[outcome]


def share_tone(points: float, most: float) -> str:
    """The tone of a sum: all, some or none of the points."""
    if points >= most > 0:
        return "passed"
    return "part" if points > 0 else "failed"


def number(points: float) -> str:
    """Points without needless zeros: 2, 0.5, 1.25."""
    return f"{points:g}"


def total(record: dict) -> tuple[float, float]:
    """Points so far, with those of written answers and less those for lateness; and of how many."""
    written, most = record.get("written_points", 0.0), record.get("written_max", 0.0)
    earned = record["points"] + written - record.get("penalty", 0.0)
    return max(0.0, earned), record["max_points"] + most


def total_words(record: dict) -> str:
    """`10 of 10 points`; with written answers, what each kind adds and what is pending."""
    points, most = total(record)
    off = record.get("penalty", 0.0)
    if not record.get("written_max"):
        said = f": {number(record['points'])} earned, {number(off)} off for lateness" if off else ""
        return f"{number(points)} of {number(most)} points{said}"
    late = f", {number(off)} off for lateness" if off else ""
    automatic = f"{number(record['points'])} of {number(record['max_points'])} automatic"
    if record["written_pending"]:
        marked = record["written_max"] - record["written_pending"]
        by_hand = f"{number(record['written_points'])} of {number(marked)} marked, " * bool(marked)
        return f"{automatic}, {by_hand}{number(record['written_pending'])} pending{late}"
    by_hand = f"{number(record['written_points'])} of {number(record['written_max'])} written"
    return f"{number(points)} of {number(most)} points: {automatic}, {by_hand}{late}"


LEADS = {
    Relation.ONE: "Likely mistake",
    Relation.EITHER: "One of two mistakes; these answers do not show which",
    Relation.BOTH: "Two mistakes at once",
    Relation.COMPUTES: "What your answer does",
    Relation.MENDS: "Where to look",
    Relation.SHOWS: "Seen in your code",
}


def told(tests: Sequence[TestResult]) -> Iterator[tuple[TestResult, list[tuple[str, str]]]]:
    """Every test with its details; an error that an earlier test told in full is not repeated."""
    told_before: set[str] = set()
    for test in tests:
        # The message itself may differ in shapes; what stands before it says which line it was.
        error = test.actual.partition(": ")[0]
        if test.outcome is Outcome.CRASHED and error in told_before:
            yield test, [("got", "the same error")]
            continue
        told_before.add(error)
        yield test, details(test)


def details(test: TestResult) -> list[tuple[str, str]]:
    """`(label, words)` of everything a failed test reports, in reading order."""
    labelled = (
        ("checked", test.checked),
        ("expected", test.expected),
        ("got", test.actual),
        ("perhaps", test.cause),
    )
    return [(label, words) for label, words in labelled if words]
