"""Ask the wrong answers of slow exercises what a learner's check asks, and keep what they say.

    python -m autograder.authoring.keeping        every lesson whose files have changed
    python -m autograder.authoring.keeping 4 7    these lessons, in any case

A lesson takes seconds to minutes; it is written whole when it is done.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.exercise import registry
from autograder.exercise.declaration import Exercise
from autograder.exercise.expect import Mismatch
from autograder.exercise.kept_answers import FILE, NOBODY, as_data, question_in_words
from autograder.exercise.student import StudentError
from autograder.judging.diagnosis import somebody
from autograder.judging.judge import asked
from bvae_ref.console import say
from bvae_ref.writing import write_whole

# The seed of a learner's check.
SEED = 0


def kept_file(lesson: int) -> Path:
    """Where a lesson's kept answers lie."""
    return registry.package_folder(registry.lesson_package(lesson)) / FILE


def slow_lessons() -> tuple[int, ...]:
    """The lessons that have a slow exercise."""
    return tuple(dict.fromkeys(item.lesson for item in registry.every() if item.slow))


def is_current(lesson: int) -> bool:
    """Whether a lesson's answers were kept for its files as they are."""
    path = kept_file(lesson)
    return path.is_file() and json.loads(path.read_text(encoding="utf-8"))["of"] == digest(lesson)


def digest(lesson: int) -> str:
    """A digest of a lesson's files, wherever they lie and however their lines end."""
    folder = registry.package_folder(registry.lesson_package(lesson))
    found = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        found.update(f"{path.name}\n{path.read_text(encoding='utf-8')}".encode())
    return found.hexdigest()[:16]


def keep(lesson: int) -> None:
    """Ask the wrong answers of a lesson's slow exercises, and write what they say."""
    slow = [item for item in registry.of_lesson(lesson) if item.slow]
    data = {"of": digest(lesson), "exercises": {item.id: answers_of(item) for item in slow}}
    text = json.dumps(data, indent=1, ensure_ascii=False)
    write_whole(kept_file(lesson), (text + "\n").encode())


def answers_of(exercise: Exercise) -> dict[str, list[dict]]:
    """Question → what is said to it, by whom, and for which names it asks.

    The questions are those that any of the wrong answers meets in the tests.
    """
    everybody = {NOBODY: {}, **{item.name: item.answers for item in exercise.misconceptions}}
    questions: dict[str, tuple] = {}
    for who, answers in everybody.items():
        say(f"{exercise.id} questions of: {who or 'a right answer'}", file=sys.stderr)
        questions |= questions_of(exercise, answers)
    found: dict[str, list[dict]] = {words: [] for words in questions}
    for who, answers in everybody.items():
        say(f"{exercise.id} answers of: {who or 'a right answer'}", file=sys.stderr)
        for words, answer in said(exercise, answers, questions):
            alike = (item for item in found[words] if {**item, "who": None} == answer)
            same = next(alike, None)
            if same is None:
                found[words].append(same := {**answer, "who": []})
            same["who"].append(who)
    return found


def questions_of(exercise: Exercise, answers: Mapping[str, object]) -> dict[str, tuple]:
    """What the tests ask somebody with these answers: in words → as it is asked."""
    with somebody(exercise, answers, kept=False) as student:
        _, records = asked(exercise, student, SEED)
    found = {}
    for method, args, kwargs, _ in (item for record in records for item in record.record):
        words = _words(method, args, kwargs)
        if words is not None and method != "value":
            found[words] = method, args, kwargs
    return found


def _words(method: str, args: tuple, kwargs: Mapping) -> str | None:
    others = {key: item for key, item in kwargs.items() if key != "summary"}
    return question_in_words(method, args, others, kwargs.get("summary"))


def said(
    exercise: Exercise, answers: Mapping[str, object], questions: Mapping[str, tuple]
) -> Iterator[tuple[str, dict]]:
    """What somebody with these answers says to questions, in words; what can't be kept is left."""
    names: set[str] = set()
    with somebody(exercise, answers, names, kept=False) as student:
        for words, (method, args, kwargs) in questions.items():
            names.clear()
            try:
                answer = getattr(student, method)(*args, **kwargs)
            except (StudentError, Mismatch) as error:
                answer = error
            data = as_data(answer)
            if data is not None:
                yield words, {**data, "names": sorted(names), "who": None}


def main(arguments: list[str]) -> None:
    """Keep the answers of the lessons that are named, or of those that have changed."""
    lessons = map(int, arguments) if arguments else slow_lessons()
    for lesson in lessons:
        if arguments or not is_current(lesson):
            keep(lesson)
            say(f"{kept_file(lesson)}")


if __name__ == "__main__":
    main(sys.argv[1:])
