"""A term from the output folders of its lessons, whoever graded them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from autograder.batch.matching import listed
from autograder.batch.roster import Roster
from autograder.batch.store import RUN_FILE
from autograder.intake.people import name_forms
from autograder.judging.term_summary import HANDED_IN, Term, TermLearner, entry_of, term_of

RESULTS = "results.jsonl"


def read_term(
    folders: Sequence[Path], out: Path, roster: Roster | None = None
) -> tuple[Term, list[str]]:
    """All that these folders hold, and sentences about what does not fit.

    A learner is who a row of the roster says. Without one, it is the name that joins folders, since
    Moodle's number of a participant is another one in each assignment; two of one name in one
    folder are kept apart by their ids.

    Args:
        folders: of `bvae grade`; where two have the same lesson of one learner, the later counts.
        out: the term's folder, from which pages are linked.
        roster: the class list, with a column `section` if there are any.

    Raises:
        ValueError: a folder is none of `bvae grade`'s, or holds nothing graded.
    """
    people: dict[tuple, TermLearner] = {}
    if roster:
        for number in roster.rows():
            people["roster", number] = TermLearner(*roster.person(number))
    twice: list[str] = []
    unlisted: dict[str, None] = {}
    for folder in folders:
        records = _records(folder)
        shared = _shared(records)
        for record in records:
            if record["status"] not in HANDED_IN or record["lesson"] is None:
                continue
            row = roster.find(record["learner"], record["learner_id"]) if roster else None
            key: tuple = ("roster", row) if row is not None else _key(record, shared)
            if key not in people:
                people[key] = TermLearner(record["learner"], record["learner_id"])
                if roster:
                    unlisted[record["learner"]] = None
            person, lesson = people[key], record["lesson"]
            if lesson in person.entries:
                twice.append(f"{person.name}, lesson {lesson}")
            page = folder / "pages" / f"{record['key']}.html"
            link = Path(os.path.relpath(page.resolve(), out.resolve())).as_posix()
            person.entries[lesson] = entry_of(record, link)
    said = []
    if twice:
        said.append(
            f"In more than one folder, the last of which counts ({len(twice)}): {listed(twice)}."
        )
    if unlisted:
        said.append(f"Not on the roster ({len(unlisted)}): {listed(list(unlisted))}.")
    return term_of(people.values()), said


def refuse_out(out: Path) -> None:
    """The term's folder is one of its own.

    Raises:
        ValueError: a folder of `bvae grade`, whose class page would be lost.
    """
    if (out / RUN_FILE).exists():
        raise ValueError(f"{out} holds a lesson's results; give another folder with -o.")


def _records(folder: Path) -> list[dict]:
    path = folder / RESULTS
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines if line]
    except (OSError, ValueError):
        raise ValueError(
            f"{path} cannot be read; give folders that `bvae grade … -o` wrote."
        ) from None
    if not records:
        raise ValueError(f"{folder} holds nothing graded; run `bvae grade … -o {folder}` first.")
    return records


def _shared(records: Iterable[dict]) -> set[str]:
    """Names that two learners of one folder have, written in whatever way."""
    who: dict[str, set[tuple[str, str]]] = {}
    for record in records:
        known_as = record["learner_id"], record["key"].partition(".")[0]
        who.setdefault(_plain(record["learner"]), set()).add(known_as)
    return {name for name, ids in who.items() if len(ids) > 1}


def _key(record: dict, shared: set[str]) -> tuple:
    name = _plain(record["learner"])
    return (name, record["learner_id"] or record["key"]) if name in shared else (name,)


def _plain(name: str) -> str:
    return max(name_forms(name), default=name, key=len)
