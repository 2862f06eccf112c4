"""What a class handed in, read for comparison: nothing is run, and no file can hold up the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from autograder.batch.collect import Collection, Submission
from autograder.batch.files import Refused, Source, shown
from autograder.intake.cells import Cell, cells_of
from autograder.intake.course_texts import solutions
from autograder.intake.lesson import best_lesson
from autograder.intake.reading import UnreadableNotebook, parse
from autograder.intake.released import essence, lessons, release
from autograder.intake.time_limit import TookTooLong, at_most
from autograder.judging import fingerprints as prints
from autograder.judging.bank import of_lesson
from autograder.judging.similarity import Notebook, Similar, compare

# Processor time for reading one notebook; a fraction of a second is usual.
READING_SECONDS = 20.0
# Characters of one notebook's own cells.
MOST_TEXT = 400_000


def similar(source: Source, collection: Collection) -> tuple[list[Similar], list[str]]:
    """What is alike, lesson by lesson, and a sentence for each notebook that was not compared.

    Args:
        source: what was handed in, as `files.open_source` gives it.
        collection: who handed in which file of it.
    """
    found: dict[int, list[Notebook]] = {}
    notes: list[str] = []
    for submission in collection.submissions:
        who = f"{submission.learner} ({submission.file})"
        try:
            content = source.read(submission.entry)
            with at_most(READING_SECONDS):
                lesson, notebook = _notebook(content, submission)
        except (Refused, UnreadableNotebook) as error:
            notes.append(f"{who} was not compared: {error}")
        except (TookTooLong, RecursionError, MemoryError):
            notes.append(f"{who} was not compared: it takes too long, or too much memory, to read.")
        else:
            found.setdefault(lesson, []).append(notebook)
    return [compare(lesson, notebooks) for lesson, notebooks in sorted(found.items())], notes


def _notebook(content: bytes, submission: Submission) -> tuple[int, Notebook]:
    """The lesson and the learner's own part of a file.

    Raises:
        UnreadableNotebook: not a notebook, or of no lesson.
    """
    cells = cells_of(parse(content), [])
    lesson = submission.asked
    lesson = best_lesson(cells, submission.file) if lesson is None else lesson
    if lesson not in lessons():
        raise UnreadableNotebook("it is of no lesson of this course.")
    own = tuple(_own(cells, lesson))
    marks = prints.fingerprints(own)
    common = common_ground(lesson)
    return lesson, Notebook(
        _name(submission), own, {key: place for key, place in marks.items() if key not in common}
    )


def _own(cells: Iterable[Cell], lesson: int) -> Iterator[prints.Source]:
    """The cells that are not as they were released, up to a limit."""
    released = release(lesson).by_source
    left = MOST_TEXT
    for cell in cells:
        if essence(cell.source) not in released:
            yield prints.Source(cell.number, cell.kind, cell.source[:left])
            left -= len(cell.source)
        if left <= 0:
            return


@cache
def common_ground(lesson: int) -> frozenset[int]:
    """Fingerprints of what the course hands out, and of the right answers that it knows."""
    cells = [
        prints.Source(0, cell.kind, cell.source)
        for number in lessons()
        for cell in release(number).cells
    ]
    texts = [solutions()[exercise] for exercise in release(lesson).answers]
    texts += [known.source for known in of_lesson(lesson) if known.kind == "variant"]
    cells += [prints.Source(0, "code", text) for text in texts]
    # One by one: a notebook's limit is not for what the course says itself.
    return frozenset(key for cell in cells for key in prints.fingerprints([cell]))


def _name(submission: Submission) -> str:
    """Name and id, which tell learners of one name apart."""
    known = submission.learner_id
    return shown(f"{submission.learner} ({known})" if known else submission.learner)
