"""One run of `bvae grade`: grade what is missing, and write the reports."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.batch.collect import Collection, Submission, collect
from autograder.batch.files import Source, open_source
from autograder.batch.from_gradebook import GradebookGrades
from autograder.batch.grading import Graded, Service, Task, grade_here
from autograder.batch.kept import chosen, kept_results, standing
from autograder.batch.penalties import best_attempts, refuse_one_for_all
from autograder.batch.progress import Progress
from autograder.batch.reports import write_reports
from autograder.batch.roster import Roster
from autograder.batch.store import Run, Store, checked_seed
from autograder.batch.way_back import WayBack, only_lesson
from autograder.batch.written import WRITTEN, WrittenMarks, read_marks
from autograder.grading.lateness import LateRules
from autograder.intake.course_texts import rubrics
from bvae_ref.console import say
from bvae_ref.folder_lock import FolderLock

# Takes tasks and yields each as it is graded; closing it hands out no more.
Grader = Callable[[Iterable[Task]], Generator[Graded, None, None]]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Batch:
    """What to grade, and how.

    Attributes:
        submissions: a folder, a zip or one notebook.
        out: folder for results and reports.
        workers: how many are graded at once on this machine.
        seed: of the hidden run; None goes on with the stored one or draws one.
        lesson: what every submission is graded as; None lets each say it.
        assignment: only this assignment of nbgrader's tree.
        layout: how learners are told apart, one of `layout.LAYOUTS`; None finds out.
        regrade: let no earlier result count.
        only: name or id of the one learner who is graded again; all other results stand.
        require_isolation: results under lesser isolation do not count.
        back: tables of platforms to be filled in, or None.
        grades: nbgrader's, in place of grading; or None.
        rules: deadlines and what lateness costs, or None.
        roster: a CSV of the whole class, or None.
        written: marks of written answers; None takes `written.csv` of the output folder.
        excel: begin CSV files with the mark by which Excel knows UTF-8.
    """

    submissions: str | Path
    out: str | Path
    workers: int = 1
    seed: int | None = None
    lesson: int | None = None
    assignment: str | None = None
    layout: str | None = None
    regrade: bool = False
    only: str | None = None
    require_isolation: bool = False
    back: WayBack | None = None
    grades: GradebookGrades | None = None
    rules: LateRules | None = None
    roster: str | Path | None = None
    written: str | Path | None = None
    excel: bool = False


@dataclass(frozen=True)
class Summary:
    """How a run ended.

    Attributes:
        submissions: how many there are.
        graded_now: how many of them this run graded.
        failed: how many could not be graded.
        unreadable: how many were no notebook; they have a result, 0 points.
        set_aside: a sentence for each file that was not graded.
        unexplained: how many of those files the platform's own rule on attempts does not explain,
            and how many submissions nbgrader's gradebook lacks.
        warnings: other sentences for the instructor.
        index: the class page.
    """

    submissions: int
    graded_now: int
    failed: int
    unreadable: int
    set_aside: tuple[str, ...]
    unexplained: int
    warnings: tuple[str, ...]
    index: Path


def run_batch(
    batch: Batch,
    start_service: Callable[[], AbstractContextManager[Service]],
    tell: Say = say,
) -> Summary:
    """Grade what is not graded yet, on this machine.

    Args:
        batch: what to grade.
        start_service: called when there is something to grade; gives a context manager with
            the method `grade(name, content, seed, lesson)`.
        tell: takes sentences for the instructor.

    Raises:
        ValueError, RuntimeError, OSError: bad input, a folder in use, a full disk. Results
            that were finished are kept, and the next run goes on from there.
    """

    def grade(tasks: Iterable[Task]) -> Generator[Graded, None, None]:
        with start_service() as service, closing(grade_here(tasks, service, batch.workers)) as done:
            yield from done

    return run_with(batch, grade, tell)


def run_with(batch: Batch, grader: Grader, tell: Say = say) -> Summary:
    """Grade what is not graded yet with any grader; see `run_batch`."""
    if batch.seed is not None:
        checked_seed(batch.seed)
    with _private_files(), closing(open_source(batch.submissions)) as source:
        for note in source.notes:
            tell(note)
        roster = Roster(batch.roster) if batch.roster else None
        collection = collect(source, batch.lesson, batch.assignment, batch.layout, batch.rules)
        refuse_one_for_all(batch.rules, collection)
        if batch.back:
            # Before hours of grading, not after.
            batch.back.check(only_lesson(item.lesson for item in collection.submissions))
        store = Store(batch.out, batch.submissions)
        marks = _marks(batch, store)
        with FolderLock(store.lock_path, "is grading into it", "-o"):
            run = store.open_run(batch.seed, batch.regrade)
            return _go_on(batch, collection, store, run, source, grader, roster, marks, tell)


def _marks(batch: Batch, store: Store) -> WrittenMarks:
    """What people filled in: in the folder's own table or, before it, in the one given."""
    asked = rubrics()
    own = store.folder / WRITTEN
    found = read_marks(own, asked) if own.exists() else {}
    if batch.written:
        given = read_marks(batch.written, asked)
        found |= {place: mark for place, mark in given.items() if mark.points is not None}
    return WrittenMarks(asked, found)


@contextmanager
def _private_files() -> Iterator[None]:
    """Let nobody else read what is written meanwhile: files 0600, folders 0700."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _go_on(
    batch: Batch,
    collection: Collection,
    store: Store,
    run: Run,
    source: Source,
    grader: Grader,
    roster: Roster | None,
    marks: WrittenMarks,
    tell: Say,
) -> Summary:
    notes: list[str] = []
    unexplained = collection.unexplained
    if batch.grades:
        results, notes = batch.grades.of(collection.submissions)
        missing = []
        unexplained += len(collection.submissions) - len(results)
    elif batch.only is not None:
        missing = chosen(collection.submissions, batch.only)
        results = standing(collection.submissions, missing, store)
    else:
        results = kept_results(collection, store, run, batch.require_isolation)
        missing = [item for item in collection.submissions if item.key not in results]
        if results:
            count = len(collection.submissions)
            tell(f"{len(results)} of {count} are already graded and are kept.")
    try:
        if missing:
            _grade_missing(missing, results, store, run, source, grader)
    finally:
        # Also after Ctrl-C or a lost connection: the reports show what is finished.
        best, found = best_attempts(collection, results, batch.rules)
        warnings = write_reports(
            store,
            best,
            found,
            batch.back,
            roster,
            marks,
            batch.excel,
            batch.grades,
            batch.rules,
        )
    statuses = [result["status"] for result in results.values()]
    return Summary(
        submissions=len(collection.submissions),
        graded_now=len(missing),
        failed=statuses.count("failed"),
        unreadable=statuses.count("unreadable"),
        set_aside=collection.set_aside,
        unexplained=unexplained,
        warnings=(*notes, *warnings),
        index=store.folder / "index.html",
    )


def _grade_missing(
    missing: list[Submission],
    results: dict[str, dict],
    store: Store,
    run: Run,
    source: Source,
    grader: Grader,
) -> None:
    progress = Progress(len(missing))
    # Later lessons take longer: they come first, so that nobody waits for one at the end.
    longest_first = sorted(missing, key=lambda item: item.lesson or 0, reverse=True)
    tasks = [Task(item, partial(source.read, item.entry), run.seed) for item in longest_first]
    try:
        with closing(grader(tasks)) as finished:
            for graded in finished:
                store.keep(graded.submission, graded.content, run, graded.result)
                results[graded.submission.key] = graded.result
                progress.step()
    finally:
        progress.close()
